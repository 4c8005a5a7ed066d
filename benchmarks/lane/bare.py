"""`python -m benchmarks.lane.bare PORT FILE`: a server that does for a question only what none can leave out.

aiohttp on uvloop reads and decodes it, and sends the bytes of FILE. `POST /v1/ask` also runs the encoder, in a thread
of its own. There are no limits, sessions, verdicts, receipts, leaves, counts or log. So what a PoP takes more than this
is its own.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec
import uvloop
from aiohttp import web

from benchmarks.lane.load import SERVER
from benchmarks.lane.nginx import until_open
from edge.cli.demo import free_ports
from edge.config import model_files
from edge.host.threads import Workers, in_thread
from edge.records import AskRequest
from edge.triage import MODEL_FILES, load_triage, question_of


@asynccontextmanager
async def bare_server(answer: Path) -> AsyncIterator[tuple[int, int]]:
    """The server on the PoP's core, which answers with the file `answer`. Gives its process and its port."""
    (port,) = free_ports(0)
    command = (*SERVER, sys.executable, "-m", "benchmarks.lane.bare", str(port), str(answer))
    process = await asyncio.create_subprocess_exec(*command)
    try:
        await until_open(port)
        yield process.pid, port
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _serve(port: int, answer: bytes) -> None:
    encoder, thread = load_triage(model_files(MODEL_FILES)).encoder, Workers(1, "encoder")

    async def read(request: web.Request) -> str:
        return msgspec.json.decode(await request.read(), type=AskRequest).text

    async def again(request: web.Request) -> web.Response:
        await read(request)
        return web.Response(body=answer, content_type="application/json")

    async def encoded(request: web.Request) -> web.Response:
        text = await read(request)
        await in_thread(thread, partial(encoder.encode, question_of(text)))
        return web.Response(body=answer, content_type="application/json")

    app = web.Application()
    app.add_routes([web.post("/again", again), web.post("/v1/ask", encoded)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
