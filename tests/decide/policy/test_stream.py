"""`edge.decide.policy.stream`: what a stream's public chat costs people, and what it never loses."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.decide import Asked, Standing, by_verdict, conclude
from edge.errors import Reason
from edge.records import Harm, Island, Outcome, Route, Verdict
from tests.decide.policy.conftest import message, verdict

STREAM, WIDGET = Asked(channel="stream:1"), Asked()
TALK = verdict(("price", 0.1), asks=0.02)

CHAT = {
    "said among viewers": (TALK, STREAM, (Outcome.IGNORE, Reason.CHATTER)),
    "the same at a support widget": (TALK, WIDGET, (Outcome.ESCALATE, Reason.OUT_OF_SCOPE)),
    "asked": (verdict(("price", 0.1), asks=0.4), STREAM, (Outcome.ESCALATE, Reason.OUT_OF_SCOPE)),
    "like a snippet": (verdict(("price", 0.6), asks=0.1), STREAM, (Outcome.ESCALATE, Reason.LOW_CONFIDENCE)),
    "a sure answer": (verdict(("price", 0.95), asks=0.1), STREAM, (Outcome.ANSWER, Reason.CONFIDENT)),
    "the words of a question, and surely none": (
        verdict(("price", 0.95), asks=0.005),
        STREAM,
        (Outcome.IGNORE, Reason.CHATTER),
    ),
    "an author's own example": (
        verdict(("price", 1.0), asks=0.0, exact=True),
        STREAM,
        (Outcome.ANSWER, Reason.EXACT),
    ),
    "addressed to the team": (TALK, Asked("x", "stream", mentions=("support",)), (Outcome.ESCALATE, "out_of_scope")),
    "addressed to the tenant": (TALK, Asked("x", "stream", mentions=("acme",)), (Outcome.ESCALATE, "out_of_scope")),
    "addressed to another viewer": (TALK, Asked("x", "stream", mentions=("maya",)), (Outcome.IGNORE, "chatter")),
    "another language": (
        verdict(("price", 0.1), asks=0.03, is_foreign=True),
        STREAM,
        (Outcome.ESCALATE, Reason.LANGUAGE_UNSUPPORTED),
    ),
    "a greeting in another language": (
        verdict(("price", 0.1), asks=0.0, is_foreign=True),
        STREAM,
        (Outcome.IGNORE, Reason.CHATTER),
    ),
    "one of two parts asks": (
        message(TALK, verdict(("price", 0.2), asks=0.9)),
        STREAM,
        (Outcome.ESCALATE, "out_of_scope"),
    ),
    "it may tell of harm": (
        replace(TALK, harm=Harm(self_harm=0.3)),
        STREAM,
        (Outcome.ESCALATE, Reason.HARM_POSSIBLE),
    ),
}


@pytest.mark.parametrize(("judged", "asked", "expected"), CHAT.values(), ids=CHAT)
def test_line_of_a_chat(shop: Island, judged: Verdict, asked: Asked, expected: tuple[Any, ...]) -> None:
    """Only what asks for something is anybody's work."""
    found = by_verdict(judged, shop, asked=asked)

    assert expected == (found.outcome, found.reason)


def test_word_that_wants_a_review_is_never_chatter(shop: Island) -> None:
    """Its author said so."""
    ruled = replace(shop, routes=(Route(lane="law", keywords=("sue",), review=True),))

    assert Outcome.ESCALATE is by_verdict(TALK, ruled, asked=Asked("i sue", "stream")).outcome


OUT, LOW = verdict(("price", 0.1)), verdict(("price", 0.6))
FULL, KNOWN = Standing(is_over_budget=True), Standing(is_with_people=True)

TIME = {
    "out of scope, and the minute is used up": (OUT, STREAM, FULL, Reason.OUT_OF_SCOPE_BUDGET),
    "out of scope, at a support widget": (OUT, WIDGET, FULL, Reason.OUT_OF_SCOPE),
    "like a snippet": (LOW, STREAM, FULL, Reason.LOW_CONFIDENCE),
    "another language": (replace(OUT, is_foreign=True), STREAM, FULL, Reason.OUT_OF_SCOPE_BUDGET),
    "addressed to the team": (OUT, Asked("x", "stream", mentions=("mods",)), FULL, Reason.OUT_OF_SCOPE),
    "for review": (verdict(("refund", 0.95)), STREAM, FULL, Reason.REVIEW_REQUIRED),
    "harm": (replace(OUT, harm=Harm(threat=0.9)), STREAM, FULL, Reason.HARM),
    "it may tell of harm": (replace(OUT, harm=Harm(threat=0.3)), STREAM, FULL, Reason.OUT_OF_SCOPE),
    "people have its like": (OUT, STREAM, KNOWN, Reason.ALREADY_ASKED),
    "people have its like, which is like a snippet": (LOW, STREAM, KNOWN, Reason.ALREADY_ASKED),
    "people have its like, and it may be harm": (
        replace(LOW, harm=Harm(threat=0.3)),
        STREAM,
        KNOWN,
        Reason.LOW_CONFIDENCE,
    ),
    "people have its like, for review": (verdict(("refund", 0.95)), STREAM, KNOWN, Reason.REVIEW_REQUIRED),
}


@pytest.mark.parametrize(("judged", "asked", "standing", "reason"), TIME.values(), ids=TIME)
def test_peoples_time_for_a_chat(
    shop: Island, judged: Verdict, asked: Asked, standing: Standing, reason: Reason
) -> None:
    """Harm, reviews and messages to the team take as much of it as they need."""
    assert reason == conclude(judged, island=shop, asked=asked, standing=standing, now=0.0).decision.reason
