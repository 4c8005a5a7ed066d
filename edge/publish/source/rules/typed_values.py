"""Rules about what a step of a tree asks a viewer to type: a pattern that is never slow, and people for the value."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from edge.decide import pattern_fault
from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.rules.values import line_faults
from edge.records.trees import ValueKind

NAME_PATTERN = "[a-z][a-z0-9_]{0,31}"

Step = dict[Any, Any]


def ask_faults(ask: Step, at: ValuePath) -> Iterator[Fault]:
    """Faults of one `ask`."""
    if "name" in ask and re.fullmatch(NAME_PATTERN, ask["name"]) is None:
        text = f"'name' is {ask['name'][:64]!r}, expected a lower-case letter, then up to 31 of a-z, 0-9 and _"
        yield Fault((*at, "name"), Code.TREE, text)
    if "hint" in ask:
        yield from line_faults(ask["hint"], (*at, "hint"))
    if ask.get("kind", ValueKind.TEXT) is ValueKind.DIGEST:
        if "pattern" in ask:
            yield Fault((*at, "pattern"), Code.TREE, "a digest has a pattern, expected none: its form is known")
    elif fault := pattern_fault(ask.get("pattern", "")):
        yield Fault((*at, "pattern") if "pattern" in ask else at, Code.TREE, fault)


def way_faults(steps: Mapping[int, Step], reachable: Callable[[int], set[int]], at: ValuePath) -> Iterator[Fault]:
    """Faults of where typed values lead. `reachable`: the numbers of a step and of all that follow it.

    A viewer types one value on a way. A personal one is in the ticket alone, so there must be a way to people.
    """
    asking = [number for number, step in steps.items() if "ask" in step]
    for number in asking:
        further = reachable(number) - {number}
        name = steps[number].get("id", "?")[:64]
        if again := sorted(further.intersection(asking)):
            text = (
                f"step {steps[again[0]].get('id', '?')[:64]!r} asks for a value after step {name!r}, expected one a way"
            )
            yield Fault((*at, again[0], "ask"), Code.TREE, text)
        if steps[number]["ask"].get("personal") and not any("lane" in steps[one] for one in further):
            text = f"no way from step {name!r} leads to people, who alone get a personal value"
            yield Fault((*at, number, "ask"), Code.TREE, text)
