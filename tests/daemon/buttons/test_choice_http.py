"""`POST /v1/choice` over a real socket: what is picked, what is refused, and what cannot be a choice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.tally import StatsFigures
from edge.tokens import SessionIssuer, SessionKeys, SignedSession, make_session
from tests.daemon.api.test_feedback_http import Desk, figures
from tests.daemon.api.test_sessions_http import FAR, SECRET, by_ingest, opened
from tests.daemon.conftest import RunningPop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until

TWO, ONE = "where can this be sent", "does it go to iceland too"
"""Questions to which the sample drop has two likely snippets, and one."""


@pytest.fixture
async def desk(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[Desk]:
    """A PoP that can be restarted, below `tmp_path`."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    (tmp_path / "webhook.secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    async with running_publisher(home) as publisher_url:
        yield Desk(tmp_path, publisher_url, origin)


async def offered(pop: RunningPop, text: str = TWO, **fields: str) -> dict[str, Any]:
    """The response to a question that is offered something."""
    document = (await pop.post({"island": str(DROP), "text": text, **fields}))[1]
    assert "clarify" == document["outcome"], document
    return document


async def choose(
    pop: RunningPop, offer: dict[str, Any], snippet: str | None, text: str = TWO, **fields: Any
) -> tuple[int, dict[str, Any]]:
    """Status and document of a choice."""
    body = {"receipt": offer["receipt"], "snippet": snippet, "text": text, **fields}
    status, document, _ = await pop.post(body, path="/v1/choice")
    return status, document


def parts(found: StatsFigures) -> tuple[tuple[int, int], ...]:
    """Offers chosen from, of offers; and taken, of those."""
    return tuple((share.part, share.of) for share in (found.offers_chosen, found.offer_precision))


def refusal(answer: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    """Status and text of a problem document."""
    return answer[0], answer[1]["detail"]


async def test_pick_is_answered_at_once(desk: Desk) -> None:
    """With its provenance and a receipt of its own. One likely snippet is offered alone."""
    async with desk.running() as pop:
        two, one = await offered(pop, session="v"), await offered(pop, ONE)
        status, answer = await choose(pop, two, "change-address", session="v")
        found = await figures(pop)

    assert ["ship-countries", "change-address"] == [option["snippet"] for option in two["options"]]
    assert ["ship-countries"] == [option["snippet"] for option in one["options"]]
    assert (two["none_of_these"], one["none_of_these"], answer["none_of_these"]) == (True, True, False)
    assert (200, "answer", "picked") == (status, answer["outcome"], answer["reason"])
    assert "change-address" == answer["provenance"]["snippet"]
    assert answer["answer"]
    assert answer["receipt"] not in {None, two["receipt"]}
    assert "candidates" not in answer
    assert ((1, 2), (1, 1)) == parts(found)


async def test_none_of_these_makes_the_ticket(desk: Desk) -> None:
    """With the question and what was refused, which is not suggested to people."""
    async with desk.running() as pop:
        offer = await offered(pop, session="v")
        status, document = await choose(pop, offer, None, session="v", locale="en", channel="widget")
        await pop.until_at_origin({document["ticket"]})
        found = await figures(pop)
    ticket = desk.origin.tickets[document["ticket"]]

    assert (202, "escalate", "none_of_these") == (status, document["outcome"], document["reason"])
    assert (TWO, "en", "none_of_these") == tuple(ticket[name] for name in ("text", "locale", "reason"))
    assert ticket["session"].startswith("named:")
    assert ["ship-countries", "change-address"] == ticket["refused"]
    assert not {candidate["provenance"]["snippet"] for candidate in ticket["candidates"]} & set(ticket["refused"])
    assert document["ticket_token"]
    assert ((1, 1), (0, 1)) == parts(found)


async def test_people_keep_their_session(desk: Desk) -> None:
    """What is picked then goes to the people who have it, with the question."""
    async with desk.running() as pop:
        offer = await offered(pop, session="v")
        await pop.post({"island": str(DROP), "text": "a person", "session": "v", "want": "person"})
        status, document = await choose(pop, offer, "change-address", session="v")
        people = {ticket["id"]: ticket for ticket in await delivered(pop, 2)}

    assert (202, "human_active") == (status, document["reason"])
    (ticket,) = (one for one in people.values() if one["text"] == TWO)
    assert ("change-address", document["ticket"]) == (ticket["picked"], ticket["joins"])
    assert ["change-address", "ship-countries"] == [one["provenance"]["snippet"] for one in ticket["candidates"][:2]]


async def test_pick_for_people_after_a_restart(desk: Desk) -> None:
    """The verdict is forgotten; the picked snippet is named first all the same."""
    async with desk.running() as pop:
        offer = await offered(pop, session="v")
    async with desk.running() as pop:
        await pop.post({"island": str(DROP), "text": "a person", "session": "v", "want": "person"})
        await choose(pop, offer, "change-address", session="v")
        tickets = await delivered(pop, 2)

    (ticket,) = (one for one in tickets if one["text"] == TWO)
    assert ("change-address", 0.0) == (ticket["picked"], ticket["candidates"][0]["confidence"])
    assert ["change-address"] == [one["provenance"]["snippet"] for one in ticket["candidates"]]


async def test_none_of_these_of_an_island_that_is_not_served(desk: Desk, pen: Pen) -> None:
    """People must know what the viewer did not want, also where the machine says nothing any more."""
    async with desk.running() as pop:
        offer = await offered(pop)
        await asyncio.to_thread(pen.withdraw, desk.config.folder / "home")

        async def is_withdrawn() -> bool:
            return bool((await pop.post({"island": str(DROP), "text": ONE}))[1]["reason"] == "island_withdrawn")

        await until(is_withdrawn, "the island is withdrawn")
        document = (await choose(pop, offer, None))[1]
        await pop.until_at_origin({document["ticket"]})

    assert "island_withdrawn" == document["reason"]
    assert ["ship-countries", "change-address"] == desk.origin.tickets[document["ticket"]]["refused"]


async def test_choice_is_read_as_its_question(desk: Desk) -> None:
    """What the platform marked is no word of the viewer, in both."""
    text, marks = f"pelargonium {TWO}", [[0, 11]]
    async with desk.running() as pop:
        offer = (await pop.post({"island": str(DROP), "text": text, "marks": marks}))[1]
        plain = (await pop.post({"island": str(DROP), "text": text}))[1]
        document = (await choose(pop, offer, None, text, marks=marks))[1]
        await pop.until_at_origin({document["ticket"]})

    assert ["ship-countries", "change-address"] == [option["snippet"] for option in offer["options"]]
    assert plain["confidence"] != offer["confidence"] == document["confidence"]


async def delivered(pop: RunningPop, count: int) -> list[dict[str, Any]]:
    """So many tickets at origin."""

    async def are_there() -> bool:
        return len(pop.origin.tickets) >= count

    await until(are_there, f"{count} tickets at origin")
    return list(pop.origin.tickets.values())


async def test_receipt_is_good_once(desk: Desk) -> None:
    """At the same time, later, and after a restart: one answer, or one ticket, and one count."""
    async with desk.running() as pop:
        picked, refused = await offered(pop), await offered(pop)
        both = await asyncio.gather(*(choose(pop, picked, "change-address") for _ in range(3)))
        first = await choose(pop, refused, None)
        again = await choose(pop, refused, None), await choose(pop, refused, "change-address")
        await pop.until_at_origin({first[1]["ticket"]})
    async with desk.running() as pop:
        restarted = await choose(pop, refused, None)
        found = await figures(pop)

    text = "receipt was used for a choice before, expected that of another offer"
    assert [200, 403, 403] == sorted(status for status, _ in both)
    assert [(403, text), (403, text)] == [refusal(one) for one in again]
    assert first[1]["ticket"] == restarted[1]["ticket"]
    assert [first[1]["ticket"]] == list(desk.origin.tickets)
    assert ((2, 2), (1, 2)) == parts(found)


async def test_lost_response_can_be_had_again(desk: Desk) -> None:
    """With an `Idempotency-Key`, as for a question."""
    async with desk.running() as pop:
        offer = await offered(pop)
        body = msgspec.json.encode({"receipt": offer["receipt"], "snippet": None, "text": TWO})
        replies = []
        for _ in range(2):
            async with pop.http.post(pop.url + "/v1/choice", data=body, headers={"Idempotency-Key": "k"}) as reply:
                replies.append((reply.status, await reply.read()))

    assert 202 == replies[0][0]
    assert replies[0] == replies[1]


async def test_choice_of_another_revision(desk: Desk, pen: Pen) -> None:
    """Its snippets may have other answers by now: asked again. A person can still be had, by the same receipt."""
    async with desk.running() as pop:
        offer = await offered(pop)
        await asyncio.to_thread(pen.publish, desk.config.folder / "home")

        async def is_published() -> bool:
            return bool((await pop.post({"island": str(DROP), "text": ONE}))[1]["revision"] == 2)

        await until(is_published, "revision 2 in force")
        picked = await choose(pop, offer, "change-address")
        none = await choose(pop, offer, None)

    expected = "receipt is of revision 1, the island is revision 2: ask the question again"
    assert (403, expected) == refusal(picked)
    assert (202, "none_of_these") == (none[0], none[1]["reason"])


BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "a snippet that was not offered": (
        {"snippet": "price"}, 422, "snippet was not offered, expected null or one of ship-countries, change-address",
    ),
    "another question": (
        {"text": "is it black"}, 403, "receipt is of another question, expected 'text' as it was asked",
    ),
    "no question": ({"text": ""}, 422, "text is empty, expected a question"),
    "another session": ({"session": "w"}, 403, "receipt is of another session, expected the session that asked"),
    "no session": ({"session": ""}, 403, "receipt is of another session, expected the session that asked"),
    "no receipt at all": ({"receipt": "x"}, 403, "token is not valid, expected one that this PoP made"),
    "a field too many": ({"island": str(DROP)}, 400, "unknown field"),
}  # fmt: skip


async def test_what_is_no_choice(desk: Desk) -> None:
    """Each is refused with what was expected, promises nothing, and leaves the receipt good."""
    async with desk.running() as pop:
        offer = await offered(pop, session="v")
        good = {"receipt": offer["receipt"], "snippet": "change-address", "text": TWO, "session": "v"}
        found = {}
        for name, (change, _, _) in BAD.items():
            status, document, _ = await pop.post(good | change, path="/v1/choice")
            found[name] = status, document["detail"]
        missing = (await pop.post({k: v for k, v in good.items() if k != "snippet"}, path="/v1/choice"))[0]
        answered = (await pop.post({"island": str(DROP), "text": "when does it ship?"}))[1]
        without_options = await choose(pop, answered, "change-address", "when does it ship?")
        at_last = await choose(pop, offer, "change-address", session="v")

    assert {name: status for name, (_, status, _) in BAD.items()} == {
        name: status for name, (status, _) in found.items()
    }
    assert all(BAD[name][2] in text for name, (_, text) in found.items()), found
    assert 400 == missing
    expected = "receipt is of an outcome without options to choose from, expected that of an offer"
    assert (403, expected) == refusal(without_options)
    assert 200 == at_last[0]
    assert {} == desk.origin.tickets


async def test_old_receipt(desk: Desk) -> None:
    """An hour later it is too late; for feedback it is not."""
    async with desk.running() as pop:
        offer = await offered(pop)
        desk.wall.ahead = timedelta(hours=1, seconds=5)
        late = await choose(pop, offer, "change-address")
        feedback = await pop.post({"receipt": offer["receipt"], "helpful": False}, path="/v1/feedback")

    text = "receipt was made more than 60 min ago, expected at most 60 min ago: ask the question again"
    assert (403, text) == refusal(late)
    assert 200 == feedback[0]


async def test_public_chat_has_no_buttons(desk: Desk) -> None:
    """People have the question; nothing can be chosen."""
    async with desk.running() as pop:
        found = (await pop.post({"island": str(DROP), "text": TWO, "channel": "stream:1", "session": "v"}))[1]

    assert ("escalate", [], False) == (found["outcome"], found["options"], found["none_of_these"])


async def test_receipt_of_another_viewer_or_island(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> None:
    """A stranger with the receipt, and a session for another island, choose nothing."""
    other = SignedSession(SessionIssuer.INGEST, "v-81", "northwind/other", expires=FAR)
    elsewhere = f"Bearer {make_session(other, keys=SessionKeys((SECRET.encode(),)))}"
    async with opened(pen, tmp_path, origin) as door:
        offer = await door.ask(TWO, authorization=by_ingest())
        body = {"receipt": offer["receipt"], "snippet": "change-address", "text": TWO}
        stranger = await door.send("/v1/choice", body)
        foreign = await door.send("/v1/choice", body, Authorization=elsewhere)
        own = await door.send("/v1/choice", body, Authorization=by_ingest())

    assert [(403, "token_invalid"), (401, "session_invalid")] == [
        (status, document["reason"]) for status, document in (stranger, foreign)
    ]
    assert (200, "picked") == (own[0], own[1]["reason"])
