"""The processes of the demo: started with the commands an operator would type, stopped with SIGTERM."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from edge.cli.demo.origin import DemoOrigin
from edge.errors import UnreachableError

SKERRY = (sys.executable, "-m", "edge")
"""The `skerry` of this very environment."""

_USUAL_PORTS = (8080, 8090, 8099, 8070, 8088)

_DONE, _OVERLOADED = range(200, 300), 503

START_S = 30.0
"""How long a process may take to be ready on a slow machine; it takes about one second on a common one."""

_CONFIG = """\
[pop]
name = "{pop_name}"
state_dir = "{pop_state}"

[http]
port = {pop_port}
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}

# A laptop that does something else meanwhile is late, and not overloaded.
[overload]
max_lag_s = 0.5

[publisher]
url = "http://127.0.0.1:{publisher_port}"
trusted_root = "home/root.json"

[origin]
{origin}
max_retry_delay_s = 1.0
"""


class Harness:
    """A publisher, a PoP and an origin on loopback, in one folder. Leaving it stops them all.

    With `usual_ports`, those that Skerry and its examples name, where nobody listens on them. Without, any free ones:
    two harnesses that start at once would find the same usual ports free.
    """

    def __init__(self, folder: Path, *, usual_ports: bool = False) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.pop_port, self.publisher_port, origin_port, self.desk_port, self.shop_port = free_ports(
            *(_USUAL_PORTS if usual_ports else (0, 0, 0, 0, 0))
        )
        self.pop_name, self.pop_state = "demo-pop", "pop-state"
        """Name and state folder of the PoP, in force from its next start."""
        self.has_desk = False
        """True: the PoP hands over to Skerry's own desk from its next start, and not to `origin`."""
        self.origin = DemoOrigin(origin_port)
        self.more_settings = ""
        """Further sections of the PoP's configuration, in force from its next start."""
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    @property
    def pop_url(self) -> str:
        """Address of the PoP."""
        return f"http://127.0.0.1:{self.pop_port}"

    @property
    def publisher_url(self) -> str:
        """Address of the publisher."""
        return f"http://127.0.0.1:{self.publisher_port}"

    @property
    def desk_url(self) -> str:
        """Address of Skerry's own desk."""
        return f"http://127.0.0.1:{self.desk_port}"

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self._processes):
            await self.stop(name)
        await self.origin.stop()
        await self.http.close()

    async def skerry(self, *arguments: str) -> str:
        """Run one `skerry` command and return its output. Raises `UnreachableError` if it fails."""
        process = await asyncio.create_subprocess_exec(
            *SKERRY, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        if process.returncode != 0:
            raise UnreachableError(f"skerry {' '.join(arguments[:2])} failed: {err.decode().strip()}")
        return out.decode()

    async def start_publisher(self) -> None:
        """Run `skerry publisher serve` until it is live."""
        port = str(self.publisher_port)
        await self._start("publisher", *SKERRY, "publisher", "serve", "--home", str(self.home), "--port", port)
        await self._wait_live("publisher", self.publisher_url)

    async def start_pop(self, program: Sequence[str] = SKERRY) -> None:
        """Run `skerry pop serve`, or another program that takes its arguments, until it is live."""
        await self.spawn_pop(program)
        await self._wait_live("pop", self.pop_url)

    async def spawn_pop(self, program: Sequence[str] = SKERRY) -> None:
        """Start the PoP as `start_pop` does, without waiting until it is live."""
        config = self.folder / "pop.toml"
        text = _CONFIG.format(
            pop_name=self.pop_name,
            pop_state=self.pop_state,
            pop_port=self.pop_port,
            publisher_port=self.publisher_port,
            origin=self._origin(),
        )
        await asyncio.to_thread(config.write_text, text + self.more_settings)
        await self._start("pop", *program, "pop", "serve", "--config", str(config))

    async def start_desk(self) -> None:
        """Run `skerry desk serve` in the publisher's home until it is live."""
        words = ("desk", "serve", "--home", str(self.home), "--port", str(self.desk_port))
        await self._start("desk", *SKERRY, *words, "--publisher", self.publisher_url)
        await self._wait_live("desk", self.desk_url)

    async def stop(self, name: str) -> None:
        """Stop a process as systemd would, and wait until it is gone."""
        process = self._processes.pop(name)
        if process.returncode is None:
            process.terminate()
        await process.wait()

    async def get(self, path: str) -> Any:
        """The PoP's response to a GET, decoded from JSON."""
        async with self.http.get(self.pop_url + path) as response:
            return await response.json(content_type=None)

    async def ask(self, question: Mapping[str, str]) -> bytes:
        """The PoP's response to a question. While the machine has too much else to do, it is asked again.

        Raises `UnreachableError` if the PoP refuses it.
        """
        deadline = asyncio.get_running_loop().time() + START_S
        while True:
            async with self.http.post(self.pop_url + "/v1/ask", json=question) as response:
                body = await response.read()
            if response.status in _DONE:
                return body
            if response.status != _OVERLOADED or asyncio.get_running_loop().time() > deadline:
                raise UnreachableError(f"the PoP answered a question with status {response.status}, expected 2xx")
            await asyncio.sleep(0.2)

    async def metric(self, name: str) -> float:
        """One unlabelled metric of the PoP."""
        async with self.http.get(self.pop_url + "/metrics") as response:
            lines = (await response.text()).splitlines()
        return next(float(line.split()[1]) for line in lines if line.split()[0] == name)

    async def kill(self, name: str) -> None:
        """Kill a process with SIGKILL, between any two of its steps."""
        process = self._processes.pop(name)
        process.kill()
        await process.wait()

    def process_id(self, name: str) -> int:
        """Id of the process."""
        return self._processes[name].pid

    async def exit_status(self, name: str) -> int:
        """Exit status of a process, once it has ended by itself."""
        return await self._processes.pop(name).wait()

    async def log(self, name: str) -> str:
        """Log of a process: its stdout and stderr."""
        return await asyncio.to_thread(self._log(name).read_text)

    async def _start(self, name: str, *command: str) -> None:
        log = await asyncio.to_thread(self._log(name).open, "ab")
        with log:
            self._processes[name] = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)

    async def _wait_live(self, name: str, url: str) -> None:
        deadline = asyncio.get_running_loop().time() + START_S
        while asyncio.get_running_loop().time() < deadline:
            if self._processes[name].returncode is not None:
                break
            try:
                async with self.http.get(url + "/livez"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)
        raise UnreachableError(f"the {name} did not start; its log ends with:\n{(await self.log(name))[-2000:]}")

    def _origin(self) -> str:
        if not self.has_desk:
            return f'url = "{self.origin.url}"'
        return f'kind = "desk"\nurl = "{self.desk_url}"\ntoken_file = "home/{self.pop_name}.token"'

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def free_ports(*wanted: int) -> list[int]:
    """Each of `wanted` on which nobody listens, and in place of the others any free port. All are different."""
    with contextlib.ExitStack() as probes:
        # Each is kept until all are found: one that is free again may be found twice.
        return [_bound_port(probes.enter_context(socket.socket()), port) for port in wanted]


def _bound_port(probe: socket.socket, wanted: int) -> int:
    for port in (wanted, 0):
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        number: int = probe.getsockname()[1]
        return number
    raise UnreachableError("no free port on 127.0.0.1")
