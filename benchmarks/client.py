"""A client that uses almost no processor time, so that the server is measured and not the client."""

import asyncio
import json
import socket
import time
from typing import Any


def request_bytes(island: str, text: str) -> bytes:
    """A complete `POST /v1/ask` request."""
    body = json.dumps({"island": island, "text": text}).encode()
    head = (
        f"POST /v1/ask HTTP/1.1\r\nHost: pop\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """A connection that stays open, for one request at a time. Blocking. `address` is this end's."""

    def __init__(self, port: int, address: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), source_address=(address, 0) if address else None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[float, Any]:
        """Seconds from the first byte sent to the last byte received, and the decoded response."""
        began = time.perf_counter()
        self._socket.sendall(request)
        data = b""
        while not is_whole(data):
            data += self._socket.recv(65_536)
        took_s = time.perf_counter() - began
        return took_s, json.loads(data.partition(b"\r\n\r\n")[2])

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def is_whole(data: bytes) -> bool:
    """True if `data` is a complete response with a Content-Length."""
    head, separator, body = data.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return len(body) >= int(length.split(b":")[1])


async def ask_all(port: int, requests: list[bytes], *, connections: int) -> float:
    """Seconds until every request is answered, over `connections` connections at once."""
    waiting = iter(requests)

    async def worker() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    return time.perf_counter() - began
