"""What is offered while people have the question, over a real socket: picked, refused, late, and more than once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.cli.demo.origin import DemoOrigin
from edge.records import SolvedByViewer
from edge.tally import StatsFigures
from tests.daemon.api.test_feedback_http import SECRET, Desk, figures, post_desk_event
from tests.daemon.buttons.test_choice_http import choose, refusal
from tests.daemon.conftest import RunningPop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until

DISCOUNT = "do you have a discount"
"""A question that people get, with three snippets that are not likely enough to be offered instead."""
THREE = ["price", "shipping-cost", "payment-methods"]


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Desk]:
    """A PoP that can be restarted, and its desk."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    (tmp_path / "webhook.secret").write_text(SECRET + "\n")
    async with running_publisher(home) as publisher_url:
        yield Desk(tmp_path, publisher_url, origin)


async def waiting(pop: RunningPop, **fields: str) -> dict[str, Any]:
    """The response to a question that people have, with something to pick from."""
    status, document, _ = await pop.post({"island": str(DROP), "text": DISCOUNT, "session": "v", **fields})
    assert (202, "escalate", THREE) == (status, document["outcome"], [one["snippet"] for one in document["options"]])
    return document


async def pick(pop: RunningPop, offer: dict[str, Any], snippet: str | None = "price") -> tuple[int, dict[str, Any]]:
    """Status and document of a pick by the viewer who waits."""
    return await choose(pop, offer, snippet, DISCOUNT, session="v")


def parts(found: StatsFigures) -> tuple[tuple[int, int], ...]:
    """Solved while waiting, of questions; and offers while waiting chosen from, of all of them."""
    return tuple((share.part, share.of) for share in (found.solved_waiting, found.waiting_chosen))


def own(ticket: str) -> str:
    """The id of a ticket's take-back."""
    return SolvedByViewer.id_of(ticket)


async def test_pick_takes_the_ticket_back(desk: Desk) -> None:
    """The ticket is durable and told of; the answer comes at once; the desk hears of both, without any words."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        status, answer = await pick(pop, offer)
        await pop.until_at_origin({offer["ticket"], own(offer["ticket"])})
        found = await figures(pop)
    message = desk.origin.tickets[own(offer["ticket"])]

    assert (True, True) == (offer["none_of_these"], bool(offer["ticket_token"]))
    assert (200, "answer", "solved_waiting") == (status, answer["outcome"], answer["reason"])
    assert ("price", None) == (answer["provenance"]["snippet"], answer["ticket"])
    assert answer["answer"]
    assert list(desk.origin.tickets) == [offer["ticket"], own(offer["ticket"])]
    assert (offer["ticket"], "skerry.solved_by_viewer/1") == (message["ticket"], message["schema"])
    assert "price" == message["provenance"]["snippet"]
    assert DISCOUNT not in str(message)
    assert ((1, 1), (1, 1)) == parts(found)
    assert (0, 0, 1) == (found.offers_chosen.of, found.automation.part, found.escalated.part)


async def test_same_pick_again(desk: Desk) -> None:
    """At the same time, later, after a restart: one answer, one take-back, one count. Another of the three, too."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        both = await asyncio.gather(*(pick(pop, offer) for _ in range(3)))
        await pop.until_at_origin({own(offer["ticket"])})
        other = await pick(pop, offer, "shipping-cost")
    async with desk.running() as pop:
        restarted = await pick(pop, offer)
        found = await figures(pop)

    # Each tap is a leaf of its own.
    same = {"elapsed_ms": 0, "leaf": ""}
    assert 4 == len({document["leaf"] for _, document in (*both, restarted)})
    assert [both[0][1] | same] * 4 == [document | same for _, document in (*both, restarted)]
    assert ("solved_waiting", "shipping-cost") == (other[1]["reason"], other[1]["provenance"]["snippet"])
    assert 1 == desk.origin.arrivals[own(offer["ticket"])]
    assert ((1, 1), (1, 1)) == parts(found)


async def test_session_is_the_machines_again(desk: Desk) -> None:
    """As if people had resolved the ticket. Without the pick, the next question goes to them."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        before = (await pop.post({"island": str(DROP), "text": "when does it ship?", "session": "w"}))[1]
        other = await waiting(pop, session="w")
        with_people = (await pop.post({"island": str(DROP), "text": "when does it ship?", "session": "w"}))[1]
        await pick(pop, offer)
        after = (await pop.post({"island": str(DROP), "text": "when does it ship?", "session": "v"}))[1]

    assert ("answer", "answer", "human_active") == (before["outcome"], after["outcome"], with_people["reason"])
    assert (other["ticket"], []) == (with_people["ticket"], with_people["options"])


async def test_person_who_has_it_stays(desk: Desk) -> None:
    """Nothing is taken back. The viewer has the answer, and is told of the ticket. The next pick says the same."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        await pop.until_at_origin({offer["ticket"]})
        assert 200 == await post_desk_event(pop, "e", "acknowledged", ticket=offer["ticket"])
        late = [await pick(pop, offer) for _ in range(2)]
        found = await figures(pop)

    assert [(200, "answer", "picked")] * 2 == [(status, one["outcome"], one["reason"]) for status, one in late]
    assert [offer["ticket"]] * 2 == [one["ticket"] for _, one in late]
    assert late[0][1]["ticket_token"]
    assert [offer["ticket"]] == list(desk.origin.tickets)
    assert ((0, 1), (1, 1)) == parts(found)


async def test_person_who_takes_it_up_after_all(desk: Desk) -> None:
    """It was taken back and delivered. A pick says that people have it, and no figure counts twice."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        first = (await pick(pop, offer))[1]
        await pop.until_at_origin({own(offer["ticket"])})
        assert 200 == await post_desk_event(pop, "e", "acknowledged", ticket=offer["ticket"])
        late = (await pick(pop, offer))[1]
        found = await figures(pop)

    assert ["solved_waiting", "picked"] == [first["reason"], late["reason"]]
    assert (None, offer["ticket"]) == (first["ticket"], late["ticket"])
    assert late["ticket_token"]
    assert ((1, 1), (1, 1)) == parts(found)


async def test_viewer_who_wrote_on_has_a_person(desk: Desk) -> None:
    """The ticket has two questions then, and a pick answers one."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        await pop.post({"island": str(DROP), "text": "and it was a green one", "session": "v"})
        answer = (await pick(pop, offer))[1]

    assert ("picked", offer["ticket"]) == (answer["reason"], answer["ticket"])
    assert own(offer["ticket"]) not in desk.origin.tickets


async def test_none_of_these_changes_nothing(desk: Desk) -> None:
    """No second ticket, and the one that there is stays. It is counted, and a pick later is still good."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        none = [await pick(pop, offer, None) for _ in range(2)]
        refused = await figures(pop)
        await pop.until_at_origin({offer["ticket"]})
        kept = list(desk.origin.tickets)
        solved = (await pick(pop, offer))[1]
        found = await figures(pop)

    assert [(202, "none_of_these", offer["ticket"])] * 2 == [
        (one[0], one[1]["reason"], one[1]["ticket"]) for one in none
    ]
    assert [offer["ticket"]] == kept
    assert "solved_waiting" == solved["reason"]
    assert (((0, 1), (1, 1)), ((1, 1), (2, 1))) == (parts(refused), parts(found))


async def test_what_the_desk_says_after_a_take_back(desk: Desk) -> None:
    """It resolved what nobody looked at, so no figure of people moves."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        await pick(pop, offer)
        await pop.until_at_origin({own(offer["ticket"])})
        await figures(pop)
        await post_desk_event(pop, "e", "resolved", ticket=offer["ticket"])
        found = await figures(pop)

    assert (0, 0, 1) == (found.acknowledged.part, found.replied.part, found.resolved_contacts)


async def test_island_that_may_not_be_served_by_now(desk: Desk, pen: Pen) -> None:
    """People keep the ticket, and no machine speaks for the island."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        await asyncio.to_thread(pen.withdraw, desk.config.folder / "home")

        async def is_withdrawn() -> bool:
            found = (await pop.post({"island": str(DROP), "text": "when does it ship?"}))[1]
            return bool(found["reason"] == "island_withdrawn")

        await until(is_withdrawn, "the island is withdrawn")
        status, document = await pick(pop, offer)

    assert (202, "escalate", "island_withdrawn") == (status, document["outcome"], document["reason"])
    assert (offer["ticket"], None) == (document["ticket"], document["answer"])
    assert own(offer["ticket"]) not in desk.origin.tickets


async def test_what_is_no_pick(desk: Desk, pen: Pen) -> None:
    """A stranger's, one that was not offered, an old one, another revision's: the ticket stays."""
    async with desk.running() as pop:
        offer = await waiting(pop)
        stranger = await choose(pop, offer, "price", DISCOUNT, session="w")
        unoffered = await pick(pop, offer, "sizes")
        await asyncio.to_thread(pen.publish, desk.config.folder / "home")

        async def is_published() -> bool:
            return bool((await pop.post({"island": str(DROP), "text": "is it warm"}))[1]["revision"] == 2)

        await until(is_published, "revision 2 in force")
        older = await pick(pop, offer)
        desk.wall.ahead = timedelta(hours=1, seconds=1)
        late = await pick(pop, offer)

    assert [403, 422, 403, 403] == [answer[0] for answer in (stranger, unoffered, older, late)]
    assert "receipt is of revision 1, the island is revision 2: ask the question again" == refusal(older)[1]
    assert own(offer["ticket"]) not in desk.origin.tickets


async def test_question_that_joins_an_earlier_ticket_offers_nothing(desk: Desk) -> None:
    """Who has made too many tickets writes into an open one, which a pick must not take back."""
    desk.config = replace(desk.config, limits=replace(desk.config.limits, tickets_per_min=0.001, tickets_burst=1))
    async with desk.running() as pop:
        first = await waiting(pop)
        # Its people do not have the session any more.
        desk.wall.ahead = timedelta(minutes=31)
        joined = (await pop.post({"island": str(DROP), "text": DISCOUNT, "session": "v"}))[1]

    assert "low_confidence" == joined["reason"]
    assert (first["ticket"], [], False) == (joined["ticket"], joined["options"], joined["none_of_these"])


async def test_without_a_session(desk: Desk) -> None:
    """Nobody is known, and the receipt is enough."""
    async with desk.running() as pop:
        offer = await waiting(pop, session="")
        answer = (await choose(pop, offer, "price", DISCOUNT))[1]
        await pop.until_at_origin({own(offer["ticket"])})

    assert "solved_waiting" == answer["reason"]


async def test_pick_for_one_of_several_matters(desk: Desk) -> None:
    """It is answered, and people keep the ticket: nobody has answered the rest."""
    text = "how long do i have to wait for it? who sings in the advert?"
    async with desk.running() as pop:
        offer = (await pop.post({"island": str(DROP), "text": text, "session": "v"}))[1]
        status, answer = await choose(pop, offer, "ship-date", text, session="v")
        await pop.until_at_origin({offer["ticket"]})
        found = await figures(pop)

    assert (200, "picked", offer["ticket"]) == (status, answer["reason"], answer["ticket"])
    assert answer["answer"]
    assert [offer["ticket"]] == list(desk.origin.tickets)
    assert ((0, 1), (1, 1)) == parts(found)
