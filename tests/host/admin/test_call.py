"""`edge.host.admin.call`: the answer, or an error that says what to do."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from edge.errors import ConfigError, Reason, SkerryError, UnreachableError
from edge.host.admin import AdminPeer, call_admin
from tests.host.admin.conftest import Running


def peer(folder: Path, timeout_s: float = 5.0) -> AdminPeer:
    """The peer that a command names."""
    return AdminPeer(folder, kind="PoP", start="skerry pop serve", typed="skerry island evict a/b", timeout_s=timeout_s)


async def test_call_gives_the_body(running: Running) -> None:
    """The document goes there as JSON, and the body comes back."""
    assert b'{"length":14}' == await running.call({"island": "x"})
    assert [b'{"island":"x"}'] == running.bodies


async def test_call_reaches_a_folder_with_a_long_path(tmp_path: Path) -> None:
    """Client and server name it in the same way."""
    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    running = Running(folder)
    await running.admin.listen()

    assert b'{"length":2}' == await running.call({})
    await running.admin.close()


PROBLEMS = {
    "refuse": ("found what I refuse, expected something else (island_unknown)", Reason.ISLAND_UNKNOWN),
    "disk": ("the request cannot be stored here, expected a working disk (storage)", Reason.STORAGE),
    "key": ("no key /home/key, restore it with: cp YOUR-COPY /home/key (config)", Reason.CONFIG),
    "crash": ("an unexpected error was logged here (internal)", Reason.INTERNAL),
}


@pytest.mark.parametrize(("what", "expected"), PROBLEMS.items(), ids=PROBLEMS.keys())
async def test_problem_document_becomes_an_error(running: Running, what: str, expected: tuple[str, Reason]) -> None:
    """With its reason and its text; nothing of what went wrong inside."""
    with pytest.raises(SkerryError) as raised:
        await running.call({"do": what})

    assert expected == (raised.value.text, raised.value.reason)


def test_no_process_is_said(tmp_path: Path) -> None:
    """Without a socket, without a folder, and with the socket of a process that was killed."""
    with socket.socket(socket.AF_UNIX) as dead:
        (tmp_path / "dead").mkdir()
        dead.bind(str(tmp_path / "dead" / "admin.sock"))
    for folder in (tmp_path, tmp_path / "gone", tmp_path / "dead"):
        with pytest.raises(ConfigError) as raised:
            call_admin(peer(folder), "/v1/echo", {})

        assert (
            f"no PoP runs with the state folder {folder}, or its log says why it has no admin.sock; "
            "start it with: skerry pop serve"
        ) == raised.value.text


@pytest.mark.parametrize("kind", ["a file", "a link"])
def test_other_thing_in_its_place_is_said(tmp_path: Path, kind: str) -> None:
    """A link is not followed, wherever it leads."""
    path = tmp_path / "admin.sock"
    if kind == "a file":
        path.touch()
    else:
        path.symlink_to("/dev/null")
    with pytest.raises(ConfigError, match=rf"^{path} is not a socket, expected that of a running PoP; run: skerry pop"):
        call_admin(peer(tmp_path), "/v1/echo", {})


@contextmanager
def as_another_user(path: Path) -> Iterator[None]:
    """Run the block as somebody who may not connect to the socket. Root becomes nobody; others shut themselves out."""
    if os.geteuid() == 0:
        os.seteuid(65_534)
        try:
            yield
        finally:
            os.seteuid(0)
        return
    path.chmod(0)
    yield


async def test_socket_of_another_user_is_said(running: Running) -> None:
    """The text ends with the command as root would run it, who may always connect."""
    with as_another_user(running.path), pytest.raises(ConfigError) as raised:
        await running.call({})

    assert f"{running.path} belongs to another user; run: sudo skerry x" == raised.value.text


@contextmanager
def answering(folder: Path, *chunks: bytes, hang: bool = False) -> Iterator[None]:
    """A process that answers one peer with these bytes, and then closes or hangs."""
    done = threading.Event()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "admin.sock"))
        listening.listen()

        def serve() -> None:
            with listening.accept()[0] as connection, suppress(OSError):
                connection.recv(65_536)
                for chunk in chunks:
                    connection.sendall(chunk)
                if hang:
                    done.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


ANSWERS = {
    "nothing": (b"", "answered with bytes that are no HTTP response"),
    "junk": (b"\x00\xff hello\r\n\r\n", "answered with bytes that are no HTTP response"),
    "half of a response": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        "answered with bytes that are no HTTP response",
    ),
    "an endless line": (b"HTTP/1.1 200 " + b"x" * 100_000, "answered with bytes that are no HTTP response"),
    "an error that is no problem document": (
        b"HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nsorry",
        "answered HTTP 500 without a problem document",
    ),
    "a reason that nobody knows": (
        b'HTTP/1.1 500 No\r\nContent-Length: 20\r\n\r\n{"reason":"mystery"}',
        "answered HTTP 500 without a problem document",
    ),
    "too much": (b"x" * 5_000_000, "broke the connection: more than 4194304 bytes"),
}


@pytest.mark.parametrize(("answer", "text"), ANSWERS.values(), ids=ANSWERS.keys())
def test_strange_answer_is_said(tmp_path: Path, answer: bytes, text: str) -> None:
    """No traceback, and nothing of the answer on the terminal."""
    with answering(tmp_path, answer), pytest.raises(UnreachableError) as raised:
        call_admin(peer(tmp_path), "/v1/echo", {})

    path = tmp_path / "admin.sock"
    assert f"the PoP of {tmp_path} {text}; to see that process, run: fuser -v {path}" == raised.value.text


@pytest.mark.parametrize("chunks", [(), (b"HTTP/1.1 200 OK\r\n",)], ids=["nothing", "half of a header"])
def test_process_that_hangs_is_said(tmp_path: Path, chunks: tuple[bytes, ...]) -> None:
    """The call ends at its time limit, and says that the process may still act."""
    expected = r"did not answer within 0\.1 s, and may still do what was asked"
    with answering(tmp_path, *chunks, hang=True), pytest.raises(UnreachableError, match=expected):
        call_admin(peer(tmp_path, timeout_s=0.1), "/v1/echo", {})
