"""Read a desk's export line by line. Any line may be hostile; a bad one is counted and left out.

No part of a bad line is kept or shown. No line is read into memory that is longer than `MAX_LINE_BYTES`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from edge.errors import ConfigError
from edge.records import DECODE_ERRORS
from edge.records.desk import ExportLine

MAX_LINE_BYTES = 32_768
"""Four times a question and a reply of the longest form."""

MAX_LINES = 2_000_000
"""Further lines are not read."""


class LeftOut(StrEnum):
    """Why a line, or a proposal, was left out."""

    LINE_LONG = "line longer than 32 KiB"
    LINE_MALFORMED = "line that is no JSON of the format"
    LINE_REPEATS = "line that has a field twice"
    LINES_MANY = "rest of the export, beyond 2,000,000 lines"
    OTHER_ISLAND = "line with a snippet that this island has not"
    NOT_ABOUT = "question about something in not_about"
    WORDLESS = "question without words"
    LONG = "question over 300 characters"
    UNSEEN = "question with characters that are not seen"
    MARKUP = "question with markup or a link"
    PRIVATE = "question with private details"
    HARM = "question that may tell of harm or fraud"
    FOREIGN = "question in another language than the island's"
    SILENT = "line that does not say what would be right"
    MANY = "further wording or reply than fits in memory"
    REPLY_UNFIT = "reply with markup, private details or no words, or too long"
    UNREAD = "wording beyond the most frequent 8,000"
    DISAGREEMENT = "wording that was answered in different ways"
    FEW = "group of fewer wordings than needed"
    SOLVED = "group that is answered right already"
    FULL = "group for a snippet that has 200 examples"
    NO_DRAFT = "group whose replies differ too much for one draft"
    GENERIC = "group whose reply was also given to many other questions"
    UNMEASURED = "proposal beyond the number that is measured"
    UNHELPFUL = "proposal that made the rehearsal worse, or no better"
    LAYOUT = "proposal without a place, expected [[snippets]] tables with examples = [...] in the file"
    REFUSED = "proposal that `island check` would refuse"


UNREADABLE = (LeftOut.LINE_LONG, LeftOut.LINE_MALFORMED, LeftOut.LINE_REPEATS)
"""Of lines that no question was read from."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_export(path: Path, left_out: Counter[LeftOut]) -> Iterator[ExportLine]:
    """The readable lines of an export; others are counted in `left_out`. Raises `ConfigError` if it cannot be read."""
    try:
        with path.open("rb") as file:
            for line in _lines(file, left_out):
                if (read := _read(line, left_out)) is not None:
                    yield read
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}, give an export with: --from FILE (format: islands/export.md)"
        ) from error


def _lines(file: BinaryIO, left_out: Counter[LeftOut]) -> Iterator[bytes]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        if number >= MAX_LINES:
            left_out[LeftOut.LINES_MANY] += 1
            return
        # Programs of Windows begin a file in UTF-8 with it.
        line, number = line if number else line.removeprefix(_BYTE_ORDER_MARK), number + 1
        if len(line) <= MAX_LINE_BYTES or line.endswith(b"\n"):
            if line.strip():
                yield line
            continue
        left_out[LeftOut.LINE_LONG] += 1
        while (rest := file.readline(MAX_LINE_BYTES + 1)) and not rest.endswith(b"\n"):
            pass


def _read(line: bytes, left_out: Counter[LeftOut]) -> ExportLine | None:
    try:
        read = msgspec.json.decode(line, type=ExportLine)
    except DECODE_ERRORS:
        left_out[LeftOut.LINE_MALFORMED] += 1
        return None
    # msgspec takes the last of two fields of one name; another program may have read the first.
    json.loads(line, object_pairs_hook=(pairs := _Pairs()))
    if pairs.is_repeated:
        left_out[LeftOut.LINE_REPEATS] += 1
        return None
    return read


class _Pairs:
    """Notes whether an object has a name twice."""

    def __init__(self) -> None:
        self.is_repeated = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> None:
        self.is_repeated = self.is_repeated or len(pairs) != len({name for name, _ in pairs})
