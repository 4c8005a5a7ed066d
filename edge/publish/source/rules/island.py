"""Rules about the island as a whole: names, texts, times and precision. A missing field breaks none of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from edge.publish.source.finding import Code, Fault
from edge.publish.source.island_file import DEFAULT_TARGET_PRECISION, IslandDraft
from edge.publish.source.rules.values import (
    character_faults,
    duration_faults,
    is_tag,
    line_faults,
    name_faults,
    precision_faults,
)
from edge.records import ISLAND_FORMAT
from edge.triage import LONGEST_NAME, normalise

RESERVED_TENANTS = frozenset({"root", "targets", "snapshot", "timestamp", "models", "keys"})
"""Roles and target folders of every repository. A tenant with such a name would share their files."""

MAX_NAMES = 200
"""Names in `about`, and in `not_about`. An event is about a few things; these are looked up in every question."""


def island_faults(draft: IslandDraft, *, now: datetime) -> Iterator[Fault]:
    """Faults of the island as a whole. `now` is compared with its `expires`."""
    values = draft.values
    yield from _values(values)
    yield from _promise(values)
    yield from _times(values, now)
    yield from _about(values)
    yield from _context(values.get("context", {}))


def _values(values: dict[Any, Any]) -> Iterator[Fault]:
    if values.get("format", ISLAND_FORMAT) != ISLAND_FORMAT:
        yield Fault(("format",), Code.FORMAT, f"'format' is {values['format']}, expected {ISLAND_FORMAT}")
    for field in ("tenant", "island", "event", "default_lane"):
        if field in values:
            yield from name_faults(values[field], (field,))
    if values.get("tenant") in RESERVED_TENANTS:
        text = f"'tenant' is {values['tenant']!r}, which every repository uses itself, expected another name"
        yield Fault(("tenant",), Code.NAME, text)
    for field in ("title", "approved_by"):
        if field in values:
            yield from line_faults(values[field], (field,))
    if "locale" in values and not is_tag(values["locale"]):
        text = f"'locale' is {values['locale'][:64]!r}, expected a language tag, as in en or pt-BR"
        yield Fault(("locale",), Code.LOCALE, text)
    if "max_stale" in values:
        yield from duration_faults(values["max_stale"], ("max_stale",))
    if "target_precision" in values:
        yield from precision_faults(values["target_precision"], ("target_precision",))


def _promise(values: dict[Any, Any]) -> Iterator[Fault]:
    """Faults of `[promise]`."""
    policy, target = values.get("promise", {}), values.get("target_precision", DEFAULT_TARGET_PRECISION)
    if "floor" not in policy:
        return
    yield from precision_faults(policy["floor"], ("promise", "floor"))
    if policy["floor"] > target:
        text = f"'floor' is {policy['floor']}, expected at most 'target_precision', which is {target}"
        yield Fault(("promise", "floor"), Code.PRECISION, text)


def _times(values: dict[Any, Any], now: datetime) -> Iterator[Fault]:
    opens, closes, expires = (values.get(field) for field in ("opens", "closes", "expires"))
    if opens and closes and closes <= opens:
        text = f"'closes' is {closes.isoformat()}, expected after 'opens' at {opens.isoformat()}"
        yield Fault(("closes",), Code.WINDOW, text)
    if closes and expires and expires < closes:
        text = f"'expires' is {expires.isoformat()}, expected not before 'closes' at {closes.isoformat()}"
        yield Fault(("expires",), Code.WINDOW, text)
    if expires and expires <= now:
        text = f"'expires' is {expires.isoformat()}, expected after now, {now.isoformat(timespec='seconds')}"
        yield Fault(("expires",), Code.EXPIRED, text)


def _about(values: dict[Any, Any]) -> Iterator[Fault]:
    """Faults of the names in `about` and `not_about`."""
    own = {normalise(name) for name in values.get("about", {}).values()}
    for field in ("about", "not_about"):
        names = values.get(field, {})
        if len(names) > MAX_NAMES:
            yield Fault((field,), Code.ABOUT, f"{field!r} has {len(names)} names, expected at most {MAX_NAMES}")
        for index, name in names.items():
            yield from character_faults(name, (field, index))
            if not 0 < len(normalise(name).split()) <= LONGEST_NAME:
                text = f"{name[:64]!r} is no name that a question could have, expected 1 to {LONGEST_NAME} words"
                yield Fault((field, index), Code.ABOUT, text)
            elif field == "not_about" and normalise(name) in own:
                text = f"{name!r} is in 'about' too, expected in one of the two"
                yield Fault((field, index), Code.ABOUT, text)


def _context(context: dict[Any, Any]) -> Iterator[Fault]:
    for field in ("order_window", "fulfilment_partner"):
        if context.get(field):
            yield from line_faults(context[field], ("context", field))
    for index, flag in context.get("risk_flags", {}).items():
        yield from line_faults(flag, ("context", "risk_flags", index))
