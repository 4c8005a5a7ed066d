"""Take-backs at desks: people see that the viewer has solved it, and what nobody works on is resolved."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from edge.errors import RefusedError, UnreachableError
from edge.records import SolvedByViewer, Ticket
from edge.wire.desks.note_form import marker
from tests.wire.desks.fake_desks import ChatwootDesk, WebhookDesk, ZammadDesk
from tests.wire.desks.test_desks import TICKET, Contract, http_desk, nats_desk
from tests.wire.desks.test_follow_ups import FOLLOW_UPS
from tests.wire.nats.nats_desk import NatsDesk

SOLVED = SolvedByViewer(
    id=SolvedByViewer.id_of(TICKET.id),
    ticket=TICKET.id,
    created=TICKET.created,
    pop=TICKET.pop,
    island=TICKET.island,
    lane=TICKET.lane,
    session=TICKET.session,
    provenance=TICKET.candidates[0].provenance,
)


@pytest.fixture(params=["chatwoot", "zammad"])
async def contract(request: pytest.FixtureRequest) -> AsyncIterator[Contract]:
    """A desk that shows tickets as conversations."""
    async with http_desk(request.param) as contract:
        yield contract


async def deliver(contract: Contract, solved: SolvedByViewer = SOLVED) -> None:
    """Deliver a take-back once with a new adapter."""
    await contract.origin().deliver(solved.id, msgspec.json.encode(solved))


def looked_at(contract: Contract) -> tuple[int, int, str]:
    """Of the only conversation: how many notes there are of the take-back, how many messages in all, and its state."""
    desk = contract.desk
    if isinstance(desk, ChatwootDesk):
        (chat,) = desk.conversations.values()
        notes = [one for one in chat["messages"] if one["private"] and marker(SOLVED.id) in one["content"]]
        return len(notes), len(chat["messages"]), chat["status"]
    assert isinstance(desk, ZammadDesk)
    (ticket,) = desk.tickets.values()
    notes = [one for one in desk.articles if one["internal"] and marker(SOLVED.id) in one["body"]]
    return len(notes), len(desk.articles), ticket.get("state", "open")


def reply(contract: Contract) -> None:
    """An agent replies to the viewer."""
    if isinstance(contract.desk, ChatwootDesk):
        messages = contract.desk.conversations[1]["messages"]
        messages.append({"id": 99, "message_type": 1, "private": False, "content": "We look at it."})
    elif isinstance(contract.desk, ZammadDesk):
        article = {"id": 99, "ticket_id": 1, "sender": "Agent", "internal": False, "body": "We look at it."}
        contract.desk.articles.append(article)


async def test_solved_ticket_is_resolved(contract: Contract) -> None:
    """With one note, however often it is delivered. The question and the first note stay."""
    await contract.deliver()
    await deliver(contract)
    await deliver(contract)

    notes, messages, state = looked_at(contract)
    assert (1, 3) == (notes, messages)
    assert state in {"resolved", "closed"}


async def test_without_a_session(contract: Contract) -> None:
    """The ticket is found by its own id."""
    await contract.deliver(msgspec.structs.replace(TICKET, session=""))
    await deliver(contract, msgspec.structs.replace(SOLVED, session=""))

    assert 1 == looked_at(contract)[0]


async def test_person_who_has_replied_stays(contract: Contract) -> None:
    """The note says what the viewer did, and the conversation stays open."""
    await contract.deliver()
    reply(contract)
    await deliver(contract)
    await deliver(contract)

    assert (1, 4, "open") == looked_at(contract)


def set_state(contract: Contract, *, is_open: bool) -> None:
    """Somebody closes or opens the only conversation, without a word."""
    if isinstance(contract.desk, ChatwootDesk):
        contract.desk.conversations[1]["status"] = "open" if is_open else "resolved"
    elif isinstance(contract.desk, ZammadDesk):
        contract.desk.tickets[1]["state"] = "open" if is_open else "closed"


async def test_viewer_who_wrote_again_has_a_person(contract: Contract) -> None:
    """What came after the question is unanswered, so the conversation stays open. The note says what was picked."""
    await contract.deliver()
    await contract.deliver(FOLLOW_UPS[0])
    await deliver(contract)
    await deliver(contract)

    notes, _, state = looked_at(contract)
    assert (1, "open") == (notes, state)


def write_notes(contract: Contract, count: int) -> None:
    """Agents write to each other."""
    for number in range(count):
        if isinstance(contract.desk, ChatwootDesk):
            contract.desk.say(1, f"note {number}", private=True)
        elif isinstance(contract.desk, ZammadDesk):
            contract.desk.say(1, f"note {number}", internal=True)


async def test_reply_far_back(contract: Contract) -> None:
    """Behind more notes than a page has. So is the note of a repetition."""
    await contract.deliver()
    assert isinstance(contract.desk, ChatwootDesk | ZammadDesk)
    contract.desk.say(1, "We look at it.")
    write_notes(contract, 150)
    await deliver(contract)
    write_notes(contract, 150)
    await deliver(contract)

    notes, _, state = looked_at(contract)
    assert (1, "open") == (notes, state)


async def test_repetition_closes_nothing_again(contract: Contract) -> None:
    """Somebody has opened it again since: as by a PoP that was restored, and does not know that it was delivered."""
    await contract.deliver()
    await deliver(contract)
    set_state(contract, is_open=True)
    await deliver(contract)

    assert (1, 3, "open") == looked_at(contract)


async def test_follow_up_opens_what_is_closed(contract: Contract) -> None:
    """It was on its way while its ticket was taken back. A repetition of it opens nothing again."""
    await contract.deliver()
    await deliver(contract)
    await contract.deliver(FOLLOW_UPS[0])
    opened = looked_at(contract)[2]
    set_state(contract, is_open=False)
    await contract.deliver(FOLLOW_UPS[0])

    assert "open" == opened
    assert looked_at(contract)[2] in {"resolved", "closed"}


async def test_states_with_names_of_an_administrator() -> None:
    """Zammad's are found by their type: a take-back closes, and what the viewer writes then opens."""
    async with http_desk("zammad") as contract:
        desk = contract.desk
        assert isinstance(desk, ZammadDesk)
        desk.states = ((1, "new", 1), (2, "offen", 2), (4, "geschlossen", 5), (5, "zusammen", 6))  # type: ignore[assignment]
        await contract.deliver()
        await deliver(contract)
        closed = looked_at(contract)[2]
        await contract.deliver(FOLLOW_UPS[0])

    assert ("geschlossen", "offen") == (closed, looked_at(contract)[2])


@pytest.mark.parametrize("number", range(1, 8))
async def test_every_call_may_break(contract: Contract, number: int) -> None:
    """The next delivery does what is missing, and nothing twice."""
    await contract.deliver()
    contract.desk.break_at = contract.desk.calls + number
    with suppress(UnreachableError):
        await deliver(contract)
    contract.desk.break_at = 0
    await deliver(contract)

    notes, messages, state = looked_at(contract)
    assert (1, 3) == (notes, messages)
    assert state in {"resolved", "closed"}


async def test_ticket_that_is_gone(contract: Contract) -> None:
    """An agent has deleted it, so there is nothing to note, and nothing is made."""
    await deliver(contract)

    assert [] == await contract.seen()
    assert not contract.desk.conversations if isinstance(contract.desk, ChatwootDesk) else True


async def test_webhook_of_a_take_back() -> None:
    """It has a type of its own, and an id of its own, and names the ticket."""
    async with http_desk("standard webhooks") as contract:
        await contract.deliver()
        await deliver(contract)
        desk = contract.desk

    assert isinstance(desk, WebhookDesk)
    event = desk.accepted[SOLVED.id]
    assert ("ticket.solved_by_viewer", TICKET.id) == (event["type"], event["data"]["ticket"])
    assert "ticket.created" == desk.accepted[TICKET.id]["type"]


async def test_bytes_that_are_no_take_back(contract: Contract) -> None:
    """They are refused, not sent for ever."""
    for payload in (b"", b"{}", msgspec.json.encode(TICKET)):
        with pytest.raises(RefusedError, match=r"stored take-back .* cannot be decoded"):
            await contract.origin().deliver(SOLVED.id, payload)


def test_ids() -> None:
    """Of a ticket, a follow-up and a take-back."""
    found = [SolvedByViewer.is_id(name) for name in (TICKET.id, f"{TICKET.id}.0a1b2c3d4e5f", SOLVED.id)]

    assert [False, False, True] == found
    assert not isinstance(SOLVED, Ticket)


async def test_take_back_over_nats(tmp_path: Path) -> None:
    """It goes to the subject of its ticket, behind it, and is stored once."""
    async with nats_desk(tmp_path) as contract:
        await contract.deliver()
        await deliver(contract)
        await deliver(contract)
        assert isinstance(contract.desk, NatsDesk)
        messages = await contract.desk.messages()

    assert 2 == len(messages)
    assert 1 == len({subject for subject, _ in messages})
    assert SOLVED == msgspec.json.decode(messages[1][1], type=SolvedByViewer)


ASSIGNED = {
    "to a person": (True, {"assignee": {"id": 5, "name": "Ana"}, "assignee_type": "User"}, 5),
    "to a person, by an older release": (True, {"assignee": {"id": 5, "name": "Ana"}}, 5),
    "to a bot, or to nobody": (False, {"assignee": {"id": 2, "name": "Bot"}, "assignee_type": "AgentBot"}, 1),
}


@pytest.mark.parametrize(("is_person", "meta", "owner"), ASSIGNED.values(), ids=ASSIGNED)
async def test_ticket_that_is_assigned(
    contract: Contract, is_person: bool, meta: dict[str, object], owner: int
) -> None:
    """A person who has it keeps it, also before the first reply. Zammad's first user stands for nobody."""
    await contract.deliver()
    if isinstance(contract.desk, ChatwootDesk):
        contract.desk.conversations[1] |= meta
    elif isinstance(contract.desk, ZammadDesk):
        contract.desk.tickets[1]["owner_id"] = owner
    before = looked_at(contract)[2]
    await deliver(contract)

    notes, _, state = looked_at(contract)
    assert 1 == notes
    assert is_person is (state == before)
