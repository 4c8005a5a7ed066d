"""A public chat's export: CSV with a head, or JSON lines. Columns are named as Twitch, YouTube and chat tools do."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.errors import ConfigError, Reason, RefusedError
from edge.ledger import ChatLine
from edge.records import DECODE_ERRORS

MAX_TRANSCRIPT_BYTES = 256 * 1024 * 1024

_TIME = ("time", "timestamp", "at", "created_at", "date")
_AUTHOR = ("author", "user", "username", "name", "sender")
_TEXT = ("text", "message", "body", "content")
_FORM = "expected a time, an author and a text"
_MILLISECONDS_FROM = 1e11
"""As seconds, that is the year 5138."""


def read_transcript(path: Path) -> list[ChatLine]:
    """Every line of the chat. Raises `ConfigError` if the file cannot be read, `RefusedError` for a faulty line."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TRANSCRIPT_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; to see who may, run: ls -l {path}") from error
    if len(content) > MAX_TRANSCRIPT_BYTES:
        raise RefusedError(f"{path} has more than {MAX_TRANSCRIPT_BYTES} bytes", reason=Reason.TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(f"{path} is not UTF-8, expected CSV or JSON lines") from None
    rows = _json_rows(text, path) if text.lstrip().startswith("{") else _csv_rows(text, path)
    return [_line(row, number, path) for number, row in enumerate(rows, start=1)]


def _json_rows(text: str, path: Path) -> Iterator[Mapping[str, object]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=dict[str, object])
            except DECODE_ERRORS:
                raise RefusedError(f"line {number} of {path} is no JSON object, {_FORM}") from None


def _csv_rows(text: str, path: Path) -> Iterator[Mapping[str, object]]:
    try:
        yield from csv.DictReader(io.StringIO(text, newline=""), strict=True)
    except csv.Error:
        raise RefusedError(f"{path} is no CSV that can be read, {_FORM} in each row") from None


def _line(row: Mapping[str, object], number: int, path: Path) -> ChatLine:
    by_name = {str(name).strip().lower(): value for name, value in row.items()}
    at, author, text = (_first(by_name, names) for names in (_TIME, _AUTHOR, _TEXT))
    at_s = None if at is None else _seconds(at)
    if at_s is None or not isinstance(author, str) or not isinstance(text, str):
        raise RefusedError(
            f"row {number} of {path} has the columns {', '.join(sorted(by_name))[:120]!r}, {_FORM}:"
            f" one of {', '.join(_TIME)}; of {', '.join(_AUTHOR)}; of {', '.join(_TEXT)}"
        )
    return ChatLine(at_s, author, text, number)


def _first(row: Mapping[str, object], names: tuple[str, ...]) -> object | None:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _seconds(value: object) -> float | None:
    """Unix seconds of a number in seconds or milliseconds, or of a time as ISO 8601 (UTC if it names no zone)."""
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number / 1000 if number > _MILLISECONDS_FROM else number
    try:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
