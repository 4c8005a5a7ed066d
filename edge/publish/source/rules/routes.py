"""Rules about routes, the limits of surge control, and sessions."""

import re
from collections.abc import Iterator
from typing import Any

from edge.errors import Reason
from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.island_file import DEFAULT_TARGET_PRECISION, IslandDraft
from edge.publish.source.rules.values import name_faults, precision_faults
from edge.records import SurgePolicy
from edge.tokens import CLAIM_NAME_PATTERN, CLAIM_VALUE_PATTERN, MAX_CLAIMS
from edge.triage import normalise

ESCALATION_REASONS = frozenset(
    {
        Reason.ASKED_FOR_PERSON,
        Reason.LOW_CONFIDENCE,
        Reason.OUT_OF_SCOPE,
        Reason.REVIEW_REQUIRED,
        Reason.NEVER_AUTOMATE,
        Reason.HARM,
        Reason.HARM_POSSIBLE,
        Reason.FILTERED,
        Reason.HUMAN_ACTIVE,
        Reason.NONE_OF_THESE,
        Reason.POSTED,
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
"""Reasons for which a question of a known island can be escalated. A route may name any of them."""

CONDITIONS = frozenset({"snippets", "risk_flags", "channels", "reasons", "keywords", "when"})
"""The fields of a route that are conditions."""

MAX_WAIT_S = 86_400
"""A day. No viewer waits longer for an answer about a stream."""


def route_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Faults of routes, surge control and sessions."""
    values = draft.values
    yield from _routes(draft)
    yield from _surge(values.get("surge", {}), values.get("target_precision", DEFAULT_TARGET_PRECISION))
    yield from _sessions(values.get("sessions", {}))


def _route_words(route: dict[Any, Any], draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    snippets = draft.values.get("snippets", {}).values()
    flags = {flag for snippet in snippets for flag in snippet.get("risk_flags", {}).values()}
    for number, flag in route.get("risk_flags", {}).items():
        if flag not in flags:
            yield Fault((*at, "risk_flags", number), Code.ROUTE, f"no snippet has the risk flag {flag[:64]!r}")
    for number, word in route.get("keywords", {}).items():
        normal = normalise(word)
        if not normal or normal != word:
            text = f"keyword {word[:64]!r} can never match, expected triage's normal form {normal[:64]!r}"
            yield Fault((*at, "keywords", number), Code.ROUTE, text)
    if route.get("review") and "reasons" in draft.raw_value(at):
        text = "'review' is decided before there is a reason, expected conditions other than 'reasons'"
        yield Fault((*at, "reasons"), Code.ROUTE, text)


def _claims(when: dict[str, str], at: ValuePath) -> Iterator[Fault]:
    if not 1 <= len(when) <= MAX_CLAIMS:
        yield Fault(at, Code.ROUTE, f"'when' has {len(when)} claims, expected 1 to {MAX_CLAIMS}")
    for name, value in when.items():
        if re.fullmatch(CLAIM_NAME_PATTERN, name) is None:
            text = f"{name[:64]!r} is no claim's name, expected a lower-case letter, then up to 31 of a-z, 0-9 and _"
            yield Fault((*at, name), Code.ROUTE, text)
        if re.fullmatch(CLAIM_VALUE_PATTERN, value) is None:
            text = f"no session has the claim {name[:64]!r} so, expected one line of at most 64 characters"
            yield Fault((*at, name), Code.ROUTE, text)


def _surge(surge: dict[Any, Any], target_precision: float) -> Iterator[Fault]:
    for field in ("floor", "ceiling"):
        if field in surge:
            yield from precision_faults(surge[field], ("surge", field))
    floor, ceiling = surge.get("floor", target_precision), surge.get("ceiling", target_precision)
    if not floor <= target_precision <= ceiling:
        text = f"'target_precision' is {target_precision}, expected between 'floor' and 'ceiling'"
        yield Fault(("surge",), Code.SURGE, text)
    for field in ("target_wait_s", "max_wait_s", "handle_s"):
        if field in surge and not 1 <= surge[field] <= MAX_WAIT_S:
            text = f"{field!r} is {surge[field]}, expected 1 to {MAX_WAIT_S} seconds"
            yield Fault(("surge", field), Code.SURGE, text)
    default = SurgePolicy(floor=0, ceiling=1)
    if surge.get("max_wait_s", default.max_wait_s) < surge.get("target_wait_s", default.target_wait_s):
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
        if not CONDITIONS & draft.raw_value(at).keys():
            expected = ", ".join(sorted(CONDITIONS))
            yield Fault(at, Code.ROUTE, f"route has no condition, so it matches everything, expected any of {expected}")
        yield from _route_words(route, draft, at)
        if "when" in route:
            yield from _claims(route["when"], (*at, "when"))
        for number, snippet in route.get("snippets", {}).items():
            if snippet not in known:
                yield Fault((*at, "snippets", number), Code.ROUTE, f"no snippet has the id {snippet[:64]!r}")
        for number, reason in route.get("reasons", {}).items():
            if reason not in ESCALATION_REASONS:
                choices = ", ".join(sorted(ESCALATION_REASONS))
                text = f"{reason[:64]!r} is not a reason to escalate, expected one of {choices}"
                yield Fault((*at, "reasons", number), Code.ROUTE, text)
