"""`edge.decide.policy.parts`: what a message with several matters means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.decide import Asked, by_verdict
from edge.errors import Reason
from edge.records import Automation, Decision, Harm, Island, Outcome, PartVerdict, Verdict
from tests.decide.policy.conftest import message, verdict

SURE, UNSURE, NOTHING = (("ship-date", 0.95),), (("ship-date", 0.4),), (("sizes", 0.1),)
STREAM = Asked(channel="stream:1")

CASES = {
    "two sure parts: both answers": (
        message(verdict(*SURE), verdict(("price", 0.93))),
        (Outcome.ANSWER, Reason.PARTS, "ship-date", ("price",), (), ""),
    ),
    "two sure parts of one matter: one answer": (
        message(verdict(*SURE), verdict(("ship-date", 0.91))),
        (Outcome.ANSWER, Reason.CONFIDENT, "ship-date", (), (), ""),
    ),
    "a sure one and a likely one: a choice": (
        message(verdict(*SURE), verdict(("price", 0.5))),
        (Outcome.CLARIFY, Reason.PARTS, "", (), ("ship-date", "price"), ""),
    ),
    "a sure one and one that is like nothing: people, and the sure answer at once": (
        message(verdict(*SURE), verdict(*NOTHING)),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", ("ship-date",), (), "fast"),
    ),
    "a sure one and a remark: answered": (
        message(verdict(*SURE), verdict(*NOTHING, asks=0.01)),
        (Outcome.ANSWER, Reason.CONFIDENT, "ship-date", (), (), ""),
    ),
    "a sure one, and one that hardly asks and is a little like a snippet: it may be for people": (
        message(verdict(*SURE), verdict(("sizes", 0.25), asks=0.01)),
        (Outcome.CLARIFY, Reason.PARTS, "", (), ("ship-date", "sizes"), ""),
    ),
    "a sure one, and one that hardly asks and is a little like harm: it may be for people": (
        message(verdict(*SURE), verdict(*NOTHING, asks=0.01, harm=Harm(threat=0.01))),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", ("ship-date",), (), "fast"),
    ),
    "a sure one, and one that is like nothing and may tell of harm: people alone": (
        message(verdict(*SURE), verdict(*NOTHING), whole=verdict(*NOTHING, harm=Harm(threat=0.07))),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", (), (), "fast"),
    ),
    "the whole is sure, its parts are related, and one may tell of harm": (
        message(verdict(("ship-date", 0.2)), verdict(("ship-date", 0.5)), whole=verdict(*SURE, harm=Harm(threat=0.07))),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", (), (), "fast"),
    ),
    "two likely ones, and more that one of them may be": (
        message(verdict(("price", 0.4)), verdict(("sizes", 0.5), ("ship-date", 0.2))),
        (Outcome.CLARIFY, Reason.PARTS, "", (), ("price", "sizes", "ship-date"), ""),
    ),
    "what happened, and a question about it: answered as a whole": (
        message(verdict(("ship-date", 0.2)), verdict(("ship-date", 0.5)), whole=verdict(*SURE)),
        (Outcome.ANSWER, Reason.CONFIDENT, "ship-date", (), (), ""),
    ),
    "what happened is like another snippet, and no question": (
        message(verdict(("ship-date", 0.97)), verdict(("price", 0.7), asks=0.3), whole=verdict(*SURE)),
        (Outcome.ANSWER, Reason.CONFIDENT, "ship-date", (), (), ""),
    ),
    "what happened is like no snippet: it may be for people": (
        message(verdict(("ship-date", 0.97)), verdict(("price", 0.15), asks=0.3), whole=verdict(*SURE)),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", ("ship-date",), (), "fast"),
    ),
    "the whole is sure, and a part asks for something else: people": (
        message(verdict(("ship-date", 0.5)), verdict(("price", 0.15)), whole=verdict(*SURE)),
        (Outcome.ESCALATE, Reason.LOW_CONFIDENCE, "", (), (), "fast"),
    ),
    "one for review: its people, and no answer": (
        message(verdict(*SURE), verdict(("refund", 0.35))),
        (Outcome.ESCALATE, Reason.REVIEW_REQUIRED, "", (), (), "payments"),
    ),
    "one for review that is unlikely: a question like any other": (
        message(verdict(*SURE), verdict(("refund", 0.2))),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", ("ship-date",), (), "fast"),
    ),
    "never before review": (
        message(verdict(("refund", 0.9)), verdict(("harm", 0.45))),
        (Outcome.ESCALATE, Reason.NEVER_AUTOMATE, "", (), (), "guards"),
    ),
    "no part asks: not answered": (
        message(verdict(*NOTHING, asks=0.1), verdict(*UNSURE, asks=0.2), whole=verdict(("price", 0.2))),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", (), (), "fast"),
    ),
    "four matters: people": (
        message(*(verdict((name, 0.6)) for name in ("ship-date", "sizes", "price")), verdict(*NOTHING)),
        (Outcome.ESCALATE, Reason.LOW_CONFIDENCE, "", (), (), "fast"),
    ),
}


def told(decision: Decision) -> tuple[Outcome, Reason, str, tuple[str, ...], tuple[str, ...], str]:
    """What a decision says, in one line."""
    options = tuple(option.snippet for option in decision.options)
    return decision.outcome, decision.reason, decision.snippet, decision.more, options, decision.lane


@pytest.mark.parametrize(("judged", "expected"), CASES.values(), ids=CASES)
def test_message_with_parts(shop: Island, judged: Verdict, expected: tuple[object, ...]) -> None:
    """In a private channel."""
    assert expected == told(by_verdict(judged, shop))


def test_public_chat_has_no_room_for_two_answers(shop: Island) -> None:
    """Its viewer picks; and what people take is answered by people alone."""
    both = by_verdict(message(verdict(*SURE), verdict(("price", 0.93))), shop, asked=STREAM)
    half = by_verdict(message(verdict(*SURE), verdict(*NOTHING)), shop, asked=STREAM)

    assert (Outcome.CLARIFY, Reason.PARTS, "", (), ("ship-date", "price"), "") == told(both)
    assert (Outcome.ESCALATE, ()) == (half.outcome, half.more)


def test_public_chat_has_remarks(shop: Island) -> None:
    """There a part that hardly asks anything is one, also if it is like a snippet."""
    found = by_verdict(message(verdict(*SURE), verdict(("sizes", 0.25), asks=0.01)), shop, asked=STREAM)

    assert (Outcome.ANSWER, "ship-date") == (found.outcome, found.snippet)


ASIDES = {
    "for people": (verdict(("refund", 0.4)), (Outcome.ESCALATE, Reason.REVIEW_REQUIRED)),
    "hardly for people": (verdict(("refund", 0.2)), (Outcome.ANSWER, Reason.CONFIDENT)),
    "like another snippet": (verdict(("price", 0.9)), (Outcome.ANSWER, Reason.CONFIDENT)),
}


@pytest.mark.parametrize(("aside", "expected"), ASIDES.values(), ids=ASIDES)
def test_aside_is_never_answered(shop: Island, aside: Verdict, expected: tuple[Outcome, Reason]) -> None:
    """It counts if it is for people."""
    judged = replace(verdict(*SURE), asides=(PartVerdict(question="an aside", verdict=aside),))
    found = by_verdict(judged, shop)

    assert expected == (found.outcome, found.reason)


def test_own_example_with_two_sentences_is_answered(shop: Island) -> None:
    """Its author approved it as a whole."""
    exact = verdict(("ship-date", 1.0), exact=True)

    assert (Outcome.ANSWER, Reason.EXACT) == told(by_verdict(exact, shop))[:2]


confidences = st.floats(0, 1)
parts = st.lists(
    st.builds(
        lambda snippet, confidence, asks: verdict((snippet, confidence), asks=asks),
        st.sampled_from(["ship-date", "sizes", "price", "refund", "harm"]),
        confidences,
        confidences,
    ),
    min_size=1,
    max_size=7,
)


@given(judged=parts, whole=confidences, public=st.booleans())
def test_part_for_people_is_never_answered(shop: Island, judged: list[Verdict], whole: float, public: bool) -> None:
    """Whichever other parts there are, and however sure the message as a whole is."""
    snippets = {snippet.id: snippet for snippet in shop.snippets}
    asked = STREAM if public else Asked()
    decision = by_verdict(message(*judged, whole=verdict(("price", whole))), shop, asked=asked)
    for_people = [
        one
        for one in judged
        if one.confidence >= 0.3 and snippets[one.candidates[0].snippet].automation is not Automation.ANSWER
    ]
    shown = {decision.snippet, *decision.more, *(option.snippet for option in decision.options)} - {""}

    assert all(snippets[name].automation is Automation.ANSWER for name in shown)
    if for_people:
        assert (Outcome.ESCALATE, set()) == (decision.outcome, shown)


def test_snippet_of_an_incident_is_not_offered(shop: Island) -> None:
    """Also not as a further option."""
    judged = message(verdict(("price", 0.4)), verdict(("sizes", 0.45), ("ship-date", 0.2)))
    found = by_verdict(judged, shop, incidents={"ship-date"})
    during = by_verdict(judged, shop, incidents={"sizes"})

    assert ["price", "sizes"] == [option.snippet for option in found.options]
    assert Outcome.ESCALATE is during.outcome


def test_remark_that_may_tell_of_harm_is_none(shop: Island) -> None:
    """Also in a public chat."""
    dark = verdict(*NOTHING, asks=0.01, harm=Harm(threat=0.03))
    found = by_verdict(message(verdict(*SURE), dark, whole=verdict(*NOTHING, harm=dark.harm)), shop, asked=STREAM)

    assert (Outcome.ESCALATE, ()) == (found.outcome, found.more)


def test_suggestions_of_a_message_are_its_parts_candidates() -> None:
    """The surest first, and none twice."""
    found = message(verdict(("price", 0.3)), verdict(("sizes", 0.9)), verdict(("price", 0.6)), verdict()).suggestions

    assert [("sizes", 0.9), ("price", 0.6)] == [(one.snippet, one.confidence) for one in found]
