"""Rules about what people see and what viewers pick from: floors of harm and of offers, and the time for a chat."""

from collections.abc import Iterator
from typing import Any

from edge.publish.source.finding import Code, Fault
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.values import character_faults
from edge.records import HarmPolicy, OffersPolicy, RampPolicy

MIN_FLOOR, MAX_FLOOR = 0.01, 0.9
"""With a lower floor most of a chat goes to the people for safety. With a higher one hardly anything ever does."""

MAX_NOTICE_CHARACTERS = 500
"""A viewer in need reads a few sentences, and a chat has room for no more."""

MAX_PER_MINUTE = 600

MAX_RAMP_MINUTES = 60
"""The rush at a drop's start is over by then."""

MIN_OFFERS_FLOOR, MAX_OFFERS_FLOOR = 0.3, 1.0
"""Below the first, most offers would have nothing right in them."""

MIN_WAITING_FLOOR = 0.1
"""Below it, nearly every offer while waiting would have nothing right in it."""


def care_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Faults of `[harm]`, `[offers]`, `[ramp]` and `[stream]`."""
    yield from _harm(draft.values.get("harm", {}))
    floor = draft.values.get("offers", {}).get("floor", OffersPolicy().floor)
    if not MIN_OFFERS_FLOOR <= floor <= MAX_OFFERS_FLOOR:
        text = (
            f"'floor' is {floor}, expected {MIN_OFFERS_FLOOR} to {MAX_OFFERS_FLOOR}, the probability that one of the"
            " offered answers is right"
        )
        yield Fault(("offers", "floor"), Code.OFFERS, text)
    waiting = draft.values.get("offers", {}).get("waiting_floor", OffersPolicy().waiting_floor)
    # A bad `floor` is a fault of its own.
    bound = floor if MIN_OFFERS_FLOOR <= floor <= MAX_OFFERS_FLOOR else MAX_OFFERS_FLOOR
    if waiting and not MIN_WAITING_FLOOR <= waiting <= bound:
        text = (
            f"'waiting_floor' is {waiting}, expected {MIN_WAITING_FLOOR} to 'floor', which is {bound}, or 0 to offer"
            " nothing while people have the question"
        )
        yield Fault(("offers", "waiting_floor"), Code.OFFERS, text)
    yield from _ramp(draft)
    limit = draft.values.get("stream", {}).get("max_out_of_scope_per_minute", 0)
    if not 0 <= limit <= MAX_PER_MINUTE:
        text = f"'max_out_of_scope_per_minute' is {limit}, expected 0 to {MAX_PER_MINUTE}"
        yield Fault(("stream", "max_out_of_scope_per_minute"), Code.STREAM, text)


def _ramp(draft: IslandDraft) -> Iterator[Fault]:
    ramp, values = draft.values.get("ramp"), draft.values
    if ramp is None:
        return
    minutes = ramp.get("minutes", RampPolicy().minutes)
    if not 1 <= minutes <= MAX_RAMP_MINUTES:
        yield Fault(("ramp", "minutes"), Code.RAMP, f"'minutes' is {minutes}, expected 1 to {MAX_RAMP_MINUTES}")
    if not values.get("trees") and not values.get("offers", {}).get("waiting_floor", OffersPolicy().waiting_floor):
        text = "the island has no tree, and a 'waiting_floor' of 0 in [offers], so a ramp has nothing to offer"
        yield Fault(("ramp",), Code.RAMP, text)


def _harm(harm: dict[Any, Any]) -> Iterator[Fault]:
    for field in ("floor", "doubt"):
        if field in harm and not MIN_FLOOR <= harm[field] <= MAX_FLOOR:
            text = f"{field!r} is {harm[field]}, expected {MIN_FLOOR} to {MAX_FLOOR}"
            yield Fault(("harm", field), Code.HARM, text)
    usual = HarmPolicy()
    floor, doubt = harm.get("floor", usual.floor), harm.get("doubt", usual.doubt)
    if doubt > floor:
        yield Fault(("harm",), Code.HARM, f"'doubt' is {doubt}, expected at most 'floor', which is {floor}")
    text = harm.get("self_harm_text", "")
    if len(text) > MAX_NOTICE_CHARACTERS:
        found = f"'self_harm_text' is {len(text)} characters, expected at most {MAX_NOTICE_CHARACTERS}"
        yield Fault(("harm", "self_harm_text"), Code.HARM, found)
    yield from character_faults(text, ("harm", "self_harm_text"), allowed="\n")
