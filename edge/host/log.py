"""Structured logs: one JSON object a line on stderr, or coloured text on a terminal.

One canonical line per question and per accepted island. INFO: it works. WARNING: we degraded and recovered. ERROR:
someone should look. Ids, names, reasons and hashes are logged; a viewer's words never are.
"""

import logging
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

LIBRARY_PAUSE_S = 60.0
"""After a line of a library's, the same one is only counted for so long. A stranger may cause thousands a second."""

_MAX_PLACES = 256


def configure_logging() -> None:
    """Send every log line of this process to stderr, those of libraries without their words."""
    on_terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [LibraryLog()]
    root.setLevel(logging.WARNING)


def error_location(error: BaseException) -> str:
    """The innermost `file:line function` of an unexpected error. The rest of a traceback may hold a viewer's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else ""


def get_logger() -> Any:
    """The process's logger."""
    return structlog.get_logger()


class LibraryLog(logging.Handler):
    """Logs that a library had something to say: who, where, and the kind of error, but none of its words.

    A message or a traceback of a library may quote what a stranger sent. The same place is logged once a minute, with
    the number of times since the last line.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.WARNING)
        self._clock = clock
        self.seen: dict[tuple[str, str, str], tuple[float, int]] = {}
        """By place: when it was last logged, and how often it was reported since."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record, or count it. Raises nothing."""
        try:
            self._emit(record)
        except Exception:  # noqa: BLE001 - a log line must not end what it reports
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: the standard text quotes the record."""

    def _emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        where = error_location(error) if error is not None else ""
        kind = type(error).__name__ if error is not None else ""
        key = (record.name, f"{record.filename}:{record.lineno}", f"{kind} {where}")
        last, times = self.seen.get(key, (-LIBRARY_PAUSE_S, 0))
        if self._clock() - last < LIBRARY_PAUSE_S:
            self.seen[key] = (last, times + 1)
            return
        if len(self.seen) >= _MAX_PLACES:
            self.seen.clear()
        self.seen[key] = (self._clock(), 0)
        get_logger().warning(
            "a library reported a fault",
            library=record.name,
            at=key[1],
            error=kind or None,
            where=where or None,
            times=times + 1,
        )
