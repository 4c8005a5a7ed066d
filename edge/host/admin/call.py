"""The client's side, for commands: one request, one response, and an error that says what to do. Blocking.

body = call_admin(peer, "/v1/evict", {"island": "acme/hoodie-drop"})
"""

import http.client
import io
import shlex
import socket
import time
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from edge.errors import ConfigError, SkerryError, UnreachableError
from edge.host.admin.place import SOCKET_NAME, socket_in
from edge.host.door import is_socket, socket_address
from edge.records import DECODE_ERRORS, Problem

MAX_RESPONSE_BYTES = 4_194_304
"""Largest response: ten thousand lines of 400 bytes."""

_CHUNK_BYTES = 65_536


class AdminPeer(NamedTuple):
    """A running process, by its state folder, and the words for messages about it."""

    folder: Path
    kind: str
    """A noun: `PoP`."""
    start: str
    """The command that starts such a process."""
    typed: str
    """The command that was typed, to be run again as root."""
    timeout_s: float = 60.0
    """Time for the whole call. A change waits until an attempt to sync has ended."""


def call_admin(peer: AdminPeer, path: str, document: object) -> bytes:
    """Post a document to a running process; gives the body of its response.

    Raises `ConfigError` if nothing listens there or this user may not connect, `UnreachableError` if the process does
    not answer as it should, and `SkerryError` with reason and text of its problem document.
    """
    body = msgspec.json.encode(document)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {SOCKET_NAME}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    status, answer = _parsed(peer, _exchange(peer, head.encode() + body))
    if status < http.client.BAD_REQUEST:
        return answer
    try:
        problem = msgspec.json.decode(answer, type=Problem)
    except DECODE_ERRORS:
        raise _no_answer(peer, f"answered HTTP {status} without a problem document") from None
    raise SkerryError(f"{problem.detail} ({problem.reason})", reason=problem.reason)


def is_listening(folder: Path) -> bool:
    """True if a process listens on the admin socket of this folder, or one that this user may not reach."""
    path = socket_in(folder)
    try:
        if not is_socket(path):
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, socket_address(path) as name:
            connection.connect(name)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _exchange(peer: AdminPeer, request: bytes) -> bytes:
    """All bytes of the response; the process closes the connection after it."""
    path = socket_in(peer.folder)
    deadline = time.monotonic() + peer.timeout_s
    try:
        if not is_socket(path):
            raise ConfigError(f"{path} is not a socket, expected that of a running {peer.kind}; run: {peer.start}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(peer.timeout_s)
            with socket_address(path) as name:
                connection.connect(name)
            connection.sendall(request)
            return _read_all(connection, deadline)
    except PermissionError as error:
        raise ConfigError(f"{path} belongs to another user; run: sudo {peer.typed}") from error
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError) as error:
        raise ConfigError(
            f"no {peer.kind} runs with the state folder {peer.folder}, or its log says why it has no {SOCKET_NAME}; "
            f"start it with: {peer.start}"
        ) from error
    except TimeoutError as error:
        raise _no_answer(
            peer, f"did not answer within {peer.timeout_s:g} s, and may still do what was asked"
        ) from error
    except OSError as error:
        raise _no_answer(peer, f"broke the connection: {error.strerror or error}") from error


def _read_all(connection: socket.socket, deadline: float) -> bytes:
    """Raises `TimeoutError` at the deadline, however slowly bytes still arrive, and `OSError` for too many."""
    data = bytearray()
    while True:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        connection.settimeout(left_s)
        chunk = connection.recv(_CHUNK_BYTES)
        if not chunk:
            return bytes(data)
        data += chunk
        if len(data) > MAX_RESPONSE_BYTES:
            raise OSError(f"more than {MAX_RESPONSE_BYTES} bytes")


class _Received(NamedTuple):
    """Bytes that were received, in the form in which `http.client` reads them."""

    data: bytes

    def makefile(self, _mode: str) -> io.BytesIO:
        """A file of the bytes, as that of a socket."""
        return io.BytesIO(self.data)


def _parsed(peer: AdminPeer, data: bytes) -> tuple[int, bytes]:
    response = http.client.HTTPResponse(cast(socket.socket, _Received(data)), method="POST")
    try:
        response.begin()
        return response.status, response.read()
    except (http.client.HTTPException, ValueError) as error:
        raise _no_answer(peer, "answered with bytes that are no HTTP response") from error


def _no_answer(peer: AdminPeer, what: str) -> UnreachableError:
    return UnreachableError(
        f"the {peer.kind} of {peer.folder} {what}; to see that process, run: "
        f"fuser -v {shlex.quote(str(socket_in(peer.folder)))}"
    )
