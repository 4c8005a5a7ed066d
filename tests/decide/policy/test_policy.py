"""`edge.decide.policy`: the outcome of a question, and its reason."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.decide import Asked, by_verdict, check_text, unserved_reason
from edge.decide.policy import without_verdict
from edge.errors import Reason, RefusedError
from edge.records import (
    Automation,
    Candidate,
    Decision,
    Island,
    IslandState,
    IslandStatus,
    Outcome,
    Route,
    SignedSnippet,
    Verdict,
)

MakeIsland = Callable[..., Island]
MakeSnippet = Callable[..., SignedSnippet]


@pytest.fixture
def island(make_island: MakeIsland, make_snippet: MakeSnippet) -> Island:
    """Target precision 0.9; two answers, one with a higher target, one for review in its own lane, one for people."""
    return make_island(
        target_precision=0.9,
        default_lane="fast",
        routes=(Route(lane="safety", snippets=("harm",)), Route(lane="desk", reasons=("low_confidence",))),
        snippets=(
            make_snippet("ship-date"),
            make_snippet("sizes"),
            make_snippet("price", target_precision=0.97),
            make_snippet("refund", automation=Automation.REVIEW, lane="payments"),
            make_snippet("harm", automation=Automation.NEVER),
        ),
    )


def verdict(*ranked: tuple[str, float], any_confidence: float | None = None, exact: bool = False) -> Verdict:
    """A verdict with these candidates. By default `any_confidence` is the sum of their confidences."""
    candidates = tuple(
        Candidate(snippet=snippet, confidence=confidence, nearest_example=f"{snippet}?", similarity=0.8)
        for snippet, confidence in ranked
    )
    together = sum(confidence for _, confidence in ranked) if any_confidence is None else any_confidence
    return Verdict(candidates=candidates, any_confidence=together, exact=exact, model="test")


CASES = {
    "as sure as wanted: answered": (
        verdict(("ship-date", 0.9)),
        (Outcome.ANSWER, Reason.CONFIDENT, "ship-date", ""),
    ),
    "the author's own example: answered, and said so": (
        verdict(("ship-date", 1.0), exact=True),
        (Outcome.ANSWER, Reason.EXACT, "ship-date", ""),
    ),
    "a snippet may want more than its island": (
        verdict(("price", 0.95)),
        (Outcome.ESCALATE, Reason.LOW_CONFIDENCE, "", "desk"),
    ),
    "review beats confidence, in the snippet's own lane": (
        verdict(("refund", 0.99)),
        (Outcome.ESCALATE, Reason.REVIEW_REQUIRED, "", "payments"),
    ),
    "review beats even the author's own example": (
        verdict(("refund", 1.0), exact=True),
        (Outcome.ESCALATE, Reason.REVIEW_REQUIRED, "", "payments"),
    ),
    "never is never, and a route decides the lane": (
        verdict(("harm", 0.99)),
        (Outcome.ESCALATE, Reason.NEVER_AUTOMATE, "", "safety"),
    ),
    "two that are sure together but not alone: asked back": (
        verdict(("ship-date", 0.5), ("sizes", 0.45)),
        (Outcome.CLARIFY, Reason.AMBIGUOUS, "", ""),
    ),
    "no choice is offered that includes what a person must see": (
        verdict(("ship-date", 0.5), ("refund", 0.45)),
        (Outcome.ESCALATE, Reason.LOW_CONFIDENCE, "", "desk"),
    ),
    "likely for review, but not sure: still for review": (
        verdict(("refund", 0.6), ("sizes", 0.1)),
        (Outcome.ESCALATE, Reason.REVIEW_REQUIRED, "", "payments"),
    ),
    "some candidate is likely, but not enough": (
        verdict(("ship-date", 0.6), ("sizes", 0.1)),
        (Outcome.ESCALATE, Reason.LOW_CONFIDENCE, "", "desk"),
    ),
    "more likely than not nothing answers it": (
        verdict(("ship-date", 0.2), ("sizes", 0.1)),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", "fast"),
    ),
    "what is hardly a matter for people alone goes to no lane of its own": (
        verdict(("harm", 0.2), ("sizes", 0.1)),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", "fast"),
    ),
    "no word in it": (
        verdict(),
        (Outcome.ESCALATE, Reason.OUT_OF_SCOPE, "", "fast"),
    ),
}


@pytest.mark.parametrize(("judged", "expected"), CASES.values(), ids=CASES.keys())
def test_by_verdict(island: Island, judged: Verdict, expected: tuple[Outcome, Reason, str, str]) -> None:
    """Each situation has one outcome, one reason, one lane."""
    found = by_verdict(judged, island)

    assert expected == (found.outcome, found.reason, found.snippet, found.lane)


def test_small_talk_in_a_stream_is_nobodys_work(island: Island) -> None:
    """In a stream's chat a greeting makes no ticket. In other channels a person answers it."""
    hello = msgspec.structs.replace(verdict(("ship-date", 0.1)), asks=0.0)
    found = by_verdict(hello, island, asked=Asked(channel="stream"))

    assert (Outcome.IGNORE, Reason.CHATTER, "") == (found.outcome, found.reason, found.lane)
    assert by_verdict(hello, island).outcome is Outcome.ESCALATE


def test_small_talk_that_an_author_answers_is_answered(island: Island) -> None:
    """Small talk is ignored only if no snippet answers it."""
    thanks = msgspec.structs.replace(verdict(("ship-date", 1.0), exact=True), asks=0.0)

    assert by_verdict(thanks, island, asked=Asked(channel="stream")).outcome is Outcome.ANSWER


def test_other_language_is_escalated_not_guessed(island: Island) -> None:
    """A foreign question goes to people, unless it is an example or the island is in that language."""
    foreign = msgspec.structs.replace(verdict(("ship-date", 0.99)), is_foreign=True)
    exact = msgspec.structs.replace(foreign, exact=True)
    spanish = msgspec.structs.replace(island, locale="es-MX")

    assert by_verdict(foreign, island).reason is Reason.LANGUAGE_UNSUPPORTED
    assert by_verdict(exact, island).outcome is Outcome.ANSWER
    assert by_verdict(foreign, spanish).outcome is Outcome.ANSWER


def test_options_are_the_authors_own_words(island: Island) -> None:
    """The options are examples: at most three, and no more than together reach the threshold."""
    found = by_verdict(verdict(("ship-date", 0.5), ("sizes", 0.45), ("price", 0.04)), island)

    assert [("ship-date", "ship-date?"), ("sizes", "sizes?")] == [(o.snippet, o.question) for o in found.options]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
    st.booleans(),
    st.permutations(["ship-date", "sizes", "price", "refund", "harm"]),
)
def test_no_verdict_ever_sends_what_people_must_see(
    make_island: MakeIsland, make_snippet: MakeSnippet, shares: list[float], exact: bool, order: list[str]
) -> None:
    """No snippet for people is answered or offered. An answer needs an exact match or enough confidence."""
    automation = {"refund": Automation.REVIEW, "harm": Automation.NEVER}
    island = make_island(
        snippets=tuple(make_snippet(name, automation=automation.get(name, Automation.ANSWER)) for name in order)
    )
    total = max(1.0, sum(shares))
    ranked = sorted((share / total for share in shares), reverse=True)
    found: Decision = by_verdict(verdict(*zip(order, ranked, strict=False), exact=exact), island)

    shown = {found.snippet, *(option.snippet for option in found.options)} - {""}
    assert not shown & automation.keys()
    assert found.outcome is not Outcome.ANSWER or exact or ranked[0] >= island.target_precision
    assert (found.outcome is Outcome.ESCALATE) == (found.lane != "")


STATES = {
    IslandState.NEVER_LOADED: Reason.ISLAND_UNKNOWN,
    IslandState.REJECTED: Reason.ISLAND_UNKNOWN,
    IslandState.EVICTED: Reason.ISLAND_EVICTED,
    IslandState.STOPPED: Reason.ISLAND_STALE,
    IslandState.EXPIRED: Reason.ISLAND_EXPIRED,
    IslandState.WITHDRAWN: Reason.ISLAND_WITHDRAWN,
}


@pytest.mark.parametrize("state", IslandState)
def test_reason_of_an_unserved_state(island: Island, state: IslandState) -> None:
    """Only fresh and stale islands are served. Every other state has a reason of its own."""
    found = unserved_reason(IslandStatus(island="acme/drop", state=state, since=island.opens, phase="live"))

    assert STATES.get(state) == found


def test_unopened_island_answers_nobody(island: Island) -> None:
    """An island is not served before it opens. If it is also withdrawn, the reason is the withdrawal."""
    states = (IslandState.FRESH, IslandState.WITHDRAWN)
    found = [
        unserved_reason(IslandStatus(island="acme/drop", state=state, since=island.opens, phase="before"))
        for state in states
    ]

    assert [Reason.ISLAND_NOT_OPEN, Reason.ISLAND_WITHDRAWN] == found


def test_without_an_island_there_is_still_a_lane() -> None:
    """A question to an island that this PoP does not have still goes to people."""
    assert without_verdict(Reason.ISLAND_UNKNOWN, None).lane == "fast"


TEXTS = {
    "empty": ("", "text is empty, expected a question"),
    "only spaces": (" \n\t", "text is empty, expected a question"),
    "too long": ("x" * 2_001, "text is 2001 characters, expected at most 2000"),
    "a null": ("when\0", "text holds U+0000 at character 5, expected no control characters"),
    "an escape sequence": ("\x1b[31m", "text holds U+001B at character 1, expected no control characters"),
    "a C1 control": ("a\x85", "text holds U+0085 at character 2, expected no control characters"),
    "half a character": ("a\ud800", "text holds U+D800 at character 2, expected no control characters"),
}


@pytest.mark.parametrize(("text", "message"), TEXTS.values(), ids=TEXTS.keys())
def test_text_that_is_no_question(text: str, message: str) -> None:
    """A text that cannot be a question is refused. The error does not repeat it."""
    with pytest.raises(RefusedError) as caught:
        check_text(text)

    assert (Reason.TEXT_INVALID, message) == (caught.value.reason, caught.value.text)


@pytest.mark.parametrize("text", ["?", "when does it ship", "línea\nnueva\t🙂", "x" * 2_000])
def test_text_that_may_be_a_question(text: str) -> None:
    """Anything a person may type passes."""
    check_text(text)
