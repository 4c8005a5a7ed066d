"""People's load in a reply's headers: read strictly, or refused with a text that quotes nobody."""

import pytest

from edge.errors import Reason, RefusedError
from edge.records import LoadReport
from edge.wire.desks import is_load_header, read_load_headers

SAID = {
    "Skerry-Desk-Token": "t" * 24,
    "Skerry-Queue-Depth": "12",
    "Skerry-Wait-Seconds": "30.5",
    "Skerry-Agents": "4",
}


def read(headers: dict[str, str]) -> tuple[LoadReport, str]:
    """As a reply to northwind's ticket."""
    return read_load_headers(headers.items(), tenant="northwind")


def test_whole_report() -> None:
    """However the names are spelt."""
    more = {"skerry-free-agents": "1", "SKERRY-CALLBACKS": "3", "Skerry-Handle-Seconds": "90", "Skerry-Pops": "2"}
    report, token = read(SAID | more)

    assert "t" * 24 == token
    assert report == LoadReport(
        tenant="northwind", queue_depth=12, wait_s=30.5, agents=4, free_agents=1, callbacks=3, handle_s=90.0, pops=2
    )


def test_which_headers_speak_of_load() -> None:
    """The token alone is half a report, and refused as such."""
    names = ("skerry-AGENTS", "Skerry-Desk-Token", "Skerry-Mood", "Content-Type")

    assert [True, True, False, False] == [is_load_header(name) for name in names]


REFUSED = {
    "negative": ({"Skerry-Queue-Depth": "-1"}, "the reply's skerry-queue-depth is no number, expected digits without"),
    "a negative wait": ({"Skerry-Wait-Seconds": "-0.5"}, "the reply's skerry-wait-seconds is no number, expected"),
    "a fraction of a person": ({"Skerry-Agents": "4.5"}, "the reply's skerry-agents is no number, expected digits"),
    "no number": ({"Skerry-Agents": "four"}, "the reply's skerry-agents is no number, expected digits without a sign"),
    "not finite": ({"Skerry-Wait-Seconds": "inf"}, "the reply's skerry-wait-seconds is no number, expected digits"),
    "empty": ({"Skerry-Wait-Seconds": ""}, "the reply's skerry-wait-seconds is no number, expected digits without"),
    "digits of another script": ({"Skerry-Agents": "٤"}, "the reply's skerry-agents is no number, expected digits"),
    "out of range": (
        {"Skerry-Queue-Depth": "1000001"},
        "the reply is not a load report: Expected `int` <= 1000000 - at `$.queue_depth`",
    ),
    "no PoP": ({"Skerry-Pops": "0"}, "the reply is not a load report: Expected `int` >= 1 - at `$.pops`"),
}


@pytest.mark.parametrize(("changes", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_number_that_is_none(changes: dict[str, str], text: str) -> None:
    """Refused whole."""
    with pytest.raises(RefusedError) as caught:
        read(SAID | changes)

    assert Reason.MALFORMED == caught.value.reason
    assert caught.value.text.startswith(text)


@pytest.mark.parametrize("missing", ["Skerry-Queue-Depth", "Skerry-Wait-Seconds", "Skerry-Agents"])
def test_half_a_report(missing: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(RefusedError, match=r"^the reply is not a load report: Object missing required field `"):
        read({name: value for name, value in SAID.items() if name != missing})


def test_header_that_comes_twice() -> None:
    """Which one would be true?"""
    with pytest.raises(RefusedError, match=r"^the reply says skerry-agents twice, expected it once$") as caught:
        read_load_headers([*SAID.items(), ("skerry-agents", "40")], tenant="northwind")

    assert Reason.CONTRADICTORY == caught.value.reason
