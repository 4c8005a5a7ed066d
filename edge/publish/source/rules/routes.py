"""Rules about who takes a question: routes, the bounds of surge control, and sessions."""

from collections.abc import Iterator
from typing import Any

from edge.errors import Reason
from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.island_file import DEFAULT_TARGET_PRECISION, IslandDraft
from edge.publish.source.rules.values import name_faults, precision_faults
from edge.records import SurgePolicy
from edge.triage import normalise

ESCALATION_REASONS = frozenset(
    {
        Reason.LOW_CONFIDENCE,
        Reason.OUT_OF_SCOPE,
        Reason.REVIEW_REQUIRED,
        Reason.NEVER_AUTOMATE,
        Reason.HUMAN_ACTIVE,
        Reason.CLARIFY_STREAK,
        Reason.REPEATED_ANSWER,
        Reason.INCIDENT,
        Reason.TREE,
        Reason.OVERLOADED,
        Reason.ISLAND_NOT_OPEN,
        Reason.ISLAND_STALE,
        Reason.ISLAND_EXPIRED,
        Reason.ISLAND_WITHDRAWN,
        Reason.MODEL_UNAVAILABLE,
        Reason.MODEL_SELFTEST_FAILED,
    }
)
"""Why a question of a known island can reach people; a route may name any of them."""

CONDITIONS = frozenset({"snippets", "risk_flags", "channels", "reasons", "keywords"})
"""What a route may ask of a question."""

MAX_WAIT_S = 86_400
"""A day; nobody waits longer than that for an answer about a stream."""


def route_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Every broken rule."""
    values = draft.values
    yield from _routes(draft)
    yield from _surge(values.get("surge", {}), values.get("target_precision", DEFAULT_TARGET_PRECISION))
    yield from _sessions(values.get("sessions", {}))


def _route_words(route: dict[Any, Any], draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    snippets = draft.values.get("snippets", {}).values()
    flags = {flag for snippet in snippets for flag in snippet.get("risk_flags", {}).values()}
    for place, flag in route.get("risk_flags", {}).items():
        if flag not in flags:
            yield Fault((*at, "risk_flags", place), Code.ROUTE, f"no snippet has the risk flag {flag[:64]!r}")
    for place, word in route.get("keywords", {}).items():
        normal = normalise(word)
        if not normal or normal != word:
            text = f"keyword {word[:64]!r} can never match, expected it as triage reads it: {normal[:64]!r}"
            yield Fault((*at, "keywords", place), Code.ROUTE, text)
    if route.get("review") and "reasons" in draft.written(at):
        text = "'review' is decided before there is a reason, expected conditions other than 'reasons'"
        yield Fault((*at, "reasons"), Code.ROUTE, text)


def _surge(surge: dict[Any, Any], wanted: float) -> Iterator[Fault]:
    for field in ("floor", "ceiling"):
        if field in surge:
            yield from precision_faults(surge[field], ("surge", field))
    if not surge.get("floor", wanted) <= wanted <= surge.get("ceiling", wanted):
        text = f"'target_precision' is {wanted}, expected between 'floor' and 'ceiling'"
        yield Fault(("surge",), Code.SURGE, text)
    for field in ("target_wait_s", "max_wait_s", "handle_s"):
        if field in surge and not 1 <= surge[field] <= MAX_WAIT_S:
            text = f"{field!r} is {surge[field]}, expected 1 to {MAX_WAIT_S} seconds"
            yield Fault(("surge", field), Code.SURGE, text)
    usual = SurgePolicy(floor=0, ceiling=1)
    if surge.get("max_wait_s", usual.max_wait_s) < surge.get("target_wait_s", usual.target_wait_s):
        yield Fault(("surge",), Code.SURGE, "'max_wait_s' is less than 'target_wait_s', expected at least as much")


def _sessions(sessions: dict[Any, Any]) -> Iterator[Fault]:
    for field, least in (("human_active_s", 1), ("max_clarify_streak", 1), ("max_repeats", 1), ("cool_down_s", 0)):
        if field in sessions and not least <= sessions[field] <= MAX_WAIT_S:
            text = f"{field!r} is {sessions[field]}, expected {least} to {MAX_WAIT_S}"
            yield Fault(("sessions", field), Code.SESSION, text)


def _routes(draft: IslandDraft) -> Iterator[Fault]:
    snippets = draft.values.get("snippets", {}).values()
    known = {snippet["id"] for snippet in snippets if "id" in snippet}
    for index, route in draft.values.get("routes", {}).items():
        at = ("routes", index)
        if "lane" in route:
            yield from name_faults(route["lane"], (*at, "lane"))
        if not CONDITIONS & draft.written(at).keys():
            expected = ", ".join(sorted(CONDITIONS))
            yield Fault(at, Code.ROUTE, f"route has no condition, so it matches everything, expected any of {expected}")
        yield from _route_words(route, draft, at)
        for place, snippet in route.get("snippets", {}).items():
            if snippet not in known:
                yield Fault((*at, "snippets", place), Code.ROUTE, f"no snippet has the id {snippet[:64]!r}")
        for place, reason in route.get("reasons", {}).items():
            if reason not in ESCALATION_REASONS:
                choices = ", ".join(sorted(ESCALATION_REASONS))
                text = f"{reason[:64]!r} is no reason to escalate, expected one of {choices}"
                yield Fault((*at, "reasons", place), Code.ROUTE, text)
