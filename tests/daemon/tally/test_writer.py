"""`edge.daemon.tally.writer`: in any order of events nothing is counted twice and nothing is missing."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.daemon.tally import TallyWriter
from edge.daemon.tally.writer import ArrivedDeskEvent, FeedbackEvent
from edge.errors import Reason
from edge.records import DeskEvent, FeedbackTopic, Outcome, Suggestion, TicketState
from edge.store.tally import TallyStore
from edge.tally import Decided, TicketRecord, figures_of
from edge.tokens import Receipt

WINDOW_S = 100.0
REASONS = {
    Outcome.ANSWER: Reason.EXACT,
    Outcome.CLARIFY: Reason.AMBIGUOUS,
    Outcome.ESCALATE: Reason.LOW_CONFIDENCE,
    Outcome.IGNORE: Reason.COOLING_DOWN,
}
QUESTION = st.tuples(st.sampled_from("abc"), st.sampled_from(Outcome), st.integers(0, 60), st.booleans())


def decided(at: float, *, outcome: Outcome = Outcome.ANSWER, session: str = "a", ticket: str = "") -> Decided:
    """The event of one question."""
    suggested = ("refund",) if ticket else ()
    contact = session.encode()
    return Decided(at, "acme/drop", "refund", outcome, REASONS[outcome], contact, ticket, 1, suggested)


def totals(store: TallyStore) -> Counter[str]:
    """Every count, summed over all hours."""
    return sum(store.hours(0, "*").values(), Counter[str]())


def expected_contacts(questions: list[Decided]) -> Counter[str]:
    """The definition of contacts, applied to all questions of each session at once."""
    ends: Counter[str] = Counter()
    for session in {question.contact for question in questions}:
        left = [question for question in questions if question.contact == session and question.is_question]
        while left:
            inside = [question.outcome for question in left if question.at - left[0].at <= WINDOW_S]
            left = left[len(inside) :]
            after = [outcome for outcome in inside if outcome is not Outcome.CLARIFY]
            if not after:
                end = "open"
            elif after[0] is Outcome.ESCALATE:
                end = "people"
            else:
                end = "resolved" if inside[-1] is Outcome.ANSWER and len(after) == 1 else "again"
            ends[f"contact.{end}"] += 1
    return ends


@settings(max_examples=60)
@given(st.lists(QUESTION, max_size=25))
def test_contacts_are_as_defined(course: list[tuple[str, Outcome, int, bool]]) -> None:
    """Questions written one by one or in batches, with pauses, give the same contacts as all of them at once."""
    now, questions, batch = 0.0, list[Decided](), list[Decided]()
    with tempfile.TemporaryDirectory() as folder, TallyStore(Path(folder)) as store:
        writer = TallyWriter(store, texts=lambda _: (), contact_window_s=WINDOW_S)
        for session, outcome, pause_s, is_written in course:
            now += pause_s
            batch.append(decided(now, outcome=outcome, session=session))
            if is_written:
                writer.write(batch, now)
                questions, batch = questions + batch, []
        writer.write(batch, now)
        writer.write([], now + WINDOW_S + 1)
        found = totals(store)

    questions += batch
    assert expected_contacts(questions) == Counter(
        {name: n for name, n in found.items() if name.startswith("contact.") and name != "contact.answers"}
    )
    answers = sum(question.outcome is Outcome.ANSWER for question in questions)
    assert answers == found["answered"] == found["contact.answers"]
    assert len(questions) == figures_of(found).questions + found["ignored"]


def feedback(at: float, number: int, **statements: bool) -> FeedbackEvent:
    """Feedback on an outcome of session `a`."""
    receipt = Receipt(bytes([number]), "acme/drop", "refund", b"a", at)
    return FeedbackEvent(receipt, {FeedbackTopic(topic): value for topic, value in statements.items()})


def test_feedback_on_an_earlier_contact_does_not_change_the_next(tmp_path: Path) -> None:
    """The feedback is counted, but the contact that it is about has ended."""
    with TallyStore(tmp_path) as store:
        writer = TallyWriter(store, texts=lambda _: (), contact_window_s=WINDOW_S)
        writer.write([decided(0.0)], 0.0)
        writer.write([decided(200.0), feedback(0.0, 1, contacted_again=True)], 200.0)
        writer.write([], 400.0)
        found = totals(store)

    assert (2, 1, 0) == (found["contact.resolved"], found["feedback.contacted_again"], found["contact.again"])


def desk_event(
    name: str, state: TicketState, *, reply: str = "", suggestion: Suggestion | None = None
) -> ArrivedDeskEvent:
    """A desk event about ticket `t` that arrives at second 10."""
    return ArrivedDeskEvent(DeskEvent(id=name, ticket="t", state=state, reply=reply, suggestion=suggestion), 10.0)


STATED = {
    "compared": ("Refunds take five days", None, Suggestion.USED),
    "stated, and contradicted by the words": ("Refunds take five days", Suggestion.IGNORED, Suggestion.IGNORED),
    "stated, without a reply": ("", Suggestion.EDITED, Suggestion.EDITED),
    "neither": ("", None, None),
}


@pytest.mark.parametrize(("reply", "stated", "expected"), STATED.values(), ids=STATED.keys())
def test_suggestion(tmp_path: Path, reply: str, stated: Suggestion | None, expected: Suggestion | None) -> None:
    """The result that the desk states counts more than the comparison."""
    compared: list[TicketRecord] = []

    def texts(ticket: TicketRecord) -> list[str]:
        compared.append(ticket)
        return ["Refunds take five days."]

    with TallyStore(tmp_path) as store:
        writer = TallyWriter(store, texts=texts, contact_window_s=WINDOW_S)
        writer.write([decided(0.0, outcome=Outcome.ESCALATE, ticket="t")], 0.0)
        writer.write([desk_event("1", TicketState.ANSWERED, reply=reply, suggestion=stated)], 10.0)
        writer.write([desk_event("2", TicketState.RESOLVED, reply="something else")], 10.0)
        found = totals(store)

    assert ([expected] if expected else []) == [result for result in Suggestion if found[f"suggestion.{result}"]]
    assert [(("refund",), 1)] * (stated is None and reply != "") == [(t.suggested, t.revision) for t in compared]


def test_unknown_ticket(tmp_path: Path) -> None:
    """An event about a ticket of another state directory, or of last week, is not counted."""
    with TallyStore(tmp_path) as store:
        written = TallyWriter(store, texts=lambda _: (), contact_window_s=WINDOW_S).write(
            [desk_event("1", TicketState.RESOLVED)], 10.0
        )

    assert ({}, [], [None]) == written


def test_filters_of_a_conversation_count_with_its_end(tmp_path: Path) -> None:
    """Also that of a message which was ignored. The next contact of the session is touched by none."""
    asked = decided(0.0)._replace(filtered=(("mail", "mask"),))
    flood = decided(5.0, outcome=Outcome.IGNORE)._replace(filtered=(("flood", "ignore"),))
    said = FeedbackEvent(
        Receipt(b"1", "acme/drop", "refund", b"a", 0.0, rules=("mail",)), {FeedbackTopic.CONVERTED: True}
    )
    with TallyStore(tmp_path) as store:
        writer = TallyWriter(store, texts=lambda _: (), contact_window_s=WINDOW_S)
        writer.write([asked, flood, said], 5.0)
        writer.write([flood._replace(at=150.0, contact=b"other"), decided(151.0)], 151.0)
        writer.write([], 400.0)
        found = totals(store)
        cells = store.cells(0, "*")

    assert 2 == found["contact.resolved"]
    assert {"touched.mail.contact.resolved", "touched.flood.contact.resolved", "touched.mail.feedback.converted"} == {
        name for name in found if name.startswith("touched.") and found[name] == 1
    }
    assert 1 == cells["acme/drop", "refund"]["touched.mail.feedback.converted"]
