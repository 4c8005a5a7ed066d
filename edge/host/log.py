"""Structured logs: one JSON object a line on stderr, or coloured text on a terminal.

One canonical line per question and per accepted island. INFO: it works. WARNING: we degraded and recovered. ERROR:
someone should look. Ids, names, reasons and hashes are logged; a viewer's words never are.
"""

import contextlib
import logging
import math
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.errors import StorageError


@contextlib.contextmanager
def _without_rich() -> Iterator[None]:
    """Let an import find no `rich`. Where it is loaded already, it is found."""
    if "rich" in sys.modules:
        yield
        return
    # Python's own mark of a module that cannot be imported.
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["rich"]


# structlog would take rich for tracebacks, which are never logged: 4 MiB in every process.
with _without_rich():
    import structlog


_encoder = msgspec.json.Encoder()
_other_lines = structlog.processors.JSONRenderer()


def configure_logging() -> None:
    """Send every log line of this process to stderr, those of libraries without their words."""
    on_terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if on_terminal else as_json
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _with_time,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # A line and its end in one write. `PrintLogger` makes two, and lines of two threads may then be mixed.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [LibraryLog()]
    root.setLevel(logging.WARNING)


def _with_time(_logger: object, _level: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # As structlog's own `TimeStamper(fmt="iso", utc=True)`.
    line["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return line


def as_json(_logger: object, _level: str, line: MutableMapping[str, Any]) -> str:
    """A line as structlog's own `JSONRenderer` writes it, in half the time. Most lines are of questions.

    Two kinds of values look otherwise: floats below 1e-4 or from 1e16 on, and what JSON has not (NaN is null).
    """
    try:
        text = msgspec.json.format(_encoder.encode(line), indent=0)
    except (TypeError, ValueError):
        return str(_other_lines(None, "", line))
    # What is not plain ASCII, msgspec does not escape.
    if not text.isascii() or b"\x7f" in text:
        return str(_other_lines(None, "", line))
    return text.decode()


def error_location(error: BaseException) -> str:
    """The innermost `file:line function` of an unexpected error. The rest of a traceback may hold a viewer's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else ""


def get_logger() -> Any:
    """The process's logger."""
    return structlog.get_logger()


class RepeatedLines:
    """Lets a line into the log once a `pause_s` for each `key`: a stranger may repeat a fault as often as it likes.

    Keys must come from a closed set, such as reasons. `clock` returns seconds.
    """

    def __init__(self, *, pause_s: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause_s, self._clock = pause_s, clock
        self._last: dict[Hashable, tuple[float, int]] = {}

    def left_out(self, key: Hashable) -> int | None:
        """How many lines of this key were left out since the last one; None if this one is to be left out as well."""
        now = self._clock()
        logged, count = self._last.get(key, (-math.inf, 0))
        if now - logged < self._pause_s:
            self._last[key] = logged, count + 1
            return None
        self._last[key] = now, 0
        return count


class Silence:
    """Says which failures of one peer are logged: in a silence, the first one of each `key`, and no repetition.

    Keys must come from a closed set, such as pairs of reason and cause. A peer may be reached in several ways, called
    `way`. Each way has lines of its own, so that one that stays broken does not hide what happens to another; the
    silence ends when none of them fails. A peer that answers in between gets one line a `pause_s` for each way and key.
    `clock` returns seconds. For example:

        left_out = silence.failed((error.reason, cause_of(error)))
        if left_out is not None: ...   # the line, with `left_out`
    """

    def __init__(self, *, pause_s: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._repeats = RepeatedLines(pause_s=pause_s, clock=clock)
        self._said: defaultdict[str, set[Hashable]] = defaultdict(set)
        self._failing: set[str] = set()
        self._is_told = False

    def failed(self, key: Hashable, *, way: str = "") -> int | None:
        """Note a failure: how many lines of its key were left out before, or None if it is not to be logged."""
        self._failing.add(way)
        if key in self._said[way]:
            return None
        left_out = self._repeats.left_out((way, key))
        if left_out is not None:
            self._said[way].add(key)
            self._is_told = True
        return left_out

    def succeeded(self, *, way: str = "") -> bool:
        """Note an answer: True if it ends a silence of which the log speaks."""
        self._failing.discard(way)
        self._said.pop(way, None)
        if self._failing:
            return False
        was_told, self._is_told = self._is_told, False
        return was_told


class DiskFaults:
    """Why a store cannot be used now, and which of its failures are logged (`Silence`).

    It may be used in several ways, called `way`: what works in one says nothing of the others. Any thread may ask for
    `fault`; one thread notes.
    """

    def __init__(self) -> None:
        self._faults: dict[str, StorageError] = {}
        self._silence = Silence()

    @property
    def fault(self) -> StorageError | None:
        """The fault of the way that has failed for longest; None if all work."""
        return next(iter([*self._faults.values()]), None)

    def is_failing(self, way: str) -> bool:
        """True from a failure of this way on, until it works."""
        return way in self._faults

    def failed(self, error: StorageError, *, way: str = "") -> int | None:
        """Note a failure: how many lines of its kind were left out before, or None if it is not to be logged."""
        self._faults[way] = error
        return self._silence.failed(type(error).__name__, way=way)

    def succeeded(self, *, way: str = "") -> bool:
        """Note that it works: True if it ends a silence of which the log speaks."""
        self._faults.pop(way, None)
        return self._silence.succeeded(way=way)


class LibraryLog(logging.Handler):
    """Logs that a library had something to say: who, where, and the kind of error, but none of its words.

    A message or a traceback of a library may quote what a stranger sent. The same place is logged once a minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self._repeated = RepeatedLines(clock=clock)

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record, or leave it out. Raises nothing."""
        try:
            self._emit(record)
        except Exception:  # noqa: BLE001 - a log line must not end what it reports
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: the standard text quotes the record."""

    def _emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        at, where = f"{record.filename}:{record.lineno}", error_location(error) if error is not None else ""
        kind = type(error).__name__ if error is not None else ""
        left_out = self._repeated.left_out((record.name, at, kind, where))
        if left_out is None:
            return
        get_logger().warning(
            "a library reported a fault",
            library=record.name,
            at=at,
            error=kind or None,
            where=where or None,
            left_out=left_out,
        )
