"""Signed snippets and questions from a PoP on core 0, compared with nginx and the encoder on the same core.

The load is on core 1: wrk with one thread and 32 connections. PoP and nginx take turns; a ratio is that of one turn,
and the median of the turns is printed. nginx sends the PoP's own headers. Receipts, counts and log are as by default;
only the limits are raised, because all comes from one address. `--seconds` is the length of each measurement. nginx
serves a file by `sendfile`, as Debian configures it; `--sendfile off` is faster for so small a file. It writes no log,
because a PoP writes no line for a reading; Debian's writes one (`--access-log on`).

Below each rate stands the CPU time of both servers for a request, and that of wrk. It hardly depends on what else the
machine does. Where wrk needs more for a request than a server, the rate is wrk's and not the server's.

Below the questions stands a server on the same core that does only what cannot be left out (`benchmarks.lane.bare`).
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.client import Connection, ask_all, request_bytes
from benchmarks.figures import Figure, percentile, print_figures
from benchmarks.lane.bare import bare_server
from benchmarks.lane.load import LOAD_CORE, PAIRS, SERVER, Load, missing, pairs_of, post_script
from benchmarks.lane.nginx import nginx_path, running_nginx
from benchmarks.pop import WARM_UP, distinct_questions
from benchmarks.strangers.measured_pop import measured_pop
from edge.cli.demo import SKERRY, Harness
from tests.pen import DROP, Pen

PATH = f"/v1/islands/{DROP}/snippets/ship-date"
QUESTION = {"island": str(DROP), "text": "when does it ship?"}
BARE = "aiohttp that does nothing else"
WORDS = ("please", "anyone", "guys", "mods", "asap", "again", "today", "tho", "actually", "btw", "quick question")


async def measure(nginx: str, options: argparse.Namespace) -> list[Figure]:
    """All figures."""
    async with measured_pop((*SERVER, *SKERRY)) as (harness, pen):
        figures = await _beside_nginx(harness, harness.home.parent, nginx, options)
        return figures if options.only == "nginx" else figures + await _beside_encoder(harness, pen)


async def _beside_nginx(harness: Harness, folder: Path, nginx: str, options: argparse.Namespace) -> list[Figure]:
    async with harness.http.get(harness.pop_url + PATH) as reply:
        body, headers = await reply.read(), reply.headers
    has_it = {"If-None-Match": headers["ETag"]}
    async with harness.http.get(harness.pop_url + PATH, headers=has_it) as reply:
        not_in_304 = set(headers) - set(reply.headers)
    # No desk runs here.
    port, pop, seconds = harness.desk_port, harness.process_id("pop"), options.seconds
    async with running_nginx(
        nginx,
        port,
        PATH,
        headers=headers,
        not_in_304=not_in_304,
        body=body,
        sendfile=options.sendfile,
        access_log=options.access_log,
    ) as worker:
        peer_url = f"http://127.0.0.1:{port}{PATH}"
        async with harness.http.get(peer_url) as reply:
            peer_etag = reply.headers["ETag"]
            otherwise = headers.keys() - reply.headers.keys()
        async with harness.http.get(peer_url, headers={"If-None-Match": peer_etag}) as reply:
            otherwise |= not_in_304 & reply.headers.keys()
        if otherwise:
            raise SystemExit(f"nginx treats {', '.join(sorted(otherwise))} otherwise, expected the PoP's headers")
        script = await asyncio.to_thread(post_script, folder, json.dumps(QUESTION))
        get = Load("GET a signed snippet", harness.pop_url + PATH, pop)
        known = Load("the same with `If-None-Match`", get.url, pop, ("-H", f"If-None-Match: {headers['ETag']}"))
        again = Load("the same question again, over nginx's GET", f"{harness.pop_url}/v1/ask", pop, ("-s", str(script)))
        peer_get, peer_known = (
            Load("", peer_url, worker),
            Load("", peer_url, worker, ("-H", f"If-None-Match: {peer_etag}")),
        )
        return [
            *await pairs_of(get, peer_get, seconds, bar="1.5 x"),
            *await pairs_of(known, peer_known, seconds, bar="1.3 x"),
            *await pairs_of(again, peer_get, seconds, bar="0.3 x"),
            *await _bare_pairs(harness, str(script), peer_get, seconds),
        ]


async def _bare_pairs(harness: Harness, script: str, peer: Load, seconds: int) -> list[Figure]:
    async with bare_server(await _answer(harness)) as (process, port):
        bare = Load(f"the same from {BARE}", f"http://127.0.0.1:{port}/again", process, ("-s", script))
        return await pairs_of(bare, peer, seconds, bar="")


async def _beside_encoder(harness: Harness, pen: Pen) -> list[Figure]:
    examples = [text for texts in pen.prepared.examples.values() for text in texts]
    texts = distinct_questions(WARM_UP + 1_000)
    async with bare_server(await _answer(harness)) as (_, bare):
        slower: dict[int, list[float]] = {harness.pop_port: [], bare: []}
        share: dict[int, list[float]] = {harness.pop_port: [], bare: []}
        for turn in range(PAIRS):
            encoder_s = await _encoder_s()
            # The number of the turn is in each question, so that none was asked before.
            one_by_one = [request_bytes(str(DROP), f"{text} {turn}") for text in texts]
            requests = [request_bytes(str(DROP), f"{text} {word} {turn}") for word in WORDS for text in examples]
            for port in (harness.pop_port, bare):
                slower[port].append(await asyncio.to_thread(_p50_s, port, one_by_one) / encoder_s)
                took_s = await ask_all(port, requests, connections=16)
                share[port].append(len(requests) / took_s * encoder_s)
    never_seen = "a question never seen, one at a time: p50, over the encoder's own p50"
    distinct = "distinct questions a second, mostly answered, over the encoder alone"
    return [
        Figure(what if port == harness.pop_port else f"the same from {BARE}", f"{statistics.median(found):.2f} x", bar)
        for what, by_port, bar in ((never_seen, slower, "1.7 x"), (distinct, share, "0.7 x"))
        for port, found in by_port.items()
    ]


async def _answer(harness: Harness) -> Path:
    """A file with the PoP's answer."""
    answer = harness.folder / "answer.json"
    async with harness.http.post(f"{harness.pop_url}/v1/ask", json=QUESTION) as reply:
        await asyncio.to_thread(answer.write_bytes, await reply.read())
    return answer


def _p50_s(port: int, requests: Sequence[bytes]) -> float:
    connection = Connection(port)
    times_s = [connection.ask(request)[0] for request in requests]
    connection.close()
    return percentile(times_s[WARM_UP:], 0.5)


async def _encoder_s() -> float:
    """The encoder's p50 alone on the PoP's core, one question at a time."""
    command = (*SERVER, sys.executable, "-m", "benchmarks.encoder", "--json", "--questions", "1000")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    steps = json.loads((await process.communicate())[0])
    return float(_p50_ms(steps)) / 1_000


def _p50_ms(steps: dict[str, dict[str, dict[str, float]]]) -> float:
    return steps["steps"]["encode"]["p50_ms"]


def main() -> int:
    """Measure and print. Returns 2 if wrk or nginx is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="length of each measurement with wrk")
    parser.add_argument("--sendfile", choices=("on", "off"), default="on", help="of nginx; Debian has it on")
    parser.add_argument("--access-log", choices=("on", "off"), default="off", help="of nginx; Debian has it on")
    parser.add_argument("--only", choices=("nginx", "all"), default="all", help="nginx: nothing about the encoder")
    options = parser.parse_args()
    install, nginx = missing(), nginx_path()
    if install or nginx is None:
        print(f"wrk and nginx are needed, install them with: {install}", file=sys.stderr)
        return 2
    if len(os.sched_getaffinity(0)) < 2:
        print("two cores are needed, one for the server and one for the load", file=sys.stderr)
        return 2
    os.sched_setaffinity(0, LOAD_CORE)
    print_figures("The lane (`make bench ARGS=lane`)", asyncio.run(measure(nginx, options)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
