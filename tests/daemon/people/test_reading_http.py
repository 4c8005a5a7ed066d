"""Messages with several matters, with harm in them, and lines of a public chat, through HTTP."""

from typing import Any

import msgspec
import pytest

from edge.records import AskResponse, Harm, Ticket
from tests.daemon.conftest import RunningPop
from tests.pen import DROP

CHAT = {"channel": "stream:1"}


async def ask(pop: RunningPop, text: str, **fields: Any) -> AskResponse:
    """The response to one message."""
    _, document, _ = await pop.post({"island": str(DROP), "text": text, **fields})
    return msgspec.convert(document, AskResponse)


async def ticket_of(pop: RunningPop, response: AskResponse) -> Ticket:
    """The ticket as origin got it."""
    assert response.ticket is not None
    await pop.until_at_origin({response.ticket})
    return msgspec.convert(pop.origin.tickets[response.ticket], Ticket)


DANGER = (
    "this viewer says they want to hurt themselves. also cant see the price on my phone, what is it",
    "when does it ship? also a viewer says he is going to kill himself",
    "how much is the hoodie and my friend wants to kill herself tonight please help",
)


@pytest.mark.parametrize("text", DANGER)
async def test_message_with_danger_in_it_is_never_answered(pop: RunningPop, text: str) -> None:
    """Its people get it, with the deadline of their lane; the viewer reads a few words at once."""
    response = await ask(pop, text)
    ticket = await ticket_of(pop, response)

    assert ("escalate", "safety", None, ()) == (response.outcome, response.lane, response.answer, response.more)
    assert ("safety", text) == (ticket.kind, ticket.text)
    assert response.notice is not None


async def test_ticket_has_the_probability_of_harm(pop: RunningPop) -> None:
    """People of the lane read how likely it is, and of what kind."""
    ticket = await ticket_of(pop, await ask(pop, "my friend wants to kill herself tonight please help"))

    assert isinstance(ticket.harm, Harm)
    assert ticket.harm.self_harm > 0.3


async def test_question_about_another_thing_goes_to_people(pop: RunningPop) -> None:
    """With the words of an own example, but for the thing; the same question about ours is answered."""
    ours, other = "how much is the hoodie", "how much is the teapot"

    assert "answer" == (await ask(pop, ours)).outcome
    assert "answer" != (await ask(pop, other)).outcome


async def test_two_questions_have_two_answers(pop: RunningPop) -> None:
    """Each is signed; in a public chat the viewer picks."""
    text = "when does it ship? and also what sizes are there"
    response, in_chat = await ask(pop, text), await ask(pop, text, **CHAT)

    assert ("answer", "parts", 1) == (response.outcome, response.reason, len(response.more))
    assert response.answer != response.more[0].answer
    assert response.more[0].signed.document
    assert ("clarify", "parts", 2) == (in_chat.outcome, in_chat.reason, len(in_chat.options))


async def test_one_question_of_two_is_for_people(pop: RunningPop) -> None:
    """They see both, and the viewer sees the answer to the one that is sure."""
    response = await ask(pop, "when does it ship? also do you know a good dentist in the harbour")
    ticket = await ticket_of(pop, response)

    assert ("escalate", 1) == (response.outcome, len(response.more))
    assert ["when does it ship", "a good dentist in the harbour"] == [one.text for one in ticket.parts or ()]


async def test_chatter_of_a_stream_costs_nobody_anything(pop: RunningPop) -> None:
    """At a support widget the same words are for people."""
    lines = ["this stream is amazing", "LETS GOOOO", "that was so good omg"]
    found = [await ask(pop, line, **CHAT) for line in lines]
    private = await ask(pop, "this stream is amazing")

    assert [("ignore", "chatter", None)] * 3 == [(one.outcome, one.reason, one.ticket) for one in found]
    assert "escalate" == private.outcome
    assert "safety" != private.lane


async def test_equal_questions_of_a_stream_are_one_ticket(pop: RunningPop) -> None:
    """And one that names the team is always a ticket."""
    text = "do you know whether the harbour bridge is closed today?"
    found = [await ask(pop, words, **CHAT) for words in (text, text.upper(), f"@support {text}")]

    assert [("escalate", "out_of_scope"), ("ignore", "already_asked"), ("escalate", "out_of_scope")] == [
        (one.outcome, one.reason) for one in found
    ]


async def test_stream_has_a_budget(pop: RunningPop) -> None:
    """Of questions that no snippet is about, one viewer has half of a minute's six; further ones have their reason."""
    places = ("bridge", "museum", "station", "library", "airport", "market", "castle", "theatre")
    found = [await ask(pop, f"do you know when the {place} opens tomorrow?", **CHAT) for place in places]
    reasons = [one.reason for one in found if one.reason in {"out_of_scope", "out_of_scope_budget"}]

    assert ["out_of_scope"] * 3 == reasons[:3]
    assert {"out_of_scope_budget"} == set(reasons[3:])
