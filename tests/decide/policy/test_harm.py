"""`edge.decide.policy.harm`: who takes a message that tells of harm or fraud, or that may tell of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.decide import Asked, Session, Standing, by_verdict, conclude, notice_of
from edge.decide.policy import SELF_HARM_TEXT
from edge.decide.policy.harm import danger_in
from edge.errors import Reason
from edge.records import Decision, Harm, HarmPolicy, Island, Outcome, Route, TicketKind, Urgency, Verdict
from tests.decide.policy.conftest import message, verdict

SURE = ("price", 0.99)

CASES = {
    "likely harm, and a sure answer: the island's people for it": (
        verdict(SURE, harm=Harm(self_harm=0.8)),
        (Outcome.ESCALATE, Reason.HARM, "guards", TicketKind.SAFETY, None),
    ),
    "kinds of harm add up": (
        verdict(SURE, harm=Harm(threat=0.3, harassment=0.3)),
        (Outcome.ESCALATE, Reason.HARM, "guards", TicketKind.SAFETY, None),
    ),
    "likely fraud: the lane of its kind": (
        verdict(SURE, harm=Harm(fraud=0.7)),
        (Outcome.ESCALATE, Reason.HARM, "fraud", TicketKind.FRAUD, None),
    ),
    "doubtful: people of an ordinary lane, with a flag": (
        verdict(SURE, harm=Harm(emergency=0.2)),
        (Outcome.ESCALATE, Reason.HARM_POSSIBLE, "fast", TicketKind.SUPPORT, TicketKind.SAFETY),
    ),
    "doubtful, and people take it anyway": (
        verdict(("price", 0.2), harm=Harm(fraud=0.2)),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "fast", TicketKind.SUPPORT, TicketKind.FRAUD),
    ),
    "unlikely: answered": (
        verdict(SURE, harm=Harm(self_harm=0.1)),
        (Outcome.ANSWER, Reason.CONFIDENT, "", TicketKind.SUPPORT, None),
    ),
    "the island's own snippet says so": (
        verdict(("harm", 0.6)),
        (Outcome.ESCALATE, Reason.NEVER_AUTOMATE, "guards", TicketKind.SAFETY, None),
    ),
    "the island's own snippet is first, and unlikely": (
        verdict(("harm", 0.1)),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "fast", TicketKind.SUPPORT, None),
    ),
    "what may be fraud is most likely the island's own matter: its people, with a flag": (
        verdict(("refund", 0.6), harm=Harm(fraud=0.7)),
        (Outcome.ESCALATE, Reason.REVIEW_REQUIRED, "payments", TicketKind.SUPPORT, TicketKind.FRAUD),
    ),
    "harm is never the island's own matter": (
        verdict(("refund", 0.6), harm=Harm(threat=0.7)),
        (Outcome.ESCALATE, Reason.HARM, "guards", TicketKind.SAFETY, None),
    ),
    "the island's own snippets say so together, and none alone": (
        verdict(("harm", 0.3), ("harm-2", 0.25)),
        (Outcome.ESCALATE, Reason.HARM, "guards", TicketKind.SAFETY, None),
    ),
    "certain fraud before doubtful harm": (
        verdict(SURE, harm=Harm(self_harm=0.3, fraud=0.6)),
        (Outcome.ESCALATE, Reason.HARM, "fraud", TicketKind.FRAUD, None),
    ),
    "harm in another language": (
        verdict(SURE, harm=Harm(self_harm=0.8), is_foreign=True),
        (Outcome.ESCALATE, Reason.HARM, "guards", TicketKind.SAFETY, None),
    ),
    "harm in one part of a message": (
        message(verdict(SURE), verdict(("harm", 0.7))),
        (Outcome.ESCALATE, Reason.NEVER_AUTOMATE, "guards", TicketKind.SAFETY, None),
    ),
    "small talk that may tell of harm": (
        verdict(("price", 0.1), harm=Harm(self_harm=0.3), asks=0.0),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "fast", TicketKind.SUPPORT, TicketKind.SAFETY),
    ),
    "an author's own example": (
        verdict(("price", 1.0), harm=Harm(fraud=0.9), exact=True),
        (Outcome.ANSWER, Reason.EXACT, "", TicketKind.SUPPORT, None),
    ),
}


def told(decision: Decision) -> tuple[Any, ...]:
    """What a decision says, in one line."""
    return decision.outcome, decision.reason, decision.lane, decision.kind, decision.suspected


@pytest.mark.parametrize(("judged", "expected"), CASES.values(), ids=CASES)
def test_message_that_may_tell_of_harm(shop: Island, judged: Verdict, expected: tuple[Any, ...]) -> None:
    """On an island with a snippet for safety and none for fraud."""
    assert expected == told(by_verdict(judged, shop))


def test_public_chat_is_no_exception(shop: Island) -> None:
    """What may tell of harm is never ignored there."""
    judged = verdict(("price", 0.1), harm=Harm(self_harm=0.3), asks=0.0)

    assert Outcome.ESCALATE is by_verdict(judged, shop, asked=Asked(channel="stream")).outcome


def test_tenant_sets_the_floor(shop: Island) -> None:
    """Both of them."""
    strict = replace(shop, harm=HarmPolicy(floor=0.2, doubt=0.1))
    judged = verdict(SURE, harm=Harm(threat=0.25))

    assert [Reason.HARM_POSSIBLE, Reason.HARM] == [by_verdict(judged, island).reason for island in (shop, strict)]


def test_island_without_a_snippet_for_it(shop: Island) -> None:
    """A route that names the kind says the lane; without one, the kind does."""
    judged = verdict(SURE, harm=Harm(emergency=0.9))
    bare = replace(shop, routes=(), snippets=shop.snippets[:3])
    routed = replace(bare, routes=(Route(lane="medics", keywords=("medic",), kind=TicketKind.SAFETY),))

    assert ["safety", "medics"] == [by_verdict(judged, island).lane for island in (bare, routed)]


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.floats(0, 1))
def test_likely_harm_is_never_answered(shop: Island, probabilities: list[float], confidence: float) -> None:
    """However sure the answer is."""
    names = ("self_harm", "threat", "harassment", "emergency", "fraud")
    harm = Harm(**dict(zip(names, probabilities, strict=True)))
    decision = by_verdict(verdict(("price", confidence), harm=harm), shop)

    if max(harm.safety, harm.fraud) >= shop.harm_policy.floor:
        assert decision.kind is not TicketKind.SUPPORT
    if max(harm.safety, harm.fraud) >= shop.harm_policy.doubt:
        assert Outcome.ESCALATE is decision.outcome


NOTICES = {
    "self-harm": (Harm(self_harm=0.7), "", SELF_HARM_TEXT),
    "self-harm, in the author's words": (Harm(self_harm=0.7), "call 123", "call 123"),
    "an emergency": (Harm(emergency=0.7), "call 123", None),
    "a threat, and less likely self-harm": (Harm(self_harm=0.3, threat=0.6), "", None),
    "doubtful": (Harm(self_harm=0.2), "", None),
    "nothing": (Harm(), "", None),
}


@pytest.mark.parametrize(("harm", "text", "expected"), NOTICES.values(), ids=NOTICES)
def test_notice(shop: Island, harm: Harm, text: str, expected: str | None) -> None:
    """Only a viewer whose message most likely tells of self-harm reads it."""
    island = replace(shop, harm=HarmPolicy(floor=0.5, doubt=0.15, self_harm_text=text))
    judged = verdict(("price", 0.2), harm=harm)

    assert expected == notice_of(by_verdict(judged, island), judged, island)


def test_notice_for_an_own_example(shop: Island) -> None:
    """It was not read for kinds of harm, so it may be this one."""
    judged = verdict(("harm", 1.0), exact=True)

    assert SELF_HARM_TEXT == notice_of(by_verdict(judged, shop), judged, shop)


def test_default_text_names_no_number() -> None:
    """Which number is right depends on where the viewer is."""
    assert not any(character.isdigit() for character in SELF_HARM_TEXT)


def test_possible_harm_waits_for_nobody(shop: Island) -> None:
    """It is never called back; and people who have the session are told, too."""
    judged = verdict(SURE, harm=Harm(emergency=0.2))
    session = Standing(Session(people_until=10.0, lane="fast"))
    found = [
        conclude(judged, island=shop, asked=Asked(), standing=standing, now=0.0).decision
        for standing in (Standing(), session)
    ]

    assert [Reason.HARM_POSSIBLE, Reason.HUMAN_ACTIVE] == [one.reason for one in found]
    assert [(Urgency.NEVER_DEFERRED, TicketKind.SAFETY)] * 2 == [(one.urgency, one.suspected) for one in found]


@pytest.mark.parametrize("first", [SURE, ("harm", 0.6), ("harm", 0.2), ("refund", 0.6)])
@pytest.mark.parametrize("found", [Harm(), Harm(fraud=0.149), Harm(fraud=0.15), Harm(threat=0.1, emergency=0.1)])
def test_a_message_without_a_sign_of_danger_is_left_at_once_with_the_same_result(
    first: tuple[str, float], found: Harm, shop: Island, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quick look finds what the whole one finds: here the whole one is forced, by a flag that might be there."""
    judged = verdict(first, harm=found)
    quick = danger_in(judged, shop)
    monkeypatch.setattr("edge.decide.policy.harm._may_mean_flagged", lambda *_: True)

    assert danger_in(judged, shop) == quick
