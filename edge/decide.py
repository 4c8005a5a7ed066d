"""Question, verdict, island and state in; what to do out.

Three entries, one for each moment at which the decision can fall: `by_state` before triage is asked, `by_verdict` after
it answered, `without_verdict` when it could not. Review beats confidence: a snippet that a person must see is never
sent by a machine, however sure it is.
"""

from edge.errors import Reason, RefusedError
from edge.records import Automation, Candidate, Decision, Island, IslandState, IslandStatus, Option, Outcome, Verdict

TEXT_MAX_CHARACTERS = 2_000
"""Large chat services stop a message at 500 characters; four times that is a story, not a question."""

OPTIONS_MAX = 3
"""More than three options are a menu, and a menu is no answer."""

OUT_OF_SCOPE_BELOW = 0.5
"""Below this it is more likely than not that no candidate is right."""

_UNSERVED = {
    IslandState.NEVER_LOADED: Reason.ISLAND_UNKNOWN,
    IslandState.REJECTED: Reason.ISLAND_UNKNOWN,
    IslandState.STOPPED: Reason.ISLAND_STALE,
    IslandState.EXPIRED: Reason.ISLAND_EXPIRED,
    IslandState.WITHDRAWN: Reason.ISLAND_WITHDRAWN,
}

_BY_AUTOMATION = {Automation.REVIEW: Reason.REVIEW_REQUIRED, Automation.NEVER: Reason.NEVER_AUTOMATE}

STREAM_CHANNEL = "stream"
"""The channel that means a stream's public chat, where most of what is said is not said to us."""

DEFAULT_LANE = "fast"
"""Where questions go whose island is not there to say."""


def check_text(text: str) -> None:
    """Raise `RefusedError` unless `text` is something a person may have asked."""
    if not text.strip():
        raise RefusedError("text is empty, expected a question", reason=Reason.TEXT_INVALID)
    if len(text) > TEXT_MAX_CHARACTERS:
        raise RefusedError(
            f"text is {len(text)} characters, expected at most {TEXT_MAX_CHARACTERS}", reason=Reason.TEXT_INVALID
        )
    for place, character in enumerate(text):
        if _is_control(character):
            raise RefusedError(
                f"text holds U+{ord(character):04X} at character {place + 1}, expected no control characters",
                reason=Reason.TEXT_INVALID,
            )


def by_state(status: IslandStatus, island: Island | None) -> Decision | None:
    """The decision that the island's state alone makes, or None when triage may be asked."""
    reason = _UNSERVED.get(status.state)
    if reason is None and status.phase == "before":
        reason = Reason.ISLAND_NOT_OPEN
    return without_verdict(reason, island) if reason else None


def without_verdict(reason: Reason, island: Island | None) -> Decision:
    """Hand the question to people, because of something other than the question."""
    lane = _lane(island, reason, snippet=None) if island else DEFAULT_LANE
    return Decision(outcome=Outcome.ESCALATE, reason=reason, lane=lane)


def by_verdict(verdict: Verdict, island: Island, *, channel: str = "") -> Decision:
    """What to do about a question that triage has judged, on an island that may be served.

    In stream chat, small talk that nothing answers is nobody's work: refused, without a ticket.
    """
    if verdict.is_foreign and not verdict.exact and _is_english(island):
        return _escalate(island, Reason.LANGUAGE_UNSUPPORTED, None, island.wanted_precision)
    decision = _by_candidates(verdict, island)
    if decision.outcome is Outcome.ESCALATE and verdict.is_small_talk and channel == STREAM_CHANNEL:
        wanted = decision.wanted_precision
        return Decision(outcome=Outcome.REFUSE, reason=Reason.OUT_OF_SCOPE, wanted_precision=wanted)
    return decision


def _by_candidates(verdict: Verdict, island: Island) -> Decision:
    if not verdict.candidates:
        return _escalate(island, Reason.OUT_OF_SCOPE, None, island.wanted_precision)
    snippets = {snippet.id: snippet for snippet in island.snippets}
    best = snippets[verdict.candidates[0].snippet]
    wanted = best.wanted_precision or island.wanted_precision
    if verdict.exact or verdict.confidence >= wanted:
        if best.automation is not Automation.ANSWER:
            return _escalate(island, _BY_AUTOMATION[best.automation], best.id, wanted)
        reason = Reason.EXACT if verdict.exact else Reason.CONFIDENT
        return Decision(outcome=Outcome.ANSWER, reason=reason, snippet=best.id, wanted_precision=wanted)
    likely = _likely_together(verdict.candidates, wanted)
    if likely and all(snippets[candidate.snippet].automation is Automation.ANSWER for candidate in likely):
        options = tuple(Option(snippet=c.snippet, question=c.nearest_example) for c in likely)
        return Decision(outcome=Outcome.CLARIFY, reason=Reason.AMBIGUOUS, options=options, wanted_precision=wanted)
    if verdict.any_confidence < OUT_OF_SCOPE_BELOW:
        # What might be a report of harm goes where harm is looked after, however unsure the guess.
        might_be = best.id if best.automation is Automation.NEVER else None
        return _escalate(island, Reason.OUT_OF_SCOPE, might_be, wanted)
    reason = _BY_AUTOMATION.get(best.automation, Reason.LOW_CONFIDENCE)
    return _escalate(island, reason, best.id, wanted)


def _is_english(island: Island) -> bool:
    return island.locale.partition("-")[0].lower() == "en"


def _likely_together(candidates: tuple[Candidate, ...], wanted: float) -> tuple[Candidate, ...]:
    """The two or three best candidates that are together as sure as wanted; empty when even they are not."""
    together = 0.0
    for count, candidate in enumerate(candidates[:OPTIONS_MAX], start=1):
        together += candidate.confidence
        if together >= wanted:
            return candidates[:count]
    return ()


def _escalate(island: Island, reason: Reason, snippet: str | None, wanted: float) -> Decision:
    lane = _lane(island, reason, snippet)
    return Decision(outcome=Outcome.ESCALATE, reason=reason, lane=lane, wanted_precision=wanted)


def _lane(island: Island, reason: Reason, snippet: str | None) -> str:
    """The first route that matches, then the snippet's own lane, then the island's."""
    for route in island.routes:
        if reason in route.reasons or (snippet is not None and snippet in route.snippets):
            return route.lane
    own = next((s.lane for s in island.snippets if s.id == snippet), "")
    return own or island.default_lane


def _is_control(character: str) -> bool:
    """C0 and C1 controls but for tab and line ends, and surrogates, which are no characters at all."""
    if character in "\t\n\r":
        return False
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000  # noqa: PLR2004 - Unicode's own blocks
