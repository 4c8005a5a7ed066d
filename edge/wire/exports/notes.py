"""What the private note of a ticket says, read back: the island, the likely snippets, and those that were refused.

`edge.wire.desks` writes the notes. Words of viewers and authors are quoted in them within one line, so that they are
never one of these lines.
"""

import re
from collections.abc import Iterable
from html import unescape
from html.parser import HTMLParser
from itertools import islice
from typing import NamedTuple

from edge.records import NAME_PATTERN

_ISLAND = re.compile(rf"Island ({NAME_PATTERN}/{NAME_PATTERN}), revision (?:\d+|none), lane ")
_CANDIDATE = re.compile(rf"\d{{1,3}}% ({NAME_PATTERN}) \(like: ")
_REFUSED = "The viewer was offered these answers, and wanted none: "
_MARKER = re.compile(r"Skerry ticket \S+")
_FIRST_REPLIES = 3
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "blockquote"})


class Note(NamedTuple):
    """What a note says."""

    island: str
    """As `tenant/island`."""
    offered: tuple[str, ...]
    """Ids of the snippets that the viewer refused, or else of the likely ones, best first."""
    is_refused: bool
    """True if the viewer was offered them and wanted none."""


def read_note(text: str) -> Note | None:
    """What a note says; None if it is no note of a ticket, or that of a follow-up."""
    lines = text.splitlines()
    island = _ISLAND.match(lines[0]) if lines else None
    if island is None or not _MARKER.fullmatch(lines[-1]):
        return None
    refused = next((line.removeprefix(_REFUSED).split(", ") for line in lines if line.startswith(_REFUSED)), [])
    candidates = [match[1] for line in lines if (match := _CANDIDATE.match(line))]
    return Note(island[1], tuple(refused or candidates), bool(refused))


def unquoted(text: str) -> str:
    """A viewer's words, which were made inert for a desk that renders Markdown."""
    return text[1:-1] if len(text) > 1 and text.startswith("`") and text.endswith("`") else text


def likely_answer(replies: Iterable[str]) -> str:
    """The longest of people's first three replies: greetings before an answer are shorter. Empty if there is none."""
    return max((reply for reply in islice(filter(None, replies), _FIRST_REPLIES)), key=len, default="")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKS:
            self.parts.append("\n")


def plain_text(body: str, *, is_html: bool) -> str:
    """The text of an article. Elements of HTML are left out, and end lines where they would be shown as blocks."""
    if not is_html:
        return body.strip()
    reader = _Text()
    reader.feed(body)
    reader.close()
    lines = (" ".join(line.split()) for line in unescape("".join(reader.parts)).split("\n"))
    return "\n".join(line for line in lines if line)
