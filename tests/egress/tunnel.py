"""What an operator's TLS tunnel is to a PoP, without the TLS: from a port of this machine to another machine.

python -m tests.egress.tunnel PORT HOST PORT [LISTEN_ON]
"""

import asyncio
import contextlib
import sys


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def main(port: int, host: str, there: int, here: str = "127.0.0.1") -> None:
    """Forward for ever. A connection is dropped if nobody listens there."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            beyond, onward = await asyncio.open_connection(host, there)
        except ConnectionError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, onward), _copy(beyond, writer))

    async with await asyncio.start_server(forward, here, port) as server:
        sys.stdout.write(f"ready on {port}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:]))
