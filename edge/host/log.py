"""Structured logs: one JSON object a line on stderr, or coloured text on a terminal.

One canonical line per question and per accepted island. INFO: it works. WARNING: we degraded and recovered. ERROR:
someone should look. Ids, names, reasons and hashes are logged; a viewer's words never are.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog


def configure_logging() -> None:
    """Send every log line of this process to stderr."""
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


def error_location(error: BaseException) -> str:
    """The innermost `file:line function` of an unexpected error. The rest of a traceback may hold a viewer's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else ""


def get_logger() -> Any:
    """The process's logger."""
    return structlog.get_logger()
