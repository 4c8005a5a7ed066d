"""A server's requests in a second, and its processor time for one, as wrk finds them."""

import asyncio
import os
import re
import resource
import shutil
import statistics
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Figure
from benchmarks.lane.nginx import nginx_path

SERVER, LOAD_CORE = ("taskset", "-c", "0"), {1}
PAIRS = 3
CONNECTIONS = 32

_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_COUNT = re.compile(r"(\d+) requests in")
_SCRIPT = """\
wrk.method = "POST"
wrk.body = '{body}'
wrk.headers["Content-Type"] = "application/json"
"""


class Rate(NamedTuple):
    """What wrk found."""

    per_s: float
    server_us: float
    """CPU time of the server for a request."""
    wrk_us: float


class Load(NamedTuple):
    """What wrk asks for."""

    what: str
    url: str
    process: int
    """The server's."""
    options: tuple[str, ...] = ()


def missing() -> str:
    """The command that installs what is missing; empty if nothing is."""
    packages = {"wrk": shutil.which("wrk"), "nginx-light": nginx_path()}
    absent = [package for package, found in packages.items() if found is None]
    return f"apt-get install {' '.join(absent)}" if absent else ""


def post_script(folder: Path, body: str) -> Path:
    """A file that makes wrk post `body`."""
    script = folder / "ask.lua"
    script.write_text(_SCRIPT.format(body=body))
    return script


async def pairs_of(load: Load, peer: Load, seconds: int, *, bar: str) -> list[Figure]:
    """The load's rate over the peer's, taken in turns, and the same by processor time."""
    pairs = [(await _rate(load, seconds), await _rate(peer, seconds)) for _ in range(PAIRS)]
    ratio = statistics.median(one.per_s / other.per_s for one, other in pairs)
    by_cpu = statistics.median(other.server_us / one.server_us for one, other in pairs)
    ours, theirs = (Rate(*map(statistics.median, zip(*rates, strict=True))) for rates in zip(*pairs, strict=True))
    found = f"{ratio:.2f} x nginx ({ours.per_s:,.0f}/s, nginx {theirs.per_s:,.0f}/s)"
    cpu = f"{by_cpu:.2f} x nginx ({ours.server_us:.1f} us, wrk {ours.wrk_us:.1f};"
    return [
        Figure(f"{load.what}, {CONNECTIONS} connections", found, bar),
        Figure("the same by CPU time", f"{cpu} nginx {theirs.server_us:.1f}, wrk {theirs.wrk_us:.1f})", ""),
    ]


async def _rate(load: Load, seconds: int) -> Rate:
    """What wrk finds. Ends the program if a request failed: then it measures something else."""
    command = ("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *load.options, load.url)
    before = await asyncio.to_thread(_cpu_s, load.process), _cpu_of_ended_s()
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output = (await process.communicate())[0].decode()
    after = await asyncio.to_thread(_cpu_s, load.process), _cpu_of_ended_s()
    rate, count = _RATE.search(output), _COUNT.search(output)
    if rate is None or count is None or "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"wrk found failed requests at {load.url}, expected none:\n{output}")
    return Rate(
        float(rate[1]), *((then - first) / int(count[1]) * 1e6 for first, then in zip(before, after, strict=True))
    )


def _cpu_s(process: int) -> float:
    """CPU time of a process until now, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    # User and system time, 14 and 15 in `man 5 proc_pid_stat`, where the name before the last ")" is the second.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu_of_ended_s() -> float:
    """CPU time of all processes that this one started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
