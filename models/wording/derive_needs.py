"""Write `edge/triage/stance/needs.py`: the words that a cue cannot do without.

    python models/wording/derive_needs.py

Each expression is written out into all the texts that it stands for, with a mark for what may be any letters or any
words. Of each such text one word is taken, the one that is rarest in `models/reading`, and then a second one. So a
message without any of the first words, or without any of the second, cannot have that cue. Run it again after a change
of a cue; a test compares the file.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

# Python has no public way to look into an expression.
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from edge.triage import normalise
from edge.triage.stance import stance_cues

HERE = Path(__file__).parents[1]
NEEDS = HERE.parent / "edge/triage/stance/needs.py"

STARTS, ENDS = 3, (3, 2)
"""Letters of a word's beginning and end that are told apart, as in `edge/triage/stance/stance.py`."""

ANY, GAP, END = "\x00", "\x01", "\x02"
"""Any letters of a word; any words; the end of a word, which a look ahead demands."""


def parsed(expression: str) -> Sequence[Any]:
    """An expression as Python's own parser reads it."""
    steps: Sequence[Any] = _parser.parse(expression)
    return steps


def texts_of(pattern: Sequence[Any]) -> list[str]:
    """The texts that a parsed expression stands for. One of them is in each text that the expression matches."""
    return ["".join(parts) for parts in product(*(_texts(*step) for step in pattern))]


def _texts(kind: Any, value: Any) -> list[str]:
    if kind is kinds.LITERAL:
        return [chr(value)]
    if kind is kinds.IN:
        literal = all(what is kinds.LITERAL for what, _ in value)
        return [chr(code) for _, code in value] if literal else [ANY]
    if kind is kinds.BRANCH:
        return [text for one in value[1] for text in texts_of(one)]
    if kind is kinds.SUBPATTERN:
        return texts_of(value[3])
    if kind in {kinds.MAX_REPEAT, kinds.MIN_REPEAT}:
        return _repeated(*value)
    if kind is kinds.ASSERT:
        direction, ahead = value
        return [END] if direction > 0 and tuple(ahead[0]) == (kinds.LITERAL, ord(" ")) else [""]
    if kind in {kinds.AT, kinds.ASSERT_NOT}:
        return [""]
    raise ValueError(f"expression has {kind}, of which no rule is known")


def _repeated(least: int, most: int, what: Sequence[Any]) -> list[str]:
    texts = texts_of(what)
    if texts == [ANY]:
        return [ANY]
    if (least, most) == (0, 1):
        return ["", *texts]
    if len(what) == 1 and what[0][0] is kinds.LITERAL:
        return [texts[0] * least + ANY]
    if not all(text.endswith(" ") for text in texts):
        raise ValueError("expression repeats what ends with no blank, of which no rule is known")
    return [f"{GAP} "] if least else ["", f"{GAP} "]


def needs_of(text: str) -> list[str]:
    """The words of one such text, as `needs.py` writes them: "word", "begi-" or "-end". Others say nothing."""
    first, *words = text.split(" ")
    if first:
        raise ValueError(f"expression begins with {first!r}, expected a blank")
    # After the last blank stands a whole word if a blank must follow.
    if words and words[-1].strip(END):
        words[-1] += "" if words[-1].endswith(END) else ANY
    return [need for word in words if (need := _need_of(word.replace(END, "")))]


def _need_of(word: str) -> str:
    if GAP in word:
        return ""
    if ANY not in word:
        return word
    begin, _, _ = word.partition(ANY)
    _, _, end = word.rpartition(ANY)
    if begin[:STARTS] and len(begin) >= STARTS:
        return f"{begin[:STARTS]}-"
    size = next((size for size in ENDS if len(end) >= size), 0)
    return f"-{end[-size:]}" if size else ""


def is_met(need: str, word: str) -> bool:
    """True if a word is one that a cue needs."""
    if need.startswith("-"):
        return word.endswith(need[1:])
    return word.startswith(need[:-1]) if need.endswith("-") else word == need


def derived(cue: str, frequency: Counter[str]) -> tuple[str, str]:
    """The needs of a cue: a text without a word of the first, or without one of the second, does not match it.

    Each row has few and rare words, by a greedy cover of the texts. The second has others than the first, except for
    texts in which only one word is certain.
    """
    texts = sorted({frozenset(needs_of(text)) for text in texts_of(parsed(cue))}, key=sorted)
    if frozenset() in texts:
        raise ValueError(f"expression {cue!r} stands for a text in which no word is certain")
    first = _cover(texts, frequency)
    second = _cover([text - {_taken(text, first)} or text for text in texts], frequency)
    return " ".join(sorted(first)), " ".join(sorted(second))


def _cover(texts: Sequence[frozenset[str]], frequency: Counter[str]) -> list[str]:
    """Needs of which each text has one: again and again the rarest for the most texts that are left."""
    left, found = set(range(len(texts))), list[str]()
    places: dict[str, set[int]] = {}
    for place, text in enumerate(texts):
        for need in text:
            places.setdefault(need, set()).add(place)
    while left:
        ranked = {
            need: ((1 + _count(need, frequency)) / len(numbers & left), need)
            for need, numbers in places.items()
            if numbers & left
        }
        best = min(ranked, key=ranked.__getitem__)
        found.append(best)
        left -= places[best]
    return found


def _taken(text: frozenset[str], needs: Sequence[str]) -> str:
    """The need of a text that a row has first: any other one of the text may be asked for as well."""
    return next(need for need in needs if need in text)


_counts: dict[str, int] = {}


def _count(need: str, frequency: Counter[str]) -> int:
    if need not in _counts:
        _counts[need] = sum(count for word, count in frequency.items() if is_met(need, word))
    return _counts[need]


def written_lines() -> Iterable[str]:
    """The lines of `models/reading`, in normal form."""
    for path in sorted((HERE / "reading").rglob("*.t*")):
        yield from map(normalise, path.read_text(encoding="utf-8").splitlines())


def all_needs() -> dict[str, tuple[str, ...]]:
    """The needs of all cues, as `needs.py` has them."""
    frequency = Counter(word for line in written_lines() for word in line.split())
    cues = stance_cues()
    return {kind: tuple(row for cue in cues[kind] for row in derived(cue.pattern, frequency)) for kind in cues}


def needs_file() -> str:
    """The content of `needs.py`, as a formatter lays it out."""
    entries = "".join(f'    "{kind}": (\n{"".join(map(_row, rows))}    ),\n' for kind, rows in all_needs().items())
    return f"{_HEADER}NEEDS: dict[str, tuple[str, ...]] = {{\n{entries}}}\n"


def _row(needs: str) -> str:
    first, *others = textwrap.wrap(needs, 104, break_on_hyphens=False)
    lines = "".join([f'            "{first}"\n', *(f'            " {line}"\n' for line in others)])
    return f"        (\n{lines}        ),\n" if others else f'        "{first}",\n'


_HEADER = '''"""Words that a cue cannot do without: two rows for each expression in `cues.py`.

A message that has the cue has at least one word of either row. "beg-" stands for words that begin so, "-end" for those
that end so. Written by `models/wording/derive_needs.py`.
"""

'''


def main() -> None:
    """Write the file."""
    NEEDS.write_text(needs_file(), encoding="utf-8")
    print(f"wrote {NEEDS}")


if __name__ == "__main__":
    main()
