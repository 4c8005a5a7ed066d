"""Messages that a tenant's own system posts, over a real socket: judged, never answered, one ticket for each."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.daemon.conftest import NO_LIMITS, Run, RunningPop
from tests.pen import DROP, Pen
from tests.waiting import until

TOKEN, ALIEN = "t" * 24, "a" * 24
PATH = "/v1/tickets"
SURE = "when does it ship?"
MAIL: dict[str, Any] = {"island": str(DROP), "channel": "mail", "id": "<1@shop.example>", "text": SURE}
DESKS = {"people": {"desk_tokens_file": "desk.tokens"}}


@pytest.fixture(autouse=True)
def tokens(tmp_path: Path) -> None:
    """Tokens of two tenants."""
    file = tmp_path / "desk.tokens"
    file.write_text(f"northwind {TOKEN}\nacme {ALIEN}\n")
    file.chmod(0o600)


async def post(pop: RunningPop, *, token: str = TOKEN, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Status and document of a message."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with pop.http.post(pop.url + PATH, data=msgspec.json.encode(MAIL | fields), headers=headers) as reply:
        return reply.status, msgspec.json.decode(await reply.read())


async def at_origin(pop: RunningPop, ticket: str) -> dict[str, Any]:
    """The ticket, as origin has it."""
    await pop.until_at_origin({ticket})
    found: dict[str, Any] = pop.origin.tickets[ticket]
    return found


async def test_message_is_judged_and_not_answered(run: Run) -> None:
    """A viewer would get the answer. Here people get a ticket that suggests it, with the system's id and context."""
    async with run(**DESKS) as pop:
        asked = (await pop.post({"island": str(DROP), "text": SURE}))[1]
        status, posted = await post(pop, context={"order_state": "paid"}, locale="en")
        ticket = await at_origin(pop, posted["ticket"])
        shown = {"Authorization": f"Bearer {posted['ticket_token']}"}
        followed = (await pop.get(f"{PATH}/{posted['ticket']}", **shown))[0]

    assert ("answer", 202, "waiting", 200) == (asked["outcome"], status, posted["state"], followed)
    assert ("posted", "mail", MAIL["id"], SURE) == (
        ticket["reason"], ticket["channel"], ticket["source_id"], ticket["text"],
    )  # fmt: skip
    assert {"order_state": "paid"} == ticket["context"]["claims"]
    (first, *_) = ticket["candidates"]
    assert (asked["answer"], "ship-date") == (first["answer"], first["provenance"]["snippet"])
    assert "" == ticket["session"]


async def test_lane_and_harm_as_of_any_message(run: Run) -> None:
    """What a viewer's message would be escalated for is what a posted one is: its reason, its lane, its kind."""
    texts = ("do gulls dream of pelargonium", "my parcel was stolen and i want to hurt myself", "a person please")
    async with run(**DESKS) as pop:
        for number, text in enumerate(texts):
            asked = (await pop.post({"island": str(DROP), "text": text, "channel": "chat"}))[1]
            posted = (await post(pop, id=str(number), text=text))[1]
            viewers, systems = await at_origin(pop, asked["ticket"]), await at_origin(pop, posted["ticket"])
            assert [viewers[key] for key in ("reason", "lane", "kind")] == [
                systems[key] for key in ("reason", "lane", "kind")
            ], text


async def test_same_message_again(run: Run) -> None:
    """Many at once, later with other words, and after a restart: one ticket, and 200 for those that came after."""
    async with run(**DESKS) as pop:
        at_once = await asyncio.gather(*(post(pop) for _ in range(8)))
        other_words = await post(pop, text="and where is it?")
        delivered = await at_origin(pop, at_once[0][1]["ticket"])
    async with run(**DESKS) as pop:
        restarted = await post(pop)
        tickets = set(pop.origin.tickets)

    assert [200] * 7 + [202] == sorted(status for status, _ in at_once)
    assert {delivered["id"]} == tickets
    assert {delivered["id"]} == {document["ticket"] for _, document in (*at_once, other_words, restarted)}
    assert (200, "delivered") == (restarted[0], restarted[1]["state"])
    assert SURE == delivered["text"]


async def test_restart_before_it_is_delivered(run: Run) -> None:
    """The ticket waits in the outbox, and so does what the PoP knows of it."""
    async with run(**DESKS) as pop:
        await pop.origin.stop()
        first = await post(pop)
    async with run(**DESKS) as pop:
        second = await post(pop)
        await pop.origin.start()
        await at_origin(pop, second[1]["ticket"])

    assert (202, 200, "waiting") == (first[0], second[0], second[1]["state"])
    assert first[1]["ticket"] == second[1]["ticket"]


async def test_other_messages_are_other_tickets(run: Run) -> None:
    """By another id, and in another channel."""
    async with run(**DESKS) as pop:
        found = {(await post(pop, **one))[1]["ticket"] for one in ({}, {"id": "2"}, {"channel": "phone"})}

    assert 3 == len(found)


LONG = "x" * 2_001
REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "no token": ({"token": ""}, 401, "unauthorised", "no token of this tenant's desk was given"),
    "another tenant's": ({"token": ALIEN}, 401, "unauthorised", "no token of this tenant's desk was given"),
    "another tenant's island": ({"island": "acme/drop"}, 401, "unauthorised", "no token of this tenant's desk was"),
    "an island that is not here": (
        {"island": "acme/drop", "token": ALIEN}, 404, "island_unknown", "no island of this name is known here",
    ),
    "no island": ({"island": "x"}, 400, "malformed", "this is not an island's name, expected tenant/island"),
    "too long": ({"text": LONG}, 422, "text_invalid", "text is 2001 characters, expected at most 2000"),
    "empty": ({"text": " "}, 422, "text_invalid", "text is empty, expected a question"),
    "a body that is too long": ({"text": "x" * 20_000}, 413, "too_large", ""),
    "no id": ({"id": ""}, 400, "malformed", "the body is not a message for people: expected `str` of length >= 1"),
    "an unseen character": ({"id": "a\u202eb"}, 422, "text_invalid", "id holds U+202E at character 2"),
    "a viewers' channel": (
        {"channel": "stream:main"}, 422, "malformed",
        "channel is of a class of viewers, expected a word other than 'stream', 'widget', 'chat', such as 'mail'",
    ),
    "no channel": ({"channel": ""}, 422, "malformed", "channel is of a class of viewers"),
    "a context of lines": (
        {"context": {"note": "a\nb"}}, 400, "malformed", "the body is not a message for people: expected `str`",
    ),
    "an unknown field": (
        {"session": "v"}, 400, "malformed", "the body is not a message for people: object contains unknown field",
    ),
}  # fmt: skip


async def test_refused(run: Run) -> None:
    """It is said what is wrong, and nothing is kept."""
    async with run(**DESKS) as pop:
        for situation, (fields, status, reason, detail) in REFUSED.items():
            found, document = await post(pop, **fields)
            assert (status, reason) == (found, document["reason"]), situation
            assert document["detail"].startswith(detail), situation
        good = (await post(pop, id="good"))[1]
        await at_origin(pop, good["ticket"])

    assert {good["ticket"]} == set(pop.origin.tickets)


async def test_full_outbox(run: Run) -> None:
    """It is refused with 503. When there is room again, the same message is a new one."""
    async with run(**DESKS, outbox={"max_tickets": 1}) as pop:
        await pop.origin.stop()
        first = await post(pop)
        refused = await post(pop, id="2")
        await pop.origin.start()
        await at_origin(pop, first[1]["ticket"])
        again = await post(pop, id="2")

    assert (503, "overloaded", 202) == (refused[0], refused[1]["reason"], again[0])


async def test_limit_of_a_tenant(run: Run) -> None:
    """Beyond its messages a second it hears when to come back. A repeated message is none of them."""
    limits = {**NO_LIMITS, "posted_per_s": 0.001, "posted_burst": 2}
    async with run(**DESKS, limits=limits) as pop:
        found = [await post(pop, id=name) for name in ("1", "2", "3", "1")]
        asked = (await pop.post({"island": str(DROP), "text": SURE}))[0]

    assert [202, 202, 429, 200] == [status for status, _ in found]
    assert (
        "too many messages posted for the tenant, expected at most 2 at once and 0.06 a minute" == found[2][1]["detail"]
    )
    assert 200 == asked


async def test_island_that_may_not_be_served(run: Run, pen: Pen, tmp_path: Path) -> None:
    """Its messages go to people, as its viewers' questions do."""
    async with run(**DESKS) as pop:
        await asyncio.to_thread(pen.withdraw, tmp_path / "home")

        async def is_gone() -> bool:
            return 410 == (await pop.get(f"/v1/trees/{DROP}"))[0]

        await until(is_gone, "the island taken back")
        posted = await post(pop)
        ticket = await at_origin(pop, posted[1]["ticket"])

    assert (202, "island_withdrawn") == (posted[0], ticket["reason"])
