"""The process's log."""

import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest
import structlog

from edge.errors import DiskFullError, StorageError
from edge.host import DiskFaults, RepeatedLines, Silence, configure_logging, error_location, get_logger
from edge.host.log import LibraryLog, as_json
from edge.records import TicketKind


class Terminal(io.StringIO):
    """What stderr is when somebody watches."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_structlog_takes_no_rich() -> None:
    """The log's own import leaves `rich` out of the process, and a later import still finds it."""
    loaded = (
        "import sys, edge.host.log; print('rich' in sys.modules); import rich.console; print('rich' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True).stdout

    assert "False\nTrue\n" == printed


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


def test_line_is_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its end: two threads must not write into each other's lines."""
    writes = list[str]()
    stream = io.StringIO()
    monkeypatch.setattr(stream, "write", writes.append)
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging()
    get_logger().info("question")

    assert [True] == [text.endswith("}\n") for text in writes]


@pytest.mark.parametrize(
    "line",
    [
        {"log_class": TicketKind.SUPPORT, "confidence": 0.9731, "snippet": None, "ms": 0.25, "event": "question"},
        {"at": ("a", 1), "more": {"b": [True, {}]}, "event": 'says "no" \\ \n'},
        {"error": "Straße", "event": "not ASCII"},
        {"error": "\x7f", "event": "a control character"},
        {"error": ValueError("x"), "event": "no JSON value"},
        {"error": "\ud800", "event": "half a character"},
    ],
    ids=lambda line: line["event"],
)
def test_line_is_that_of_structlog(line: dict[str, Any]) -> None:
    """Byte for byte, also where msgspec alone would write it otherwise."""
    assert structlog.processors.JSONRenderer()(None, "info", dict(line)) == as_json(None, "info", dict(line))


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


def test_library_is_logged_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who, where and what kind of error: neither the message nor the traceback, which may quote a stranger."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging()
    try:
        raise ValueError("canary")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "canary")
    logging.getLogger("aiohttp.server").info("canary")
    line = json.loads(stream.getvalue())

    assert ("a library reported a fault", "aiohttp.server", "ValueError", 0, "warning") == (
        line["event"], line["library"], line["error"], line["left_out"], line["level"],
    )  # fmt: skip
    assert line["where"].startswith("test_log.py:")
    assert "canary" not in stream.getvalue()


def test_library_that_repeats_itself_is_counted() -> None:
    """One line a minute for one place, with the times since; another place has a line of its own."""
    now = [0.0]
    log = LibraryLog(lambda: now[0])
    first, other = (logging.LogRecord("lib", logging.ERROR, f"{name}.py", 1, "", (), None) for name in "ab")
    with structlog.testing.capture_logs() as lines:
        for record in (first, first, other, first):
            log.emit(record)
        now[0] = 60.0
        log.emit(first)

    assert [("a.py:1", 0), ("b.py:1", 0), ("a.py:1", 2)] == [(line["at"], line["left_out"]) for line in lines]


def test_line_that_is_repeated() -> None:
    """It comes once a minute for each key, and says how many were left out."""
    now = 0.0
    repeats = RepeatedLines(clock=lambda: now)
    first = [repeats.left_out("a"), repeats.left_out("a"), repeats.left_out("b"), repeats.left_out("a")]
    now = 59.9
    before = repeats.left_out("a")
    now = 60.0

    assert [0, None, 0, None] == first
    assert (None, 3, None, 0) == (before, repeats.left_out("a"), repeats.left_out("a"), repeats.left_out("b"))


def test_silence_is_logged_once_for_each_key() -> None:
    """However often two causes alternate, each is said once, until the peer is heard again."""
    now = 0.0
    silence = Silence(pause_s=60.0, clock=lambda: now)

    said = [silence.failed(key) for key in ("refused", "refused", "certificate", "refused", "certificate")]
    ends = [silence.succeeded(), silence.succeeded()]
    now = 61.0
    again = silence.failed("refused")

    assert ([0, None, 0, None, None], [True, False], 0) == (said, ends, again)


def test_peer_that_flaps_does_not_fill_the_log() -> None:
    """It answers between two failures: one line a minute all the same, and its end is told only where its start was."""
    now = 0.0
    silence = Silence(pause_s=60.0, clock=lambda: now)
    told = []
    for _ in range(3):
        told += [silence.failed("refused"), silence.succeeded()]
        now += 25.0
    told += [silence.failed("refused"), silence.succeeded()]

    assert [0, True, None, False, None, False, 2, True] == told


def test_silence_ends_with_the_last_way_that_fails() -> None:
    """A peer that answers polls while its stream fails is not reachable again."""
    silence = Silence()

    silence.failed("refused", way="push")
    silence.failed("refused", way="poll")

    assert [False, True] == [silence.succeeded(way="poll"), silence.succeeded(way="push")]


def test_way_that_stays_broken_hides_no_later_silence() -> None:
    """While the stream is refused for hours, each hour without an answer to a poll is told."""
    now = 0.0
    silence = Silence(pause_s=60.0, clock=lambda: now)
    silence.failed("refused", way="push")
    told = []
    for _ in range(2):
        told += [silence.failed("refused", way="poll"), silence.failed("refused", way="poll")]
        told += [silence.succeeded(way="poll"), silence.failed("refused", way="push")]
        now += 3600.0
    end = silence.succeeded(way="push")

    assert ([0, None, False, None] * 2, True) == (told, end)


def test_faults_of_a_store_by_way() -> None:
    """What works in one way ends no fault of another; each kind is logged once, and the end once."""
    faults = DiskFaults()
    slow, full = StorageError("disk I/O error"), DiskFullError("no room")
    logged = [faults.failed(slow, way="keep"), faults.failed(slow, way="keep"), faults.failed(full, way="sweep")]
    first = (faults.fault, faults.is_failing("keep"))
    ends = [faults.succeeded(way="keep"), faults.fault, faults.succeeded(way="sweep"), faults.succeeded(way="sweep")]

    assert [0, None, 0] == logged
    assert (slow, True) == first
    assert [False, full, True, False] == ends
    assert (None, False) == (faults.fault, faults.is_failing("keep"))
