"""Rules about decision trees: every button leads to a step, every step can be reached, and no way is endless.

A tree is a directed graph without cycles, and its first step is where it begins.
"""

from collections.abc import Iterator
from typing import Any

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.typed_values import ask_faults, way_faults
from edge.publish.source.rules.values import line_faults, name_faults
from edge.records import Automation

MAX_STEPS = 200
MAX_OPTIONS = 10
"""Twice the buttons that a phone shows without scrolling."""

_KINDS = ("options", "ask", "snippet", "lane")

Steps = dict[int, dict[Any, Any]]


def tree_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Faults of every decision tree."""
    first_with_id: dict[str, int] = {}
    for index, tree in draft.values.get("trees", {}).items():
        at: ValuePath = ("trees", index)
        if "id" in tree:
            yield from name_faults(tree["id"], (*at, "id"))
            if first_with_id.setdefault(tree["id"], index) != index:
                yield Fault((*at, "id"), Code.TREE, f"id {tree['id'][:64]!r} is already used by another tree")
        steps: Steps = tree.get("steps", {})
        if not 1 <= len(steps) <= MAX_STEPS:
            yield Fault(at, Code.TREE, f"tree has {len(steps)} steps, expected 1 to {MAX_STEPS}")
            continue
        steps_at = (*at, "steps")
        yield from _ids(steps, steps_at)
        for number, step in steps.items():
            yield from _step(step, draft, (*steps_at, number))
        yield from _graph(steps, steps_at)


def _ids(steps: Steps, at: ValuePath) -> Iterator[Fault]:
    first_with_id: dict[str, int] = {}
    for number, step in steps.items():
        if "id" not in step:
            continue
        yield from name_faults(step["id"], (*at, number, "id"))
        if first_with_id.setdefault(step["id"], number) != number:
            text = f"id {step['id'][:64]!r} is already used by another step of this tree"
            yield Fault((*at, number, "id"), Code.TREE, text)


def _step(step: dict[Any, Any], draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    kinds = [kind for kind in _KINDS if kind in draft.raw_value(at)]
    if len(kinds) != 1:
        given = " and ".join(kinds) or "none"
        yield Fault(at, Code.TREE, f"step has {given}, expected exactly one of {', '.join(_KINDS)}")
        return
    if step.get("say") or "options" in step or "ask" in step:
        yield from line_faults(step.get("say", ""), (*at, "say"))
    if "lane" in step:
        yield from name_faults(step["lane"], (*at, "lane"))
    if "options" in step and not 1 <= len(step["options"]) <= MAX_OPTIONS:
        text = f"step has {len(step['options'])} options, expected 1 to {MAX_OPTIONS}"
        yield Fault((*at, "options"), Code.TREE, text)
    for number, option in step.get("options", {}).items():
        if "label" in option:
            yield from line_faults(option["label"], (*at, "options", number, "label"))
    if "ask" in step:
        yield from ask_faults(step["ask"], (*at, "ask"))
    if "snippet" in step:
        yield from _answer(step["snippet"], draft, (*at, "snippet"))


def _answer(snippet_id: str, draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    snippets = draft.values.get("snippets", {}).values()
    snippet = next((snippet for snippet in snippets if snippet.get("id") == snippet_id), None)
    if snippet is None:
        yield Fault(at, Code.TREE, f"no snippet has the id {snippet_id[:64]!r}")
    elif snippet.get("automation", Automation.ANSWER) is not Automation.ANSWER:
        text = f'snippet {snippet_id[:64]!r} is for people, expected a lane, or a snippet with automation "answer"'
        yield Fault(at, Code.TREE, text)


def _graph(steps: Steps, at: ValuePath) -> Iterator[Fault]:
    """Faults of where the buttons lead: each to a step of the tree, none back, and together to every step."""
    # If two steps share an id, the first of them counts; the other one is then reported as not reached.
    numbers = {step["id"]: number for number, step in reversed(steps.items()) if "id" in step}
    next_steps: dict[int, list[int]] = {}
    for number, step in steps.items():
        next_steps[number] = []
        for place, to in _leads(step):
            if to in numbers:
                next_steps[number].append(numbers[to])
            else:
                yield Fault((*at, number, *place, "to"), Code.TREE, f"no step of this tree has the id {to[:64]!r}")
    reachable = _reachable_from(min(steps), next_steps)
    for number in sorted(steps.keys() - reachable):
        yield Fault((*at, number), Code.TREE, f"nothing leads to step {steps[number].get('id', '?')[:64]!r}")
    for number in _in_cycles(next_steps):
        yield Fault((*at, number), Code.TREE, f"step {steps[number].get('id', '?')[:64]!r} leads back to itself")
    yield from way_faults(steps, lambda number: _reachable_from(number, next_steps), at)


def _leads(step: dict[Any, Any]) -> Iterator[tuple[ValuePath, str]]:
    """Each id of a step that follows, with where it stands."""
    for number, option in step.get("options", {}).items():
        if "to" in option:
            yield ("options", number), option["to"]
    if "to" in step.get("ask", {}):
        yield ("ask",), step["ask"]["to"]


def _reachable_from(first: int, next_steps: dict[int, list[int]]) -> set[int]:
    """`first` and every step to which its buttons lead, at once or later."""
    reachable, unvisited = {first}, [first]
    while unvisited:
        for number in next_steps[unvisited.pop()]:
            if number not in reachable:
                reachable.add(number)
                unvisited.append(number)
    return reachable


def _in_cycles(next_steps: dict[int, list[int]]) -> list[int]:
    """The steps whose buttons lead back to them, at once or later."""
    return [
        number
        for number, following in next_steps.items()
        if any(number in _reachable_from(next_step, next_steps) for next_step in following)
    ]
