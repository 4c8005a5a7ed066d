"""`--proxy`: commands go through a forward proxy as a PoP does, and never to this machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from tests.cli.pop.test_ask import TOKEN, Pop
from tests.daemon.upstream.forward_proxy import forward_proxy
from tests.daemon.upstream.test_connection import Guarded
from tests.local_server import LocalServer, QuietHandler
from tests.pen import Pen

LOGIN = "ops:s3cret"
QUESTION = ("ask", "northwind/drop", "how much")
PROXY_VARIABLES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy")


async def run(*arguments: str) -> Result:
    """A command, while the proxy of the test goes on."""
    return await asyncio.to_thread(CliRunner().invoke, cli, list(arguments))


@pytest.fixture
def pop() -> Iterator[LocalServer]:
    """A stand-in for a PoP."""
    server = LocalServer(Pop)
    yield server
    server.close()


class Elsewhere(QuietHandler):
    """Where a redirect leads: notes the secrets that arrive."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:  # noqa: N802 - the name that the library calls
        """One request that followed a redirect."""
        Elsewhere.seen.extend(text for name, text in self.headers.items() if name.lower().endswith("authorization"))
        self.send_response(204)
        self.end_headers()


@pytest.fixture
def redirecting() -> Iterator[LocalServer]:
    """A server that sends everybody to `Elsewhere`."""
    elsewhere = LocalServer(Elsewhere)

    class Redirecting(QuietHandler):
        """Answers everything with a redirect."""

        def do_POST(self) -> None:  # noqa: N802 - the name that the library calls
            """One request."""
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", f"{elsewhere.url}/there")
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = LocalServer(Redirecting)
    yield server
    server.close()
    elsewhere.close()


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    """A file with a desk's token."""
    file = tmp_path / "desk.token"
    file.touch(mode=0o600)
    file.write_text(TOKEN + "\n")
    return str(file)


@pytest.fixture
def login_file(tmp_path: Path) -> str:
    """A file with the proxy's login."""
    file = tmp_path / "proxy.login"
    file.touch(mode=0o600)
    file.write_text(LOGIN + "\n")
    return str(file)


async def test_question_through_a_proxy(pop: LocalServer, login_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By option or by SKERRY_PROXY, and not by the environment's `http_proxy`, which a PoP does not read either."""
    async with forward_proxy({"pop.test": int(pop.url.rpartition(":")[2])}, login=LOGIN) as proxy:
        there, login = ("--url", "http://pop.test"), ("--proxy-login-file", login_file)
        by_option = await run(*QUESTION, *there, "--proxy", proxy.url, *login)
        without_login = await run(*QUESTION, *there, "--proxy", proxy.url)
        for name in PROXY_VARIABLES:
            monkeypatch.setenv(name, proxy.url)
        by_habit = await run(*QUESTION, *there)
        monkeypatch.setenv("SKERRY_PROXY", proxy.url)
        by_variable = await run(*QUESTION, *there, *login)

    assert [0, 1, 1, 0] == [one.exit_code for one in (by_option, without_login, by_habit, by_variable)]
    assert [("POST", "pop.test")] * 2 == proxy.asked
    assert "found HTTP 407" in without_login.output
    assert "http://pop.test/v1/ask could not be reached: " in by_habit.output


async def test_this_machine_is_asked_directly(
    pop: LocalServer, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by what the environment or the option names: nothing listens there."""
    nobody = f"http://127.0.0.1:{unused_tcp_port}"
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, nobody)

    assert 0 == (await run(*QUESTION, "--url", pop.url)).exit_code
    assert 0 == (await run(*QUESTION, "--url", pop.url, "--proxy", nobody)).exit_code


async def test_fleet_over_https_through_a_proxy(pen: Pen, tmp_path: Path, login_file: str) -> None:
    """By CONNECT: the login stays with the proxy, and the token with the publisher."""
    guarded = await asyncio.to_thread(Guarded, tmp_path, pen)
    await asyncio.to_thread(guarded.answer_as, "publisher.test")
    async with guarded.serving():
        port = int(guarded.url.rpartition(":")[2])
        async with forward_proxy({"publisher.test": port}, login=LOGIN) as proxy:
            files = ("--token-file", str(guarded.token_file), "--ca-file", str(guarded.authority.ca))
            by_proxy = ("--proxy", proxy.url, "--proxy-login-file", login_file)
            result = await run("status", "--url", "https://publisher.test", *files, *by_proxy, "--json")

    assert result.output.startswith("{"), result.exception
    assert [("CONNECT", "publisher.test")] == proxy.asked
    assert [] == [head for head in proxy.heads if b"Bearer" in head]


async def test_redirect_is_not_followed(redirecting: LocalServer, login_file: str, token_file: str) -> None:
    """Another host would get the desk's token, or the proxy's login."""
    port = int(redirecting.url.rpartition(":")[2])
    async with forward_proxy({"pop.test": port}, login=LOGIN) as proxy:
        with_token = await run(*QUESTION, "--url", redirecting.url, "--token-file", token_file)
        by_proxy = ("--proxy", proxy.url, "--proxy-login-file", login_file)
        with_login = await run(*QUESTION, "--url", "http://pop.test", *by_proxy)

    assert [] == Elsewhere.seen
    expected = "error: found HTTP 302 without a problem document, expected a PoP\n"
    assert [expected] * 2 == [with_token.output, with_login.output]


PEERS = {
    "a PoP that is asked": QUESTION,
    "a PoP that counts": ("stats", "--since", "24h"),
    "a publisher": ("status",),
}


@pytest.mark.parametrize("command", PEERS.values(), ids=PEERS.keys())
async def test_token_over_http_through_a_proxy(token_file: str, command: tuple[str, ...]) -> None:
    """It is not sent: the proxy would read it."""
    async with forward_proxy({}) as proxy:
        result = await run(*command, "--url", "http://peer.test", "--token-file", token_file, "--proxy", proxy.url)

    assert [] == proxy.heads
    assert result.output.startswith("error: the proxy would read the token for http://peer.test/"), result.output
    assert result.output.endswith(
        "expected https://; use an https address, or leave out --proxy and unset SKERRY_PROXY\n"
    )


@pytest.mark.parametrize("text", ["https://proxy:1", "proxy:3128", "http://proxy", "http://u:hidden@proxy:3128"])
async def test_option_that_names_no_proxy(text: str) -> None:
    """The text says what is expected, and does not repeat what may be a password."""
    result = await run(*QUESTION, "--url", "http://pop.test", "--proxy", text)

    expected = (
        "--proxy is no proxy's address, expected http://HOST:PORT; put a login into a file: --proxy-login-file FILE"
    )
    assert (1, f"error: {expected}\n") == (result.exit_code, result.output)
