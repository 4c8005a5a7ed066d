"""Rules about snippets: ids, answers, and the questions that stand for them."""

from collections.abc import Iterator
from typing import Any

from edge.publish.source.finding import Code, Fault, Severity, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.values import character_faults, line_faults, name_faults, precision_faults
from edge.records import Automation
from edge.triage import normalise

MAX_ANSWER_BYTES = 2_000
"""A chat bubble that has to be scrolled is not read; also what Discord and Twitch bots can send in one message."""

EXAMPLES_MIN = 2
"""One question cannot be held out to see whether the others find it."""

EXAMPLES_WANTED = 8
"""Fewer, and the island answers less: below it, calibration has seen few islands to learn from."""

MAX_EXAMPLES = 200
MAX_EXAMPLE_CHARACTERS = 300
"""The encoder reads the first 64 word pieces or so; nobody types more into a live chat."""

SNIPPETS_MIN = 2
"""Triage tells snippets apart; there is nothing to tell apart in one."""

MAX_SNIPPETS = 500


def snippet_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Every broken rule about single snippets, and between them."""
    snippets = draft.values.get("snippets")
    if snippets is None:
        return
    count = len(draft.written(("snippets",)))
    if count < SNIPPETS_MIN:
        text = f"island has {count} snippet{'' if count == 1 else 's'}, expected at least {SNIPPETS_MIN}"
        yield Fault(("snippets",), Code.SNIPPETS_FEW, text)
    if count > MAX_SNIPPETS:
        text = f"island has {count} snippets, expected at most {MAX_SNIPPETS}"
        yield Fault(("snippets",), Code.SNIPPETS_MANY, text)
    for index, snippet in snippets.items():
        at = ("snippets", index)
        yield from _fields(snippet, at)
        yield from _answer(snippet, at)
        yield from _examples(snippet, draft, at)
    yield from _repeated_ids(draft, snippets)
    yield from _repeated_questions(draft, snippets)


def _fields(snippet: dict[Any, Any], at: ValuePath) -> Iterator[Fault]:
    if "id" in snippet:
        yield from name_faults(snippet["id"], (*at, "id"))
    if snippet.get("title"):
        yield from line_faults(snippet["title"], (*at, "title"))
    if snippet.get("lane"):
        yield from name_faults(snippet["lane"], (*at, "lane"))
    if snippet.get("approved_by"):
        yield from line_faults(snippet["approved_by"], (*at, "approved_by"))
    for place, flag in snippet.get("risk_flags", {}).items():
        yield from name_faults(flag, (*at, "risk_flags", place))
    if "target_precision" in snippet:
        yield from precision_faults(snippet["target_precision"], (*at, "target_precision"))


def _answer(snippet: dict[Any, Any], at: ValuePath) -> Iterator[Fault]:
    answer = snippet.get("answer", "").strip()
    if not answer and snippet.get("automation") is not Automation.NEVER:
        where = (*at, "answer") if "answer" in snippet else at
        yield Fault(where, Code.ANSWER_EMPTY, 'answer is empty, expected one unless automation = "never"')
    size = len(answer.encode())
    if size > MAX_ANSWER_BYTES:
        text = f"answer is {size:,} bytes of UTF-8, expected at most {MAX_ANSWER_BYTES:,}"
        yield Fault((*at, "answer"), Code.ANSWER_SIZE, text)
    yield from character_faults(answer, (*at, "answer"), allowed="\n\t")


def answer_problem(answer: str) -> str:
    """What is wrong with an answer that a machine is to give; empty when nothing is."""
    return next((fault.text for fault in _answer({"answer": answer}, ())), "")


def _examples(snippet: dict[Any, Any], draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    examples = snippet.get("examples")
    if examples is None:
        return
    at = (*at, "examples")
    count = len(draft.written(at))
    if count < EXAMPLES_MIN:
        yield Fault(at, Code.EXAMPLES_FEW, f"snippet has {_questions(count)}, expected at least {EXAMPLES_MIN}")
    elif count < EXAMPLES_WANTED:
        text = f"snippet has {_questions(count)}, with {EXAMPLES_WANTED} or more it is recognised more often"
        yield Fault(at, Code.EXAMPLES_FEW, text, Severity.WARNING)
    if count > MAX_EXAMPLES:
        yield Fault(at, Code.EXAMPLES_MANY, f"snippet has {_questions(count)}, expected at most {MAX_EXAMPLES}")
    for index, example in examples.items():
        here = (*at, index)
        if not normalise(example):
            yield Fault(here, Code.TEXT, f"question {index + 1} is empty")
        if len(example) > MAX_EXAMPLE_CHARACTERS:
            found = f"question {index + 1} is {len(example)} characters"
            yield Fault(here, Code.EXAMPLE_LONG, f"{found}, expected at most {MAX_EXAMPLE_CHARACTERS}")
        yield from character_faults(example, here)


def _repeated_ids(draft: IslandDraft, snippets: dict[int, dict[Any, Any]]) -> Iterator[Fault]:
    first: dict[str, ValuePath] = {}
    for index, snippet in snippets.items():
        if "id" not in snippet:
            continue
        at: ValuePath = ("snippets", index, "id")
        other = first.setdefault(snippet["id"], at)
        if other != at:
            line = draft.positions.position_of(other).line
            yield Fault(at, Code.ID_DUPLICATE, f"id {snippet['id'][:64]!r} is taken by the snippet at line {line}")


def _repeated_questions(draft: IslandDraft, snippets: dict[int, dict[Any, Any]]) -> Iterator[Fault]:
    """Questions are compared in normal form, as a PoP compares a viewer's."""
    first: dict[str, ValuePath] = {}
    for index, snippet in snippets.items():
        for place, example in snippet.get("examples", {}).items():
            at: ValuePath = ("snippets", index, "examples", place)
            other = first.setdefault(normalise(example), at)
            if other == at or not normalise(example):
                continue
            line = draft.positions.position_of(other).line
            if other[1] == index:
                text = f"same question as line {line}"
                yield Fault(at, Code.EXAMPLE_REPEATED, text, Severity.WARNING)
            else:
                owner = snippets[int(other[1])].get("id", "?")
                text = f"same question as line {line}, under snippet {owner[:63]!r}: which answer is meant?"
                yield Fault(at, Code.QUESTION_SHARED, text)


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"
