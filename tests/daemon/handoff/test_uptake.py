"""Does an origin's answer speak of one ticket, or of all?"""

import pytest

from edge.daemon.handoff.uptake import Uptake

# What origin did, in order: `+a` it took ticket a, `-a` it answered and did not take it. Then: was the last its own?
OWN = {
    "the only ticket that there ever was": ("-a", False),
    "after another was taken": ("+b -a", True),
    "another follows after it": ("-a +b -a", True),
    "again, and none was taken since": ("+b -a -a", False),
    "again, after one more was taken": ("+b -a +c -a", True),
    "the second that fails in a row": ("+b -a -c", False),
    "the third of three that fail": ("+b -a -c -d", False),
    "the second, after one was taken": ("+b -a -c +d -c", True),
    "taken in the end, and never heard of since": ("+b -a +a -a", True),
}


@pytest.mark.parametrize(("story", "expected"), OWN.values(), ids=OWN.keys())
def test_ticket_is_the_reason(story: str, expected: bool) -> None:
    """It is if others went on since the ticket was last not taken."""
    uptake, found = Uptake(), False
    for step in story.split():
        if step[0] == "+":
            uptake.took(step[1:])
        else:
            found = uptake.is_own_fault(step[1:])
            uptake.is_news(step[1:])

    assert expected == found


def test_one_ticket_again_and_again_is_no_news() -> None:
    """Until origin takes one."""
    uptake = Uptake()
    first = [uptake.is_news(name) for name in "aaba"]
    uptake.took("c")

    assert [True, False, True, False] == first
    assert uptake.is_news("a")
