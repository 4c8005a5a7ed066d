"""The body of an answer, which a peer or a proxy on the way may send in pieces and without end."""

import aiohttp


async def read_at_most(content: aiohttp.StreamReader, size: int) -> bytes:
    """The body to its end, or its first `size` bytes. Raises `aiohttp.ClientError` if the connection breaks."""
    found = bytearray()
    while piece := await content.read(size - len(found)):
        found += piece
    return bytes(found)
