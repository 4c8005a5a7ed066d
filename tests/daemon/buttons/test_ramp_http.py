"""The first minutes of a drop, over a real socket: what is offered before people, and the way on to them."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.host import utc_now
from edge.publish.compile import Prepared
from edge.records import RampPolicy
from edge.records.people import RampFirst
from tests.daemon.api.test_feedback_http import Desk
from tests.daemon.buttons.test_choice_http import choose
from tests.daemon.buttons.test_trees_http import desk, press, publish
from tests.pen import DROP, Pen

__all__ = ["desk"]

STRANGE = "do gulls dream of pelargonium"
SESSION = {"session": "v"}


def opening(prepared: Prepared, first: RampFirst = RampFirst.TREES) -> Prepared:
    """The drop, which opened a minute ago."""
    opens = utc_now().replace(microsecond=0) - timedelta(minutes=1)
    return replace(prepared, source=replace(prepared.source, opens=opens, ramp=RampPolicy(first=first)))


@pytest.fixture
def home(desk: Desk) -> Path:
    """The publisher's home."""
    return desk.config.folder / "home"


async def test_trees_before_people(desk: Desk, pen: Pen, home: Path) -> None:
    """The question makes no ticket. A tree is begun as ever; "none of these" makes the ticket, which says so."""
    async with desk.running() as pop:
        await publish(pop, pen, home, opening(pen.prepared))
        status, offer, _ = await pop.post({"island": str(DROP), "text": STRANGE, **SESSION})
        listed = (await pop.get(f"/v1/trees/{DROP}"))[1]
        walked = await press(pop, 0)
        refused = await choose(pop, offer, "price", STRANGE, **SESSION)
        gone_on = await choose(pop, offer, None, STRANGE, **SESSION)
        again = await choose(pop, offer, None, STRANGE, **SESSION)
        await pop.until_at_origin({gone_on[1]["ticket"]})
        tickets = dict(pop.origin.tickets)

    assert (200, "clarify", "ramp", "trees", True) == (
        status, offer["outcome"], offer["reason"], offer["show_first"], offer["none_of_these"],
    )  # fmt: skip
    assert ([], None) == (offer["options"], offer["ticket"])
    assert ["my-order"] == [tree["tree"] for tree in offer["trees"]]
    assert b'"labels":["Yes","Not yet"]' in listed
    assert "clarify" == walked["outcome"]
    assert (422, "snippet was not offered, expected null") == (refused[0], refused[1]["detail"])
    assert (202, "none_of_these", 403) == (gone_on[0], gone_on[1]["reason"], again[0])
    assert {gone_on[1]["ticket"]} == set(tickets)
    ticket = tickets[gone_on[1]["ticket"]]
    assert (STRANGE, "none_of_these", "ramp") == (ticket["text"], ticket["reason"], ticket["because"])


async def test_person_and_harm_at_once(desk: Desk, pen: Pen, home: Path) -> None:
    """Neither waits for a choice; and what is sure is answered."""
    async with desk.running() as pop:
        await publish(pop, pen, home, opening(pen.prepared))
        asked = [
            (await pop.post({"island": str(DROP), "text": text, **fields}))[1]
            for text, fields in (
                (STRANGE, {"want": "person"}),
                ("i want to hurt myself", {}),
                ("when does it ship?", {}),
                (STRANGE, {"channel": "stream"}),
            )
        ]

    assert "asked_for_person" == asked[0]["reason"]
    assert ["escalate", "escalate", "answer"] == [one["outcome"] for one in asked[:3]]
    assert asked[3]["reason"] != "ramp"
    assert [None, None, None, None] == [one["show_first"] for one in asked]


async def test_choices_first_and_the_end_of_a_ramp(desk: Desk, pen: Pen, home: Path) -> None:
    """A page is told which to show first. When the minutes are over, people get the same question."""
    async with desk.running() as pop:
        await publish(pop, pen, home, opening(pen.prepared, RampFirst.CHOICES))
        first = (await pop.post({"island": str(DROP), "text": STRANGE}))[1]
        desk.wall.ahead = timedelta(minutes=4, seconds=30)
        later = (await pop.post({"island": str(DROP), "text": STRANGE}))[1]
    async with desk.running() as pop:
        gone_on = await choose(pop, first, None, STRANGE)

    assert ("ramp", "choices", "out_of_scope") == (first["reason"], first["show_first"], later["reason"])
    assert (202, "none_of_these") == (gone_on[0], gone_on[1]["reason"])
