"""`skerry publisher serve`, as a process."""

import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.certificates import Authority

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
            assert 0 == process.wait(timeout=10)


def test_serve_without_a_home(serve: Callable[..., list[str]], home: Path) -> None:
    """The text ends with the command that makes one."""
    result = subprocess.run(serve(0), capture_output=True, text=True, timeout=60, check=False)

    assert (1, "") == (result.returncode, result.stdout)
    assert f"error: no repository in {home}, run: skerry keys init --home {home}\n" == result.stderr


OPEN: dict[str, tuple[tuple[str, ...], str]] = {
    "every address": (("--host", "0.0.0.0"), "--tls-cert and --tokens"),  # noqa: S104 - it is refused
    "an address with a certificate alone": (("--host", "192.0.2.1", "--tls-cert", "c.pem"), "--tokens"),
    "a name with tokens alone": (("--host", "publisher", "--tokens", "tokens"), "--tls-cert"),
}


@pytest.mark.parametrize("case", OPEN)
def test_serve_where_strangers_come_in(skerry: Skerry, case: str) -> None:
    """It is refused with what is lacking and what to do, before anything is read."""
    options, lacking = OPEN[case]
    skerry("keys", "init")
    result = skerry("publisher", "serve", "--port", "0", *options)
    text = f"error: --host {options[1]} lets everybody in who reaches this machine, expected {lacking} with it;"

    assert 1 == result.exit_code
    assert result.output.startswith(text)
    assert result.output.endswith("behind a proxy that does both, add: --insecure\n")


def test_serve_in_a_network_of_its_own(skerry: Skerry, serve: Callable[..., list[str]]) -> None:
    """`--insecure` says that the operator knows."""
    skerry("keys", "init")
    command = [*serve(0), "--host", "0.0.0.0", "--insecure"]  # noqa: S104 - what is tried
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        process.terminate()

    assert ready.startswith("publisher ready on http://")


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


def test_token_lets_a_pop_in_over_https(skerry: Skerry, serve: Callable[..., list[str]], tmp_path: Path) -> None:
    """Issued by one command, asked for by the other, and never written to a log."""
    skerry("keys", "init")
    tokens = tmp_path / "tokens"
    token = skerry("publisher", "token", "fra-1", "--tokens", str(tokens)).stdout.strip()
    authority = Authority(tmp_path / "ca")
    certificate, key = authority.issue("publisher")
    options = ["--tls-cert", str(certificate), "--tls-key", str(key), "--tokens", str(tokens)]
    with subprocess.Popen([*serve(0), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("publisher ready on ").strip()
        tls = ssl.create_default_context(cafile=authority.ca)
        asked = urllib.request.Request(f"{url}/metadata/timestamp.json")  # noqa: S310 - our own server
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(asked, context=tls, timeout=10)  # noqa: S310
        asked.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(asked, context=tls, timeout=10) as response:  # noqa: S310
            assert 200 == response.status
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)

    assert token not in log


def test_key_without_a_certificate(skerry: Skerry, tmp_path: Path) -> None:
    """A wrong call, said before anything starts."""
    result = skerry("publisher", "serve", "--tls-key", str(tmp_path / "key.pem"))

    assert 2 == result.exit_code
    assert "--tls-key needs --tls-cert" in result.stderr
