"""Commands on what strangers wrote: servers, viewers and authors cannot send a command to the terminal."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.records import IslandName, Ticket
from edge.store.outbox import Outbox, Parcel
from tests.client.answers import response_of, text_of
from tests.config.test_config import SOUND
from tests.local_server import LocalServer, QuietHandler

EDGE = Path(__file__).parents[2] / "edge"
HOSTILE = "x\x1b[2J\x9b31m\u202e\u200b\u2028y"
"""Commands to a terminal in C0 and C1, a bidi override, nothing visible, another line."""

SHOWN = "x\\u001b[2J\\u009b31m\\u202e\\u200b\\u2028y"
"""The same, written out."""

PRINTERS = {"cli/terminal.py", "cli/options.py"}
"""Files that print by themselves: the functions for all others, and tables of cells that were made safe."""

RICH = {"cli/pop/ask.py", "cli/pop/outbox.py", "cli/stats/table.py", "cli/author/simulate.py"}
"""Files that print with rich: tables of cells that were made safe, our own words, and progress."""


def test_commands_print_through_one_file() -> None:
    """No command calls click's, Python's or the system's own output; rich's is used where the list says."""
    past, consoles = [], set()
    for path in sorted((EDGE / "cli").rglob("*.py")):
        name = str(path.relative_to(EDGE))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"click.echo", "print", "click.secho", "sys.stdout.write", "sys.stdout.buffer.write"}:
                past.append(name)
            if called == "Console":
                consoles.add(name)

    assert {name for name in past if not name.startswith("cli/demo/")} <= PRINTERS
    assert {name for name in consoles - PRINTERS if not name.startswith("cli/demo/")} == RICH


class Hostile:
    """A server that answers every request with one document."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        hostile = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802 - http.server names it
                self.send_response(hostile.status)
                self.send_header("Content-Length", str(len(hostile.body)))
                self.end_headers()
                self.wfile.write(hostile.body)

            do_POST = do_GET  # noqa: N815 - as above

        self._server = LocalServer(Handler)
        self.url, self.close = self._server.url, self._server.close


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    """A running hostile server."""
    server = Hostile()
    yield server
    server.close()


def said(*arguments: str) -> Result:
    """What a command prints."""
    return CliRunner().invoke(cli, list(arguments))


def check(result: Result) -> None:
    """Nothing in the output moves a cursor, and the hostile words are written out."""
    output = result.stdout + result.stderr
    assert all(character.isprintable() or character in "\n\t" for character in output), ascii(output)
    assert SHOWN in output, ascii(output)


def ask_response(answer: str = HOSTILE) -> bytes:
    """An answer with hostile words, signed by the key that the PoP names: the document is both responses."""
    signed = json.loads(msgspec.json.encode(response_of(answer, name=IslandName("a", "b"))))
    keys = [{"key_id": HOSTILE, "ed25519": text_of()}]
    document = {
        "model": HOSTILE, "ticket": HOSTILE, "lane": HOSTILE, "notice": HOSTILE,
        "options": [{"snippet": HOSTILE, "question": HOSTILE}], "tenants": [{"tenant": "a", "keys": keys}],
    }  # fmt: skip
    return json.dumps({**signed, **document}, ensure_ascii=False).encode()


PROBLEM = json.dumps(
    {"title": HOSTILE, "status": 400, "detail": HOSTILE, "reason": "malformed"}, ensure_ascii=False
).encode()

STATS = json.dumps({"pop": HOSTILE, "since": "2026-09-01T00:00:00Z", "until": "2026-09-02T00:00:00Z"}).encode()

COMMANDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "ask": lambda url: ("ask", "--url", url, "a/b", "when?"),
    "ask --json": lambda url: ("ask", "--json", "--url", url, "a/b", "when?"),
    "stats": lambda url: ("stats", "--url", url),
    "status": lambda url: ("status", "--url", url),
}


@pytest.mark.parametrize("name", ["ask", "ask --json"])
def test_answer_of_a_hostile_pop(hostile: Hostile, name: str) -> None:
    """Every field is written out."""
    hostile.body = ask_response()

    check(said(*COMMANDS[name](hostile.url)))


@pytest.mark.parametrize("name", COMMANDS)
def test_refusal_of_a_hostile_peer(hostile: Hostile, name: str) -> None:
    """So is the text of its problem document."""
    hostile.status, hostile.body = 400, PROBLEM
    result = said(*COMMANDS[name](hostile.url))

    check(result)
    assert 1 == result.exit_code


FLEET = {
    "at": "2026-09-01T00:00:00Z",
    "everyone": False,
    "islands": [],
    "pops": [],
}


@pytest.mark.parametrize("name", ["stats", "status"])
def test_peer_that_answers_no_http(name: str) -> None:
    """The error of the library, which quotes the peer's bytes, stays where it is."""

    class Garbage(BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(HOSTILE.encode("utf-8") + b"\r\n\r\n")

    server = LocalServer(Garbage)
    try:
        result = said(*COMMANDS[name](server.url))
    finally:
        server.close()

    assert 1 == result.exit_code
    assert f"at {server.url}: the request or its answer is not HTTP; " in result.stderr


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A stopped PoP with the ticket of a hostile viewer."""
    path = tmp_path / "pop.toml"
    path.write_text(SOUND)
    ticket = Ticket(
        id="t1",
        created=datetime(2026, 9, 1, tzinfo=UTC),
        pop="p",
        island="a/b",
        revision=None,
        text=HOSTILE,
        session="pelargonium",
        consent="pelargonium",
        channel="pelargonium",
        locale="pelargonium",
        reason="low_confidence",  # type: ignore[arg-type]  # written, not read
        lane=HOSTILE,
    )
    with Outbox(tmp_path / "state") as outbox:
        outbox.put_many([Parcel("t1", msgspec.json.encode(ticket))])
        outbox.set_aside("t1", error=HOSTILE)
    return path


@pytest.mark.parametrize("command", [("show", "t1"), ("export",), ("list",), ("list", "--json")])
@pytest.mark.parametrize("with_text", [(), ("--with-text",)])
def test_outbox_writes_out_viewers_words(config: Path, command: tuple[str, ...], with_text: tuple[str, ...]) -> None:
    """As JSON it means the same; session, channel, locale and consent are words as well, shown on request only."""
    if command[0] == "list" and with_text:
        return
    result = said("outbox", command[0], "--config", str(config), *command[1:], *with_text)

    check(result)
    assert bool(with_text) == ("pelargonium" in result.stdout)
    if command[0] in {"show", "export"}:
        assert HOSTILE == json.loads(result.stdout)["lane"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, whose terminal knows ASCII only."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "SKERRY_URL": "http://127.0.0.1:1"}
    return subprocess.run(
        [sys.executable, "-m", "edge", *arguments],
        capture_output=True,
        check=False,
        cwd=EDGE.parent,
        env=environment,
        encoding="ascii",
    )


def test_terminal_that_knows_ascii_only(hostile: Hostile) -> None:
    """A sign that it lacks is replaced, in place of a traceback."""
    hostile.body = ask_response("schön …")
    result = run("ask", "--url", hostile.url, "a/b", "when?")

    assert (0, "") == (result.returncode, result.stderr)
    assert "sch?n ?" in result.stdout


def test_error_on_a_terminal_that_knows_ascii_only() -> None:
    """The same for errors."""
    result = run("ask", "a/b", "--url", "schön", "when?")

    assert (1, True) == (result.returncode, result.stderr.startswith("error: found 'sch?n', expected a URL; run: "))


QUESTIONS = {
    "a price": ("-50% code does not work",),
    "several words": ("-50%", "code", "does", "not", "work"),
    "a letter that is an option": ("-hello, is it open?",),
    "behind two dashes": ("--", "--url", "is", "what?"),
    "an option behind it": ("-50% code", "--session", "-s"),
}


@pytest.mark.parametrize("words", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_question_that_begins_with_a_dash(hostile: Hostile, words: tuple[str, ...]) -> None:
    """It is a question, not an option."""
    hostile.body = ask_response()

    assert 0 == said("ask", "--url", hostile.url, "a/b", *words).exit_code


@pytest.mark.parametrize(("option", "status"), [("--help", 0), ("-h", 0), ("--jsn", 2), ("-x", 2)])
def test_options_stay_options(option: str, status: int) -> None:
    """Help is help, and a mistyped option is a mistake."""
    assert status == said("ask", "a/b", "when?", option).exit_code


@pytest.mark.parametrize("name", ["stats", "status"])
def test_wrong_file_of_a_token(tmp_path: Path, name: str) -> None:
    """The tokens of all desks in place of one: the error names the file, and shows nothing of it."""
    tokens = tmp_path / "desk.tokens"
    tokens.write_text("northwind desktoken-pelargonium-1\n* alltoken-pelargonium-2\n")
    result = said(*COMMANDS[name]("http://127.0.0.1:1"), "--token-file", str(tokens))

    assert (1, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith(f"error: {tokens} does not contain one token in one line; ")
    assert "pelargonium" not in result.stderr


@pytest.mark.parametrize("name", ["stats", "status"])
def test_token_file_that_others_may_read(tmp_path: Path, name: str) -> None:
    """Refused as everywhere."""
    token = tmp_path / "token"
    token.write_text("pelargonium\n")
    token.chmod(0o644)
    result = said(*COMMANDS[name]("http://127.0.0.1:1"), "--token-file", str(token))

    expected = f"error: {token} has mode 0644, expected 0600, so others may know it; run: chmod 600 {token}\n"
    assert (1, expected) == (result.exit_code, result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "northwind/drop", b"caf\xe9"),
        ("ask", "northwind/drop", "-50%", "--session", b"\xff"),
        ("stats", "--island", b"\xe9/*"),
    ],
)
def test_word_of_a_command_that_is_no_text(arguments: tuple[str | bytes, ...]) -> None:
    """A traceback would not say whose fault it is."""
    environment = {**os.environ, "SKERRY_URL": "http://127.0.0.1:1"}
    result = subprocess.run(
        [sys.executable, "-m", "edge", *arguments], capture_output=True, check=False, env=environment, cwd=EDGE.parent
    )

    assert 1 == result.returncode
    assert b"error: a word of the command is not text; to see what text is here, run: locale\n" == result.stderr
