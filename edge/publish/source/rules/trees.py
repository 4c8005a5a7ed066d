"""Rules about decision trees: every button leads somewhere, every way ends, every step can be reached.

A tree is a directed graph without cycles that begins with its first step, so pressing buttons comes to an end.
"""

from collections.abc import Iterator
from typing import Any

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.values import line_faults, name_faults
from edge.records import Automation

MAX_STEPS = 200
MAX_OPTIONS = 10
"""More buttons than a phone shows without scrolling, twice."""

_ENDS = ("options", "snippet", "lane")

Steps = dict[int, dict[Any, Any]]


def tree_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Every broken rule of every tree."""
    taken: dict[str, int] = {}
    for index, tree in draft.values.get("trees", {}).items():
        at: ValuePath = ("trees", index)
        if "id" in tree:
            yield from name_faults(tree["id"], (*at, "id"))
            if taken.setdefault(tree["id"], index) != index:
                yield Fault((*at, "id"), Code.TREE, f"id {tree['id'][:64]!r} is taken by another tree")
        steps: Steps = tree.get("steps", {})
        if not 1 <= len(steps) <= MAX_STEPS:
            yield Fault(at, Code.TREE, f"tree has {len(steps)} steps, expected 1 to {MAX_STEPS}")
            continue
        here = (*at, "steps")
        yield from _ids(steps, here)
        for place, step in steps.items():
            yield from _step(step, draft, (*here, place))
        yield from _ways(steps, here)


def _ids(steps: Steps, at: ValuePath) -> Iterator[Fault]:
    taken: dict[str, int] = {}
    for place, step in steps.items():
        if "id" not in step:
            continue
        yield from name_faults(step["id"], (*at, place, "id"))
        if taken.setdefault(step["id"], place) != place:
            yield Fault((*at, place, "id"), Code.TREE, f"id {step['id'][:64]!r} is taken by another step of this tree")


def _step(step: dict[Any, Any], draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    ends = [end for end in _ENDS if end in draft.written(at)]
    if len(ends) != 1:
        found = " and ".join(ends) or "none"
        yield Fault(at, Code.TREE, f"step has {found}, expected one of {', '.join(_ENDS)}")
        return
    if step.get("say") or "options" in step:
        yield from line_faults(step.get("say", ""), (*at, "say"))
    if "lane" in step:
        yield from name_faults(step["lane"], (*at, "lane"))
    if "options" in step and not 1 <= len(step["options"]) <= MAX_OPTIONS:
        yield Fault(
            (*at, "options"), Code.TREE, f"step has {len(step['options'])} options, expected 1 to {MAX_OPTIONS}"
        )
    for place, option in step.get("options", {}).items():
        if "label" in option:
            yield from line_faults(option["label"], (*at, "options", place, "label"))
    if "snippet" in step:
        yield from _answer(step["snippet"], draft, (*at, "snippet"))


def _answer(wanted: str, draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    snippets = draft.values.get("snippets", {}).values()
    found = next((snippet for snippet in snippets if snippet.get("id") == wanted), None)
    if found is None:
        yield Fault(at, Code.TREE, f"no snippet has the id {wanted[:64]!r}")
    elif found.get("automation", Automation.ANSWER) is not Automation.ANSWER:
        yield Fault(
            at, Code.TREE, f"snippet {wanted[:64]!r} is for people, expected a lane or one that may be answered"
        )


def _ways(steps: Steps, at: ValuePath) -> Iterator[Fault]:
    """Where the buttons lead: to steps there are, never back, and to every step."""
    places = {step["id"]: place for place, step in reversed(steps.items()) if "id" in step}
    nexts: dict[int, list[int]] = {}
    for place, step in steps.items():
        nexts[place] = []
        for number, option in step.get("options", {}).items():
            if "to" not in option:
                continue
            if option["to"] in places:
                nexts[place].append(places[option["to"]])
            else:
                text = f"no step of this tree has the id {option['to'][:64]!r}"
                yield Fault((*at, place, "options", number, "to"), Code.TREE, text)
    first = min(steps)
    reached = _reached(first, nexts)
    for place in sorted(steps.keys() - reached):
        yield Fault((*at, place), Code.TREE, f"step {steps[place].get('id', '?')[:64]!r} is reached by no button")
    for place in _in_cycles(nexts):
        yield Fault((*at, place), Code.TREE, f"step {steps[place].get('id', '?')[:64]!r} leads back to itself")


def _reached(first: int, nexts: dict[int, list[int]]) -> set[int]:
    reached, waiting = {first}, [first]
    while waiting:
        for place in nexts[waiting.pop()]:
            if place not in reached:
                reached.add(place)
                waiting.append(place)
    return reached


def _in_cycles(nexts: dict[int, list[int]]) -> list[int]:
    """The steps from which one can come back to them."""
    return [place for place, those in nexts.items() if any(place in _reached(after, nexts) for after in those)]
