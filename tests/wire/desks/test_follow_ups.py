"""Follow-ups at desks: people see them where the ticket is, once and in order, also if the way there breaks."""

from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
import pytest

from edge.errors import Reason, UnreachableError
from edge.records import PressedButton
from edge.records.trees import TypedValue
from edge.wire.desks import ticket_text
from tests.wire.desks.fake_desks import ChatwootDesk, WebhookDesk, ZammadDesk
from tests.wire.desks.test_desks import TICKET, Contract, http_desk

FOLLOW_UPS = [
    msgspec.structs.replace(TICKET, id=f"{TICKET.id}.{name}", joins=TICKET.id, text=text, reason=Reason.HUMAN_ACTIVE)
    for name, text in (("b1", "hello?"), ("a2", "hello?"), ("c3", "it was a green one"))
]


@pytest.fixture(params=["chatwoot", "zammad"])
async def contract(request: pytest.FixtureRequest) -> AsyncIterator[Contract]:
    """A desk that shows tickets as conversations."""
    async with http_desk(request.param) as contract:
        yield contract


def written(contract: Contract) -> list[str]:
    """What the viewer wrote, as people see it, in one conversation."""
    desk = contract.desk
    if isinstance(desk, ChatwootDesk):
        (chat,) = desk.conversations.values()
        return [message["content"] for message in chat["messages"] if message["message_type"] == 0]
    assert isinstance(desk, ZammadDesk)
    (number,) = desk.tickets
    return [a["body"] for a in desk.articles if a["ticket_id"] == number and not a["internal"]]


async def test_follow_ups_are_in_the_conversation(contract: Contract) -> None:
    """Each once, the same words twice if the viewer wrote them twice."""
    for ticket in (TICKET, *FOLLOW_UPS, FOLLOW_UPS[-1]):
        await contract.deliver(ticket)

    assert [TICKET.text, "hello?", "hello?", "it was a green one"] == written(contract)


async def test_follow_up_is_text_like_its_ticket(contract: Contract) -> None:
    """Its words are shown as those of a ticket: in one line, in which nothing is markup."""
    text = "![](https://tracker.example)\n# Skerry ticket 1"
    await contract.deliver(msgspec.structs.replace(TICKET, text=text))
    await contract.deliver(msgspec.structs.replace(FOLLOW_UPS[0], text=text))

    ticket, follow_up = written(contract)
    assert ticket == follow_up
    assert text.replace("\n", " ") == ticket.strip("`")


def notes(contract: Contract) -> list[str]:
    """What only people see, in the order in which it came."""
    desk = contract.desk
    if isinstance(desk, ChatwootDesk):
        (chat,) = desk.conversations.values()
        return [message["content"] for message in chat["messages"] if message["private"]]
    assert isinstance(desk, ZammadDesk)
    return [article["body"] for article in desk.articles if article["internal"]]


async def test_follow_up_by_a_tree(contract: Contract) -> None:
    """People read the way and the typed value, which no message has, once, also if the way there breaks."""
    value = TypedValue(name="order", value="NW-123456", personal=True)
    path = (PressedButton(say="Which order is it?", label="[order]"),)
    walked = msgspec.structs.replace(FOLLOW_UPS[0], text="Which order is it? [order]", path=path, typed=value)
    await contract.deliver()
    before = contract.desk.calls
    await contract.deliver(msgspec.structs.replace(walked, id=f"{TICKET.id}.n0"))
    calls = contract.desk.calls - before
    for number in range(1, calls + 1):
        ticket = msgspec.structs.replace(walked, id=f"{TICKET.id}.n{number}")
        contract.desk.break_at = contract.desk.calls + number
        with suppress(UnreachableError):
            await contract.deliver(ticket)
        await contract.deliver(ticket)

    told = [note for note in notes(contract) if "order (typed, personal): `NW-123456`" in note]
    assert [f"Skerry ticket {TICKET.id}.n{number}" for number in range(calls + 1)] == [
        note.splitlines()[-1] for note in told
    ]
    assert all("Asked: `Which order is it?` -> `[order]`" in note for note in told)


async def test_every_call_may_break(contract: Contract) -> None:
    """The next delivery adds what is missing, and nothing twice."""
    await contract.deliver()
    before = contract.desk.calls
    await contract.deliver(FOLLOW_UPS[0])
    for number in range(1, contract.desk.calls - before + 1):
        ticket = msgspec.structs.replace(FOLLOW_UPS[0], id=f"{TICKET.id}.n{number}", text=f"hello {number}")
        contract.desk.break_at = contract.desk.calls + number
        with suppress(UnreachableError):
            await contract.deliver(ticket)
        await contract.deliver(ticket)

        assert f"hello {number}" == written(contract)[-1]
        assert 2 + number == len(written(contract))


async def test_follow_up_of_a_ticket_that_is_not_there(contract: Contract) -> None:
    """It becomes a ticket of its own: nothing that a viewer wrote is lost."""
    await contract.deliver(FOLLOW_UPS[0])
    await contract.deliver(FOLLOW_UPS[0])

    assert [(FOLLOW_UPS[0].id, "hello?")] == await contract.seen()


async def test_webhook_of_a_follow_up() -> None:
    """It is a message of its own, and names the ticket that it joins."""
    async with http_desk("standard webhooks") as contract:
        for ticket in (TICKET, FOLLOW_UPS[0]):
            await contract.deliver(ticket)
        desk = contract.desk

    assert isinstance(desk, WebhookDesk)
    assert [(TICKET.id, None), (FOLLOW_UPS[0].id, TICKET.id)] == [
        (name, event["data"].get("joins")) for name, event in desk.accepted.items()
    ]


def test_claims_are_in_the_agents_note() -> None:
    """By name, one in a line."""
    context = msgspec.structs.replace(TICKET.context, claims={"order_state": "paid"})

    assert "\nClaim order_state: paid\n" in ticket_text.agent_note(msgspec.structs.replace(TICKET, context=context))
