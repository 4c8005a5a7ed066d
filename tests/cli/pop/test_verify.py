"""`skerry verify`: a clear verdict with an exit status of its own, without a network for a file."""

import socket
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from tests.client.answers import ANSWER, KEY, OTHER_KEY, document_of, saved, sign, text_of
from tests.local_server import LocalServer, QuietHandler

SIGNED = sign(document_of())
PATH = "/v1/islands/northwind/drop/snippets/price"


class Shop(QuietHandler):
    """Serves the one snippet under every path."""

    def do_GET(self) -> None:  # noqa: N802 - the name that the library calls
        """One request."""
        if self.path.startswith("/missing"):
            BaseHTTPRequestHandler.send_error(self, 404)
            return
        body = SIGNED.document.encode()
        self.send_response(200)
        self.send_header("Unencoded-Digest", SIGNED.unencoded_digest)
        self.send_header("Signature-Input", SIGNED.signature_input)
        self.send_header("Signature", SIGNED.signature)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def shop() -> Iterator[str]:
    """Address of a server that has the snippet."""
    server = LocalServer(Shop)
    yield server.url
    server.close()


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A saved snippet."""
    path = tmp_path / "snippet.txt"
    path.write_bytes(saved(SIGNED))
    return str(path)


def verify(*arguments: str, **options: Any) -> Result:
    """The command."""
    return CliRunner().invoke(cli, ["verify", *arguments], **options)


def test_verdicts_of_a_file(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good with the tenant's key, not known without one, bad with another; no socket is opened."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    good, two, unknown, bad = (
        verify(file, *keys)
        for keys in (
            ("--key", text_of()),
            ("--key", text_of(OTHER_KEY), "--key", f"ed25519-{text_of()}"),
            (),
            ("--key", text_of(OTHER_KEY)),
        )
    )

    assert [0, 0, 3, 1] == [one.exit_code for one in (good, two, unknown, bad)]
    assert good.output == two.output
    assert good.output.startswith("verdict   good: signed by the key that you gave, and not expired\n")
    assert f"key       {text_of()}\n" in unknown.output
    assert unknown.output.startswith("verdict   signed, and nobody said by whom: compare the key with the tenant's own")
    assert f"answer    {ANSWER}\n" in good.output
    expected = f"error: the answer is signed by key {text_of()}, expected a key of the tenant\n"
    assert expected == bad.output


def test_verdicts_as_json(file: str, tmp_path: Path) -> None:
    """For programs: the same exit status, and why it is bad."""
    (tmp_path / "bad").write_bytes(saved(SIGNED).replace(b"68", b"86"))
    runs = [
        verify(file, "--key", text_of(), "--json"),
        verify(file, "--json"),
        verify(str(tmp_path / "bad"), "--json", "--key", text_of()),
    ]
    good, unknown, bad = [msgspec.json.decode(run.stdout) for run in runs]

    assert [0, 3, 1] == [run.exit_code for run in runs]
    assert ["good", "unknown_key", "bad"] == [one["verdict"] for one in (good, unknown, bad)]
    assert (text_of(), ANSWER, 3) == (good["key"], good["document"]["answer"], good["document"]["revision"])
    assert {"verdict", "reason", "detail"} == bad.keys()
    assert ("hash_mismatch", "the answer does not match the digest that was signed") == (bad["reason"], bad["detail"])


def test_snippet_from_stdin_and_from_an_address(shop: str) -> None:
    """`-` is what a pipe brings. An address says which snippet it must be."""
    piped = verify("-", "--key", text_of(), input=saved(SIGNED))
    fetched, moved, missing = (
        verify(shop + path, "--key", text_of()) for path in (PATH, PATH.replace("price", "refunds"), "/missing")
    )

    assert (0, 0, 1, 1) == (piped.exit_code, fetched.exit_code, moved.exit_code, missing.exit_code)
    assert piped.output == fetched.output
    expected = "error: the answer is signed as 'price' of northwind/drop, expected the snippet that the address names\n"
    assert expected == moved.output
    assert "error: found HTTP 404 without a problem document, expected a PoP\n" == missing.output


def test_snippet_that_curl_saved(shop: str, tmp_path: Path) -> None:
    """As the message says to save one."""
    content = subprocess.run(["curl", "-si", shop + PATH], capture_output=True, check=True).stdout
    (tmp_path / "saved").write_bytes(content)

    assert 0 == verify(str(tmp_path / "saved"), "--key", text_of()).exit_code


UNUSABLE = {
    "a file that is not there": (["/nowhere/at-all"], "error: /nowhere/at-all cannot be read: No such file"),
    "a folder": (["/"], "error: / cannot be read: Is a directory; save a snippet with: curl -si URL > FILE\n"),
    "a file without end": (["/dev/zero"], "error: found more than 1048576 bytes, expected a snippet\n"),
    "a path that is none": (["a\0b"], "cannot be read: this is no path;"),
    "a key that is none": (["/dev/null", "--key", "abc"], "error: found 'abc', expected the 32 bytes of an Ed25519"),
    "a private key's length": (["/dev/null", "--key", "A" * 88], "expected the 32 bytes of an Ed25519 public key"),
    "nobody at the address": (["http://127.0.0.1:9/"], "error: http://127.0.0.1:9/ could not be reached: "),
    "no address": (["http://[/"], "error: found no http:// or https:// address, expected a PoP's"),
}


@pytest.mark.parametrize(("arguments", "text"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_unusable_arguments(arguments: list[str], text: str) -> None:
    """Each says what was found, and what to do; none ends with a traceback."""
    result = verify(*arguments)

    assert (1, True) == (result.exit_code, text in result.output), result.output


def test_times_that_a_stranger_signs(tmp_path: Path) -> None:
    """A year that no calendar has is left out, and a time of another zone is not called UTC."""
    document = msgspec.json.encode(document_of()).replace(b"2026-09-01T00:00:00Z", b"2026-09-01T05:30:00+05:30")
    path = tmp_path / "far.txt"
    path.write_bytes(saved(sign(document, terms=(10**15 - 2, 10**15 - 1))))
    shown, as_json = verify(str(path)), verify(str(path), "--json")

    assert (3, 3) == (shown.exit_code, as_json.exit_code)
    assert "by Dana Ortiz, 2026-09-01 05:30 UTC+05:30" in shown.output
    assert "created" not in msgspec.json.decode(as_json.output)


def test_words_of_a_stranger_move_no_cursor(tmp_path: Path) -> None:
    """Signed by a key that nobody knows: its answer is shown as it is, in one line."""
    document = msgspec.structs.replace(document_of("\x1b[2Jgood\nverdict good"), approved_by="\u202eanaD")
    (tmp_path / "evil").write_bytes(saved(sign(document, key=OTHER_KEY)))
    result = verify(str(tmp_path / "evil"))

    assert 3 == result.exit_code
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert [] == [line for line in result.output.splitlines() if line.startswith("verdict good")]


def test_keys_are_public(file: str) -> None:
    """A signing key is nowhere in what is printed."""
    assert bytes(KEY).hex() not in verify(file, "--json").output
