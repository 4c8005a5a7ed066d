"""The process's log."""

import io
import json
import sys
from collections.abc import Iterator

import pytest
import structlog

from edge.host import Repeats, configure_logging, error_location, get_logger


class Terminal(io.StringIO):
    """What stderr is when somebody watches."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Give other tests the log that they had."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_lines_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One JSON object a line on stderr, with level and time in UTC, the context, and nothing below INFO."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging()
    with structlog.contextvars.bound_contextvars(pop="fra-1"):
        get_logger().debug("not shown")
        get_logger().info("question", outcome="answer")
    get_logger().warning("degraded")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    times = [line.pop("timestamp") for line in lines]

    assert [
        {"event": "question", "level": "info", "outcome": "answer", "pop": "fra-1"},
        {"event": "degraded", "level": "warning"},
    ] == lines
    assert all(time.endswith("Z") and "T" in time for time in times)


def test_lines_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coloured text on a terminal."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging()
    get_logger().info("question", outcome="answer")

    assert "question" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def _break() -> None:
    raise ValueError("a viewer's words")


def test_where_it_broke() -> None:
    """The innermost place, and none of the words."""
    with pytest.raises(ValueError, match="words") as caught:
        _break()
    line = _break.__code__.co_firstlineno + 1

    assert f"test_log.py:{line} _break" == error_location(caught.value)
    assert "" == error_location(ValueError("never raised"))


def test_line_that_is_repeated() -> None:
    """It comes once a minute for each key, and says how many were left out."""
    now = 0.0
    repeats = Repeats(clock=lambda: now)
    first = [repeats.left_out("a"), repeats.left_out("a"), repeats.left_out("b"), repeats.left_out("a")]
    now = 59.9
    before = repeats.left_out("a")
    now = 60.0

    assert [0, None, 0, None] == first
    assert (None, 3, None, 0) == (before, repeats.left_out("a"), repeats.left_out("a"), repeats.left_out("b"))
