"""Filters through HTTP: what people get, what the viewer hears, and what is never said."""

from collections import Counter
from typing import Any

import msgspec
from msgspec.structs import replace

from edge.records import AskResponse, Ticket
from edge.records.filters import Filter, FilterAction, FilterRule, FiltersPolicy
from tests.daemon.api.test_feedback_http import Desk
from tests.daemon.buttons.test_trees_http import desk, publish
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen

__all__ = ["desk"]

SECRET = "the parcel goes to jo@example.com, card 4111 1111 1111 1111, iban DE89 3704 0044 0532 0130 00"


async def ask(pop: RunningPop, text: str, **fields: Any) -> AskResponse:
    """The response to one message."""
    _, document, _ = await pop.post({"island": str(DROP), "text": text, **fields})
    return msgspec.convert(document, AskResponse)


async def ticket_of(pop: RunningPop, response: AskResponse) -> Ticket:
    """The ticket as origin got it."""
    assert response.ticket is not None
    await pop.until_at_origin({response.ticket})
    return msgspec.convert(pop.origin.tickets[response.ticket], Ticket)


async def test_ticket_has_masks(pop: RunningPop) -> None:
    """People read what kind of data was there, the viewer hears it, and the verdicts are in the ticket's context."""
    response = await ask(pop, SECRET, want="person")
    ticket = await ticket_of(pop, response)

    assert "the parcel goes to [mail], card [card], iban [iban]" == ticket.text
    assert ("mail", "card", "iban") == response.masked
    assert ["iban", "card", "mail"] == [one.rule for one in ticket.context.filters or ()]


async def test_ordinary_question_is_as_before(pop: RunningPop, pen: Pen) -> None:
    """Nothing is masked, so nothing is said of it."""
    _, document, _ = await pop.post({"island": str(DROP), "text": pen.example})

    assert "masked" not in document
    ticket = await ticket_of(pop, await ask(pop, "order 4711 of 2026-11-27", want="person"))
    assert ("order 4711 of 2026-11-27", msgspec.UNSET) == (ticket.text, ticket.context.filters)


async def test_scam_is_held_for_people(pop: RunningPop, pen: Pen) -> None:
    """A sure answer is not given below a scam; people see the link, and metrics count the reason."""
    response = await ask(pop, f"{pen.example} bit.ly/free-hoodie")
    ticket = await ticket_of(pop, response)

    assert ("escalate", None) == (response.outcome, response.answer)
    assert "bit.ly/free-hoodie" in ticket.text
    assert ["scam"] == [one.rule for one in ticket.context.filters or ()]


async def test_signed_filters(desk: Desk, pen: Pen) -> None:
    """Before the judgement a scam is ignored and no person has it; addresses that the island lets pass are kept."""
    policy = FiltersPolicy(
        before=(Filter(rule=FilterRule.SCAM, then=FilterAction.IGNORE),),
        after=(Filter(rule=FilterRule.MAIL, then=FilterAction.PASS),),
    )
    async with desk.running() as pop:
        prepared = replace(pen.prepared, source=replace(pen.prepared.source, filters=policy))
        await publish(pop, pen, desk.config.folder / "home", prepared)
        scam = await ask(pop, f"{pen.example} bit.ly/free-hoodie")
        wanted = await ask(pop, "a person please, bit.ly/free-hoodie", want="person")
        ticket = await ticket_of(pop, await ask(pop, "jo@example.com or +49 171 1234567", want="person"))

    assert ("ignore", "filtered", None, None) == (scam.outcome, scam.reason, scam.confidence, scam.ticket)
    assert ("escalate", "asked_for_person") == (wanted.outcome, wanted.reason)
    assert "jo@example.com or [phone]" == ticket.text


async def test_what_came_of_a_masked_question_counts_for_its_filter(pop: RunningPop, pen: Pen) -> None:
    """The shop posts the receipt; another viewer's question without personal data counts for no filter."""
    for session, text in (("one", pen.example), ("two", f"{pen.example} jo@example.com")):
        _, asked, _ = await pop.post({"island": str(DROP), "text": text, "session": session})
        said = {"receipt": asked["receipt"], "converted": True, "helpful": text != pen.example}
        assert 200 == (await pop.post(said, path="/v1/feedback"))[0]
    cells = msgspec.json.decode((await pop.get("/v1/stats"))[1])["cells"]
    counts = Counter[str]()
    for cell in cells:
        counts.update(cell["counts"])

    assert 1 == counts["filtered.mail.mask"] == counts["touched.mail.feedback.converted"]
    assert (1, 1) == (counts["feedback.not_helpful"], counts["touched.mail.feedback.helpful"])


async def test_words_are_in_no_metric(pop: RunningPop) -> None:
    """Rules are counted, and what they found is not."""
    await ask(pop, SECRET, want="person")
    page = (await pop.get("/metrics"))[1]

    assert b"jo@example" not in page
    assert b"4111" not in page


def test_policy_of_an_older_island() -> None:
    """An island that was signed before there were filters has the usual ones."""
    policy = FiltersPolicy()

    assert FilterAction.MASK is policy.then(FilterRule.CARD)
    assert FilterAction.HOLD is policy.then(FilterRule.SCAM)
    assert FilterAction.PASS is FiltersPolicy(after=(Filter(rule=FilterRule.CARD, then=FilterAction.PASS),)).then(
        FilterRule.CARD
    )
