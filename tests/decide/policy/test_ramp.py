"""`edge.decide.policy.ramp`: what is offered before people as a drop begins, and what never waits."""

from datetime import timedelta

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from edge.decide import Asked, ChannelClass, OfferRefused, Resolution, Session, Standing, Unjudged, conclude
from edge.errors import Reason
from edge.records import Decision, Harm, Island, OffersPolicy, Outcome, RampPolicy, TicketKind
from edge.records.trees import Tree, TreeStep
from tests.decide.policy.conftest import verdict

TREE = Tree(id="help", steps=(TreeStep(id="start", lane="fast"),))
HALF = verdict(("sizes", 0.4), ("price", 0.1))
NOTHING = verdict(("sizes", 0.1))


@pytest.fixture(scope="session")
def island(shop: Island) -> Island:
    """The shop with a ramp of five minutes and a tree."""
    return replace(shop, offers=OffersPolicy(), ramp=RampPolicy(), trees=(TREE,))


def after(
    island: Island,
    resolution: Resolution,
    minutes: float = 1.0,
    *,
    asked: Asked | None = None,
    session: Session | None = None,
) -> Decision:
    """The decision so many minutes after the island opened."""
    now = (island.opens + timedelta(minutes=minutes)).timestamp()
    standing = Standing(session=session)
    return conclude(resolution, island=island, asked=asked or Asked("hi"), standing=standing, now=now).decision


def test_offered_before_people(island: Island) -> None:
    """The likely snippets if there are any, else the trees alone."""
    likely, unlikely = after(island, HALF), after(island, NOTHING)

    assert [(Outcome.CLARIFY, Reason.RAMP)] * 2 == [(one.outcome, one.reason) for one in (likely, unlikely)]
    assert ["sizes", "price"] == [option.snippet for option in likely.options]
    assert () == unlikely.options
    assert ("", "") == (likely.lane, unlikely.lane)


@pytest.mark.parametrize(("minutes", "is_ramp"), [(-1, False), (0, True), (4.99, True), (5, False), (600, False)])
def test_its_time(island: Island, minutes: float, is_ramp: bool) -> None:
    """From `opens` on, and not for longer than it says."""
    assert is_ramp == (after(island, NOTHING, minutes).reason is Reason.RAMP)


def test_island_without_a_ramp(island: Island) -> None:
    """Of an earlier release, or of an author who wants none; and one that has nothing to offer."""
    assert Reason.OUT_OF_SCOPE is after(replace(island, ramp=UNSET), NOTHING).reason
    assert Reason.OUT_OF_SCOPE is after(replace(island, trees=()), NOTHING).reason
    assert Reason.RAMP is after(replace(island, trees=()), HALF).reason


NEVER = {
    "a wish for a person": (Unjudged(Reason.ASKED_FOR_PERSON), Reason.ASKED_FOR_PERSON),
    "harm": (verdict(("sizes", 0.4), harm=Harm(threat=0.5)), Reason.HARM),
    "perhaps harm": (verdict(("sizes", 0.4), harm=Harm(threat=0.2)), Reason.OUT_OF_SCOPE),
    "fraud": (verdict(("sizes", 0.4), harm=Harm(fraud=0.5)), Reason.HARM),
    "what only people answer": (verdict(("refund", 0.95)), Reason.REVIEW_REQUIRED),
    "what only people answer, perhaps": (verdict(("sizes", 0.3), ("refund", 0.15)), Reason.OUT_OF_SCOPE),
    "the same in a language that the second model reads": (
        replace(NOTHING, across=verdict(("refund", 0.15)).candidates), Reason.OUT_OF_SCOPE,
    ),
    "a little harm in such a language": (
        replace(NOTHING, across=HALF.candidates, across_harm=Harm(emergency=0.02)), Reason.OUT_OF_SCOPE,
    ),
    "another language": (replace(HALF, is_foreign=True), Reason.LANGUAGE_UNSUPPORTED),
    "what triage could not judge": (Unjudged(Reason.MODEL_UNAVAILABLE), Reason.MODEL_UNAVAILABLE),
    "too much at once": (Unjudged(Reason.OVERLOADED), Reason.OVERLOADED),
}  # fmt: skip


@pytest.mark.parametrize(("resolution", "reason"), NEVER.values(), ids=NEVER)
def test_never_held_back(island: Island, resolution: Resolution, reason: Reason) -> None:
    """It goes to people at once, as without a ramp."""
    found = after(island, resolution)

    assert (Outcome.ESCALATE, reason) == (found.outcome, found.reason)
    assert found == after(island, resolution, 600)


def test_words_that_nobody_could_read(island: Island) -> None:
    """Of a viewer with another language, what triage knows no meaning for waits only if the second model read it."""
    asked = Asked("quemaduras", is_other_language=True)
    unread, read = (after(island, replace(NOTHING, across=across), asked=asked) for across in ((), HALF.candidates))

    assert [Reason.OUT_OF_SCOPE, Reason.RAMP] == [unread.reason, read.reason]
    assert Reason.RAMP is after(island, verdict(("sizes", 0.4), ("price", 0.2)), asked=asked).reason


def test_answers_and_offers_are_as_ever(island: Island) -> None:
    """What is sure is answered, and what is likely enough is asked back, as at any time."""
    for judged in (verdict(("sizes", 0.95)), verdict(("sizes", 0.7))):
        assert after(island, judged, 600) == after(island, judged)


def test_public_chat(island: Island) -> None:
    """It has no buttons."""
    asked = Asked("hi", channel=f"{ChannelClass.STREAM}:1")

    assert after(island, HALF, 600, asked=asked) == after(island, HALF, asked=asked)


def test_session_that_people_have(island: Island) -> None:
    """It stays with them; and who was offered something often enough goes to them."""
    now = island.opens.timestamp() + 60
    people, often = Session(people_until=now + 60, lane="fast"), Session(clarify_streak=2)

    assert Reason.HUMAN_ACTIVE is after(island, NOTHING, session=people).reason
    assert Reason.CLARIFY_STREAK is after(island, NOTHING, session=often).reason


def test_none_of_these_goes_on_to_people(island: Island) -> None:
    """Who read that it was offered as the drop began. Harm that is found meanwhile is what they must know."""
    refused, other = (after(island, OfferRefused((), NOTHING, is_ramp)) for is_ramp in (True, False))
    harm = after(island, OfferRefused((), verdict(("sizes", 0.4), harm=Harm(threat=0.5)), is_ramp=True))

    assert (Outcome.ESCALATE, Reason.NONE_OF_THESE, Reason.RAMP) == (refused.outcome, refused.reason, refused.because)
    assert other.because is None
    assert (Reason.HARM, TicketKind.SAFETY, None) == (harm.reason, harm.kind, harm.because)
