"""`edge.decide.policy.offers`: what a viewer is offered to pick from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from edge.decide import Asked, by_verdict
from edge.decide.policy import by_refused_offer, by_taken_offer
from edge.decide.policy.offers import SILENT_FROM
from edge.decide.policy.routes import MAX_OPTIONS
from edge.errors import Reason
from edge.records import Automation, Harm, Island, OffersPolicy, Outcome, Route, TicketKind, Urgency, Verdict
from tests.decide.policy.conftest import message, verdict

STREAM = Asked(channel="stream:1")
NO_HARM = Harm()
NAMES = ("ship-date", "sizes", "price", "refund", "harm")


@pytest.fixture(scope="session")
def island(shop: Island) -> Island:
    """The shop as it is published now: offers from 0.65 on."""
    return replace(shop, offers=OffersPolicy())


OFFERED = {
    "one that reaches the floor alone: did you mean": (verdict(("sizes", 0.65), ("price", 0.2)), ["sizes"]),
    "two together": (verdict(("sizes", 0.5), ("price", 0.15), ("ship-date", 0.1)), ["sizes", "price"]),
    "three together": (verdict(("sizes", 0.4), ("price", 0.15), ("ship-date", 0.1)), ["sizes", "price", "ship-date"]),
    "three that together do not": (verdict(("sizes", 0.4), ("price", 0.15), ("ship-date", 0.09)), []),
    "one of them for review": (verdict(("sizes", 0.5), ("refund", 0.3)), []),
    "one of them for people alone": (verdict(("sizes", 0.5), ("harm", 0.3)), []),
    "one for review behind one that reaches it alone": (verdict(("sizes", 0.75), ("refund", 0.1)), []),
    "one for people alone behind": (verdict(("sizes", 0.75), ("price", 0.1), ("harm", 0.1)), []),
    "one for people behind that is hardly meant": (verdict(("sizes", 0.75), ("refund", 0.09)), ["sizes"]),
    "more than the machine may say": (verdict(("sizes", 0.75), harm=Harm(threat=0.2)), []),
}


@pytest.mark.parametrize(("judged", "expected"), OFFERED.values(), ids=OFFERED)
def test_offer_by_the_floor(island: Island, judged: Verdict, expected: list[str]) -> None:
    """As few as reach it. Without an offer, people have the question."""
    found = by_verdict(judged, replace(island, offers=OffersPolicy(waiting_floor=0)))

    assert expected == [option.snippet for option in found.options]
    assert (Outcome.CLARIFY if expected else Outcome.ESCALATE) is found.outcome


def across(*likely: tuple[str, float], foreign: bool = True, harm: Harm = NO_HARM) -> Verdict:
    """A question in another language, of which the second model finds this."""
    found = verdict(*likely).candidates
    return replace(verdict(("price", 0.05)), is_foreign=foreign, any_confidence=0.05, across=found, across_harm=harm)


ACROSS = {
    "one that reaches the floor": (across(("sizes", 0.7), ("price", 0.2)), ["sizes"]),
    "two together": (across(("sizes", 0.5), ("price", 0.2)), ["sizes", "price"]),
    "too little": (across(("sizes", 0.4), ("price", 0.2)), []),
    "nothing": (across(), []),
    "sure, and no answer all the same": (across(("sizes", 1.0)), ["sizes"]),
    "one for review": (across(("refund", 0.9)), []),
    "perhaps harm": (across(("sizes", 0.8), ("harm-2", 0.16)), []),
    "the second model finds a little harm in it": (across(("sizes", 0.9), harm=Harm(threat=SILENT_FROM)), []),
    "it finds hardly any": (across(("sizes", 0.9), harm=Harm(threat=SILENT_FROM / 2)), ["sizes"]),
    "fraud, in words that do not look foreign": (
        across(("sizes", 0.9), foreign=False, harm=Harm(fraud=0.02)),
        [],
    ),
    "not foreign by its words, and unlike anything": (across(("sizes", 0.9), foreign=False), ["sizes"]),
}


@pytest.mark.parametrize(("judged", "expected"), ACROSS.values(), ids=ACROSS)
def test_other_language_is_offered_and_never_answered(island: Island, judged: Verdict, expected: list[str]) -> None:
    """People have it where nothing is offered, and always in a public chat."""
    private, public = by_verdict(judged, island), by_verdict(judged, island, asked=STREAM)

    assert expected == [option.snippet for option in private.options if private.outcome is Outcome.CLARIFY]
    assert Outcome.ANSWER not in {private.outcome, public.outcome}
    assert Outcome.ESCALATE is public.outcome


ACROSS_WAITING = {
    "too little for an offer": (across(("sizes", 0.4), ("price", 0.2)), ["sizes", "price"]),
    "too little even for that": (across(("sizes", 0.2)), []),
    "nothing": (across(), []),
    "one for review may be meant": (across(("sizes", 0.4), ("refund", 0.2)), []),
    "perhaps harm, by the island's own": (across(("sizes", 0.4), ("harm-2", 0.16)), []),
    "perhaps harm, by the second model": (across(("sizes", 0.4), harm=Harm(self_harm=SILENT_FROM)), []),
    "perhaps fraud": (across(("sizes", 0.4), harm=Harm(fraud=SILENT_FROM)), []),
    "not foreign by its words": (across(("sizes", 0.4), foreign=False), ["sizes"]),
}


@pytest.mark.parametrize(("judged", "expected"), ACROSS_WAITING.values(), ids=ACROSS_WAITING)
def test_other_language_while_waiting(island: Island, judged: Verdict, expected: list[str]) -> None:
    """By the second model alone; nothing in a public chat, and nothing where the message may tell of harm."""
    private, public = by_verdict(judged, island), by_verdict(judged, island, asked=STREAM)
    off = by_verdict(judged, replace(island, offers=OffersPolicy(waiting_floor=0)))

    assert (Outcome.ESCALATE, expected) == (private.outcome, [option.snippet for option in private.options])
    assert [(), ()] == [public.options, off.options]


def test_first_model_offers_nothing_in_another_language(island: Island) -> None:
    """Its confidences of a foreign question mean nothing."""
    found = by_verdict(replace(verdict(("sizes", 0.6)), is_foreign=True), island)

    assert (Reason.LANGUAGE_UNSUPPORTED, ()) == (found.reason, found.options)


def test_harm_that_the_second_model_finds_is_told_to_people(island: Island) -> None:
    """From the tenant's doubt on: never certain, never deferred. An island needs no snippets for harm for it."""
    bare = replace(island, routes=(), snippets=island.snippets[:3], harm=UNSET)
    judged = across(("sizes", 0.9), harm=Harm(harassment=0.9))
    found, little = by_verdict(judged, bare), by_verdict(across(("sizes", 0.9), harm=Harm(fraud=0.04)), bare)

    assert (Outcome.ESCALATE, TicketKind.SAFETY, TicketKind.SUPPORT) == (found.outcome, found.suspected, found.kind)
    assert (Urgency.NEVER_DEFERRED, ()) == (found.urgency, found.options)
    assert (Outcome.ESCALATE, None, ()) == (little.outcome, little.suspected, little.options)


def test_floor_is_the_islands(island: Island) -> None:
    """It may be higher or lower than that of answers."""
    low, high = (replace(island, offers=OffersPolicy(floor=floor)) for floor in (0.3, 1.0))
    judged = verdict(("sizes", 0.35), ("price", 0.3))

    assert ["sizes"] == [option.snippet for option in by_verdict(judged, low).options]
    assert Outcome.ESCALATE is by_verdict(verdict(("sizes", 0.6), ("price", 0.39)), high).outcome
    assert Outcome.ANSWER is by_verdict(verdict(("sizes", 0.9)), high).outcome


def test_island_of_a_release_without_offers(shop: Island) -> None:
    """Its options must together reach the threshold."""
    outcomes = [by_verdict(verdict(("sizes", 0.6), ("price", second)), shop).outcome for second in (0.25, 0.35)]

    assert [Outcome.ESCALATE, Outcome.CLARIFY] == outcomes


def test_snippet_that_wants_more_is_offered(island: Island) -> None:
    """Its own target precision is a bar for answers."""
    snippets = [
        replace(snippet, target_precision=0.97) if snippet.id == "price" else snippet for snippet in island.snippets
    ]
    found = by_verdict(verdict(("price", 0.95)), replace(island, snippets=tuple(snippets)))

    assert (Outcome.CLARIFY, Reason.AMBIGUOUS, 0.97) == (found.outcome, found.reason, found.target_precision)


PEOPLE = {
    "an incident": ({}, {"price"}),
    "a review of the second": ({"routes": (Route(lane="desk", snippets=("price",), review=True),)}, set()),
    "words that speak of safety, without review": (
        {"routes": (Route(lane="guards", keywords=("lawyer",), kind=TicketKind.SAFETY),)},
        set(),
    ),
    "a review of the words": ({"routes": (Route(lane="desk", keywords=("lawyer",), review=True),)}, set()),
}


@pytest.mark.parametrize(("fields", "incidents"), PEOPLE.values(), ids=PEOPLE)
def test_what_people_must_see_is_not_offered(
    island: Island, fields: dict[str, tuple[Route, ...]], incidents: set[str]
) -> None:
    """Also if it is not the likeliest."""
    judged, asked = verdict(("sizes", 0.5), ("price", 0.3)), Asked("my lawyer asks")
    found = by_verdict(judged, replace(island, **fields), asked=asked, incidents=incidents)

    assert Outcome.CLARIFY is by_verdict(judged, island, asked=asked).outcome
    assert Outcome.ESCALATE is found.outcome


@pytest.mark.parametrize("flag", ["safety", "fraud"])
def test_matter_of_harm_is_not_offered(island: Island, flag: str) -> None:
    """Also if its author lets a machine answer it: a wrong guess hurts there."""
    snippets = [replace(one, risk_flags=(flag,)) if one.id == "price" else one for one in island.snippets]
    flagged = replace(island, snippets=tuple(snippets))

    assert Outcome.ESCALATE is by_verdict(verdict(("price", 0.8)), flagged).outcome
    assert Outcome.ANSWER is by_verdict(verdict(("price", 0.95)), flagged).outcome


def test_public_chat_gets_one_as_text_where_it_may(island: Island) -> None:
    """No buttons exist there. Without the author's word, people have the question."""
    allowed = replace(island, offers=OffersPolicy(in_public_chat=True))
    one, two = verdict(("sizes", 0.75), ("price", 0.1)), verdict(("sizes", 0.5), ("price", 0.4))
    found = [by_verdict(judged, shop, asked=STREAM).options for judged in (one, two) for shop in (island, allowed)]

    assert [[], ["sizes"], [], []] == [[option.snippet for option in options] for options in found]


def test_offer_for_one_part_does_not_silence_the_others(island: Island) -> None:
    """If a part is like nothing, people get the whole message. If all are about one snippet, it is offered."""
    likely = verdict(("sizes", 0.75))
    unknown = by_verdict(message(likely, verdict(("price", 0.1))), island)
    same = by_verdict(message(likely, likely), island)
    many = by_verdict(message(*(verdict((name, 0.75)) for name in NAMES[:3]), verdict(("sizes", 0.75))), island)

    assert (Outcome.ESCALATE, Reason.OUT_OF_SCOPE) == (unknown.outcome, unknown.reason)
    assert (Outcome.CLARIFY, ("sizes",)) == (same.outcome, tuple(option.snippet for option in same.options))
    assert ["ship-date", "sizes", "price"] == [option.snippet for option in many.options]


def test_picked_snippet_that_people_must_give_by_now(island: Island) -> None:
    """A rule of the island's may be about the words, which are here again."""
    ruled = replace(island, routes=(Route(lane="desk", keywords=("lawyer",), review=True),))
    found = by_taken_offer("sizes", ruled, asked=Asked("my lawyer asks"), incidents=())

    assert (Outcome.ESCALATE, Reason.REVIEW_REQUIRED, "desk") == (found.outcome, found.reason, found.lane)
    assert Outcome.ANSWER is by_taken_offer("sizes", ruled, asked=Asked("is it for me"), incidents=()).outcome


HARMFUL = {
    "certain": (Harm(threat=0.6), Reason.HARM, "safety"),
    "possible": (Harm(threat=0.2), Reason.HARM_POSSIBLE, "fast"),
    "none": (Harm(), Reason.NONE_OF_THESE, "fast"),
}


@pytest.mark.parametrize(("harm", "reason", "lane"), HARMFUL.values(), ids=HARMFUL)
def test_refused_offer_of_a_message_that_may_tell_of_harm(
    island: Island, harm: Harm, reason: Reason, lane: str
) -> None:
    """It is read again: then that is what its people must know."""
    bare = replace(island, routes=(), snippets=island.snippets[:3])
    judged = verdict(("sizes", 0.75), harm=harm)
    found = by_refused_offer(judged, bare, asked=Asked(), target_precision=None)

    assert (reason, lane) == (found.reason, found.lane)


def test_refused_offer_keeps_what_is_suspected(island: Island) -> None:
    """Also where the question would by now be escalated for another reason; and that is never called back."""
    bare = replace(island, routes=(), snippets=island.snippets[:3])
    judged = verdict(("sizes", 0.6), harm=Harm(threat=0.2))
    suspected = by_refused_offer(judged, bare, asked=Asked(), target_precision=None)
    harmless = by_refused_offer(verdict(("sizes", 0.6)), bare, asked=Asked(), target_precision=None)

    assert (Reason.LOW_CONFIDENCE, TicketKind.SAFETY) == (suspected.reason, suspected.suspected)
    assert (Reason.NONE_OF_THESE, None) == (harmless.reason, harmless.suspected)
    assert (Urgency.NEVER_DEFERRED, Urgency.PERSON) == (suspected.urgency, harmless.urgency)


WAITING = {
    "three": (verdict(("sizes", 0.15), ("price", 0.1), ("ship-date", 0.05)), ["sizes", "price", "ship-date"]),
    "one is enough": (verdict(("sizes", 0.3)), ["sizes"]),
    "too unlikely": (verdict(("sizes", 0.2), ("price", 0.09)), []),
    "one for review is left out": (verdict(("sizes", 0.4), ("refund", 0.05), ("price", 0.02)), ["sizes", "price"]),
    "one for review may be meant": (verdict(("sizes", 0.5), ("refund", 0.1)), []),
    "one for people alone is first": (verdict(("harm", 0.4), ("sizes", 0.3)), []),
    "one for review is first": (verdict(("refund", 0.6), ("sizes", 0.3)), []),
    "it may tell of harm": (verdict(("sizes", 0.5), harm=Harm(threat=0.2)), []),
    "it tells of harm": (verdict(("sizes", 0.5), harm=Harm(threat=0.6)), []),
    "without the one for people it is too unlikely": (verdict(("sizes", 0.26), ("refund", 0.09)), []),
}


@pytest.mark.parametrize(("judged", "expected"), WAITING.values(), ids=WAITING)
def test_offer_while_people_have_the_question(island: Island, judged: Verdict, expected: list[str]) -> None:
    """All of the three that a machine may give, if together they reach the lower floor; people get the question."""
    found = by_verdict(judged, island)

    assert Outcome.ESCALATE is found.outcome
    assert expected == [option.snippet for option in found.options]


def test_offer_while_waiting_is_where_it_can_be_picked(island: Island, shop: Island) -> None:
    """Not in a public chat, not where the author switched it off, and not in an island without `[offers]`."""
    judged = verdict(("sizes", 0.5), ("price", 0.1))
    off = replace(island, offers=OffersPolicy(waiting_floor=0))
    high = replace(island, offers=OffersPolicy(waiting_floor=0.65))
    found = {channel: by_verdict(judged, island, asked=Asked(channel=channel)).options for channel in CHANNELS}

    assert {channel: channel != "stream:1" for channel in CHANNELS} == {key: bool(one) for key, one in found.items()}
    assert [(), (), ()] == [by_verdict(judged, one).options for one in (off, high, shop)]


CHANNELS = ("", "widget", "chat:9", "other", "mail", "stream:1")


@pytest.mark.parametrize(("fields", "incidents"), PEOPLE.values(), ids=PEOPLE)
def test_what_people_must_see_has_no_offer_while_waiting(
    island: Island, fields: dict[str, tuple[Route, ...]], incidents: set[str]
) -> None:
    """By the same rules as any other offer."""
    judged, asked = verdict(("sizes", 0.4), ("price", 0.2)), Asked("my lawyer asks")
    found = by_verdict(judged, replace(island, **fields), asked=asked, incidents=incidents)

    assert 2 == len(by_verdict(judged, island, asked=asked).options)
    assert (Outcome.ESCALATE, ()) == (found.outcome, found.options)


def test_pick_for_a_part_leaves_the_ticket(island: Island) -> None:
    """It answers one matter, and people have the others. What is answered or dangerous has no options."""
    likely, other, whole = verdict(("sizes", 0.4)), verdict(("price", 0.15)), verdict(("sizes", 0.3), ("price", 0.1))
    found = by_verdict(message(likely, other, whole=whole), island)
    one_sure = by_verdict(message(verdict(("sizes", 0.95)), other, whole=whole), island)
    harm = by_verdict(message(likely, other, whole=replace(whole, harm=Harm(threat=0.03))), island)
    alone = by_verdict(verdict(("sizes", 0.4)), island)

    assert (Outcome.ESCALATE, True, True) == (found.outcome, bool(found.options), found.keeps_ticket)
    assert [(Outcome.ESCALATE, (), False)] * 2 == [
        (one.outcome, one.options, one.keeps_ticket) for one in (one_sure, harm)
    ]
    assert ("sizes",) == one_sure.more
    assert (True, False) == (bool(alone.options), alone.keeps_ticket)


@given(
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=5),
    order=st.permutations(NAMES),
    floor=st.floats(0.3, 1),
    asked=st.sampled_from([Asked(), STREAM]),
    public=st.booleans(),
)
def test_offers_are_likely_enough_and_the_machines(
    shop: Island, shares: list[float], order: list[str], floor: float, asked: Asked, public: bool
) -> None:
    """Whichever candidates: together they reach the floor, no fewer would, and none is for people."""
    island = replace(shop, offers=OffersPolicy(floor=floor, in_public_chat=public))
    total = max(1.0, sum(shares))
    judged = verdict(*zip(order, sorted((share / total for share in shares), reverse=True), strict=False))
    found = by_verdict(judged, island, asked=asked)
    options = found.options if found.outcome is Outcome.CLARIFY else ()
    machines = {snippet.id for snippet in island.snippets if snippet.automation is Automation.ANSWER}
    confidences = [candidate.confidence for candidate in judged.candidates[: len(options)]]

    assert len(options) <= (MAX_OPTIONS if asked is not STREAM else public)
    assert {option.snippet for option in options} <= machines
    assert not options or sum(confidences[:-1]) < floor <= sum(confidences)
