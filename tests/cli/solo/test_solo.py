"""`skerry solo`: what it refuses before anything starts, and how it keeps its children."""

import asyncio
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from edge.cli.solo.children import MAX_LINE_BYTES, Child, Program
from edge.cli.solo.solo import Listener, check_free
from edge.errors import ConfigError
from tests.waiting import until_true

Skerry = Callable[..., Result]


class Said:
    """What was printed, by whom."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, who: str, line: str) -> None:
        """One line more."""
        self.lines.append((who, line))

    def by(self, who: str) -> list[str]:
        """The lines of one of them."""
        return [line for speaker, line in self.lines if speaker == who]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Program]:
    """A child that runs a shell script in place of `skerry`."""

    def make(script: str) -> Program:
        path = tmp_path / "child"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr("edge.cli.solo.children.sys.executable", str(path))
        return Program("pop", ())

    return make


async def test_child_that_ends_is_started_again(program: Callable[[str], Program]) -> None:
    """With the same words, after a wait; what it says has its name."""
    said = Said()
    child = Child(program("echo pop ready on http://x; exit 7"), said, jitter=lambda: 0.0)
    task = asyncio.create_task(child.run())
    await until_true(lambda: len(said.by("pop")) >= 3, "it is started three times")
    await child.stop()
    await task

    assert ["pop ready on http://x"] * 3 == said.by("pop")[:3]
    assert "pop has ended with status 7, is started again in 0.0 s" in said.by("solo")


async def test_waits_grow(program: Callable[[str], Program]) -> None:
    """A child that fails at once again and again is not started hundreds of times."""
    said = Said()
    child = Child(program("echo pop ready on http://x; kill -9 $$"), said, jitter=lambda: 0.001)
    task = asyncio.create_task(child.run())
    await until_true(lambda: len(said.by("pop")) >= 4, "it is started four times")
    await child.stop()
    await task
    failures = child._backoff.failures

    assert 3 <= failures
    assert any("has ended by SIGKILL" in line for line in said.by("solo"))


async def test_child_that_never_was_ready(program: Callable[[str], Program]) -> None:
    """It is an error: a mistake in the configuration is not mended by another start."""
    said = Said()
    with pytest.raises(ConfigError, match="the pop did not start; its lines above say why"):
        await Child(program("echo error: no; exit 1"), said).run()

    assert ["error: no"] == said.by("pop")


async def test_child_that_does_not_stop(program: Callable[[str], Program]) -> None:
    """It is killed, and this is said."""
    said = Said()
    child = Child(program("trap '' TERM; echo pop ready on http://x; while :; do sleep 1; done"), said)
    task = asyncio.create_task(child.run())
    await until_true(child.is_ready.is_set, "it is ready")
    process = child._process
    await child.stop(within_s=0.1)

    assert process is not None
    assert -9 == process.returncode
    assert "pop did not stop within 0.1 s, it is killed" in said.by("solo")
    task.cancel()
    await asyncio.wait({task})


async def test_lines_without_end(program: Callable[[str], Program]) -> None:
    """They are printed in pieces, and the last one also without an end."""
    said = Said()
    long = f"head -c {3 * MAX_LINE_BYTES} /dev/zero | tr '\\0' x; printf '\\xff'"
    child = Child(program(f"echo pop ready on http://x; {long}; exec sleep 60"), said)
    task = asyncio.create_task(child.run())
    # Less than a piece waits for the rest of its line.
    await until_true(lambda: sum(map(len, said.by("pop"))) >= 2 * MAX_LINE_BYTES, "the pieces")
    await child.stop()
    await task

    assert all(len(line) < 3 * MAX_LINE_BYTES for line in said.by("pop"))


def test_first_start_needs_a_tenant(skerry: Skerry, home: Path) -> None:
    """The error has the command, and nothing is made."""
    result = skerry("solo")

    assert (
        f"error: {home} has no tenant yet; name yours with: skerry solo --home {home} --tenant NAME\n" == result.output
    )
    assert not home.exists()


def test_port_in_use(tmp_path: Path) -> None:
    """Said before anything starts, with the setting to change."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as caught:
            check_free(Listener("origin.url", "127.0.0.1", port), tmp_path / "pop.toml")

    check_free(Listener("origin.url", "127.0.0.1", port), tmp_path / "pop.toml")
    expected = f"port {port} on 127.0.0.1 is in use; end the program that has it, or choose another port: origin.url in"
    assert f"{expected} {tmp_path}/pop.toml" == caught.value.text


ELSEWHERE = {
    "another desk": ('kind = "desk"', 'kind = "http"', "origin.kind in .* is 'http', expected 'desk'"),
    "a desk elsewhere": ("http://127.0.0.1:8070", "https://desk.internal", "origin.url in .* is not on this machine"),
    "a publisher elsewhere": (
        "http://127.0.0.1:8090",
        "https://p.internal",
        "publisher.url in .* is not on this machine",
    ),
    "no port": ("http://127.0.0.1:8090", "http://127.0.0.1", "publisher.url in .* is not on this machine"),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_something_is_elsewhere(skerry: Skerry, home: Path, case: str) -> None:
    """The three are run apart then, and the error says how to run the PoP."""
    skerry("keys", "init", "--tenant", "acme")
    config = home / "pop.toml"
    before, after, text = ELSEWHERE[case]
    config.write_text(config.read_text().replace(before, after))
    result = skerry("solo")

    assert re.match(f"error: {text}", result.output), result.output
    assert f"skerry pop serve --config {config}" in result.output
