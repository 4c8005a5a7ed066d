"""`skerry publisher serve`, as a process."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Skerry = Callable[..., Result]

SKERRY = (sys.executable, "-c", "from edge.cli import main; main()")


@pytest.fixture
def serve(home: Path) -> Callable[..., list[str]]:
    """The command line of a server with that home."""

    def command(port: int) -> list[str]:
        return [*SKERRY, "publisher", "serve", "--home", str(home), "--port", str(port)]

    return command


def test_serve_until_sigterm(skerry: Skerry, serve: Callable[..., list[str]]) -> None:
    """The first line tells the URL, which answers; a subscriber does not delay the end."""
    skerry("keys", "init", "--tenant", "acme")
    with subprocess.Popen(serve(0), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("publisher ready on ").strip()
        with urllib.request.urlopen(f"{url}/v1/push", timeout=10) as stream:  # noqa: S310 - our own server
            assert b"event: state\n" == stream.readline()
            process.send_signal(signal.SIGTERM)
            started = time.monotonic()
            assert 0 == process.wait(timeout=10)
            assert time.monotonic() - started < 1


def test_serve_without_a_home(serve: Callable[..., list[str]], home: Path) -> None:
    """The text ends with the command that makes one."""
    result = subprocess.run(serve(0), capture_output=True, text=True, timeout=60, check=False)

    assert (1, "") == (result.returncode, result.stdout)
    assert f"error: no repository in {home}, run: skerry keys init --home {home}\n" == result.stderr


def test_serve_on_a_port_in_use(skerry: Skerry, serve: Callable[..., list[str]]) -> None:
    """One line of error, no traceback."""
    skerry("keys", "init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(serve(port), capture_output=True, text=True, timeout=60, check=False)

    assert (1, "") == (result.returncode, result.stdout)
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith(
        f"error: port {port} on 127.0.0.1 is in use, choose another with: "
    )
