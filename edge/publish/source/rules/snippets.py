"""Rules about snippets: their ids, answers and example questions."""

from collections.abc import Iterator
from typing import Any

from edge.publish.source.finding import Code, Fault, Severity, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.values import character_faults, line_faults, name_faults, precision_faults
from edge.records import Automation
from edge.triage import question_of

MAX_ANSWER_BYTES = 2_000
"""Viewers do not scroll in a chat bubble. Discord, too, allows 2,000 characters in a message. A script has as much: a
ticket has those of three snippets."""

MIN_EXAMPLES = 2
"""An evaluation trains without some of a snippet's questions, so there must be at least one other."""

RECOMMENDED_EXAMPLES = 8
"""With fewer questions an island answers less, because the acceptor has learned from few such islands."""

MAX_EXAMPLES = 200
MAX_EXAMPLE_CHARACTERS = 300
"""The encoder reads about the first 64 word pieces, and viewers type no more into a live chat."""

MIN_SNIPPETS = 2
"""Triage learns the differences between snippets, so it needs two."""

MAX_SNIPPETS = 500


def snippet_faults(draft: IslandDraft) -> Iterator[Fault]:
    """Faults of each snippet, and of snippets that repeat an id or a question."""
    snippets = draft.values.get("snippets")
    if snippets is None:
        return
    count = len(draft.raw_value(("snippets",)))
    if count < MIN_SNIPPETS:
        text = f"island has {count} snippet{'' if count == 1 else 's'}, expected at least {MIN_SNIPPETS}"
        yield Fault(("snippets",), Code.SNIPPETS_FEW, text)
    if count > MAX_SNIPPETS:
        text = f"island has {count} snippets, expected at most {MAX_SNIPPETS}"
        yield Fault(("snippets",), Code.SNIPPETS_MANY, text)
    for index, snippet in snippets.items():
        at = ("snippets", index)
        yield from _fields(snippet, at)
        yield from _answer(snippet, at)
        yield from markdown_faults(snippet, "script", at)
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
    for number, flag in snippet.get("risk_flags", {}).items():
        yield from name_faults(flag, (*at, "risk_flags", number))
    if "target_precision" in snippet:
        yield from precision_faults(snippet["target_precision"], (*at, "target_precision"))


def _answer(snippet: dict[Any, Any], at: ValuePath) -> Iterator[Fault]:
    if not snippet.get("answer", "").strip() and snippet.get("automation") is not Automation.NEVER:
        answer_at = (*at, "answer") if "answer" in snippet else at
        yield Fault(answer_at, Code.ANSWER_EMPTY, 'answer is empty, expected one unless automation = "never"')
    yield from markdown_faults(snippet, "answer", at)


def markdown_faults(snippet: dict[Any, Any], field: str, at: ValuePath) -> Iterator[Fault]:
    """Faults of the text of `field`: too long, or with characters that are not seen."""
    text = snippet.get(field, "").strip()
    size = len(text.encode())
    if size > MAX_ANSWER_BYTES:
        fault_text = f"{field} is {size:,} bytes of UTF-8, expected at most {MAX_ANSWER_BYTES:,}"
        yield Fault((*at, field), Code.ANSWER_SIZE, fault_text)
    yield from character_faults(text, (*at, field), allowed="\n\t")


def answer_problem(answer: str) -> str:
    """The first fault of an answer that is given automatically, as a text; empty if it has none."""
    return next((fault.text for fault in _answer({"answer": answer}, ())), "")


def _examples(snippet: dict[Any, Any], draft: IslandDraft, at: ValuePath) -> Iterator[Fault]:
    examples = snippet.get("examples")
    if examples is None:
        return
    at = (*at, "examples")
    count = len(draft.raw_value(at))
    if count < MIN_EXAMPLES:
        yield Fault(at, Code.EXAMPLES_FEW, f"snippet has {_questions(count)}, expected at least {MIN_EXAMPLES}")
    elif count < RECOMMENDED_EXAMPLES:
        text = f"snippet has {_questions(count)}, with {RECOMMENDED_EXAMPLES} or more triage recognises it more often"
        yield Fault(at, Code.EXAMPLES_FEW, text, Severity.WARNING)
    if count > MAX_EXAMPLES:
        yield Fault(at, Code.EXAMPLES_MANY, f"snippet has {_questions(count)}, expected at most {MAX_EXAMPLES}")
    for index, example in examples.items():
        example_at = (*at, index)
        if not question_of(example):
            yield Fault(example_at, Code.TEXT, f"question {index + 1} is empty")
        if len(example) > MAX_EXAMPLE_CHARACTERS:
            text = f"question {index + 1} is {len(example)} characters, expected at most {MAX_EXAMPLE_CHARACTERS}"
            yield Fault(example_at, Code.EXAMPLE_LONG, text)
        yield from character_faults(example, example_at)


def _repeated_ids(draft: IslandDraft, snippets: dict[int, dict[Any, Any]]) -> Iterator[Fault]:
    first: dict[str, ValuePath] = {}
    for index, snippet in snippets.items():
        if "id" not in snippet:
            continue
        at: ValuePath = ("snippets", index, "id")
        other = first.setdefault(snippet["id"], at)
        if other != at:
            line = draft.positions.position_of(other).line
            text = f"id {snippet['id'][:64]!r} is already used by the snippet at line {line}"
            yield Fault(at, Code.ID_DUPLICATE, text)


def _repeated_questions(draft: IslandDraft, snippets: dict[int, dict[Any, Any]]) -> Iterator[Fault]:
    """Faults of questions with the same normal form, which is how a PoP compares them with a viewer's question."""
    first: dict[str, ValuePath] = {}
    for index, snippet in snippets.items():
        for number, example in snippet.get("examples", {}).items():
            at: ValuePath = ("snippets", index, "examples", number)
            other = first.setdefault(question_of(example), at)
            if other == at or not question_of(example):
                continue
            line = draft.positions.position_of(other).line
            if other[1] == index:
                text = f"same question as line {line}"
                yield Fault(at, Code.EXAMPLE_REPEATED, text, Severity.WARNING)
            else:
                owner = snippets[int(other[1])].get("id", "?")
                text = f"same question as line {line}, under snippet {owner[:63]!r}, expected it under one"
                yield Fault(at, Code.QUESTION_SHARED, text)


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"
