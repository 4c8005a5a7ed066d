"""The lines of a ticket's private note that are read back: each is written and read here.

>>> lines = island_line("northwind/drop", 3, "support", "surge"), candidate_line("price", 0.61, "cost"), marker("t")
>>> read_note(chr(10).join(lines))
Note(island='northwind/drop', offered=('price',), is_refused=False)

Words of viewers and authors stand in a note within one line and quoted, so that they are never one of these lines.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from edge.foreign_words import quoted
from edge.records import NAME_PATTERN

_REFUSED = "The viewer was offered these answers, and wanted none: "
_MARKER = "Skerry ticket "
_ISLAND_LINE = re.compile(rf"Island ({NAME_PATTERN}/{NAME_PATTERN}), revision (?:\d+|none), lane ")
_CANDIDATE_LINE = re.compile(rf"\d{{1,3}}% ({NAME_PATTERN}) \(like: ")
_MARKER_LINE = re.compile(rf"{_MARKER}\S+")


class Note(NamedTuple):
    """What a note says."""

    island: str
    """As `tenant/island`."""
    offered: tuple[str, ...]
    """Ids of the snippets that the viewer refused, or else of the likely ones, best first."""
    is_refused: bool
    """True if the viewer was offered them and wanted none."""


def island_line(island: str, revision: int | None, lane: str, reason: str) -> str:
    """The first line of a note. `island`: as `tenant/island`."""
    return f"Island {island}, revision {revision or 'none'}, lane {lane}, reason {reason}"


def refused_line(snippets: Iterable[str]) -> str:
    """The line with the ids of what the viewer was offered and did not want."""
    return f"{_REFUSED}{', '.join(snippets)}"


def candidate_line(snippet: str, confidence: float, nearest_example: str, more: str = "") -> str:
    """The line of a likely snippet. `more` stands after the example."""
    return f"{confidence:.0%} {snippet} (like: {quoted(nearest_example)}{more})"


def marker(message_id: str) -> str:
    """The last line: only the note of this ticket or take-back contains it."""
    return f"{_MARKER}{message_id}"


def is_marked(text: str | None, message_id: str) -> bool:
    """True if a note is that of this ticket or take-back: by its last line, since viewers' words may have a marker."""
    return (text or "").rstrip().rpartition("\n")[2].strip() == marker(message_id)


def read_note(text: str) -> Note | None:
    """What a note says; None if it is no note of a ticket, or that of a follow-up."""
    lines = text.splitlines()
    island = _ISLAND_LINE.match(lines[0]) if lines else None
    if island is None or not _MARKER_LINE.fullmatch(lines[-1]):
        return None
    refused = next((line.removeprefix(_REFUSED).split(", ") for line in lines if line.startswith(_REFUSED)), [])
    candidates = [match[1] for line in lines if (match := _CANDIDATE_LINE.match(line))]
    return Note(island[1], tuple(refused or candidates), bool(refused))
