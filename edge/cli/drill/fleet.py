"""The processes of a drill: a publisher, a desk and PoPs, each with the settings that a stranger has by default.

A front server stands before a fleet's PoPs and tells each viewer's address, and an ingest names viewers of a chat. So
two settings are not the default: `http.trusted_proxies` and the three files of secrets, which all PoPs share. The
third has the token by which the tenants' own systems merge sessions.
"""

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from edge.cli.demo import SKERRY, free_ports
from edge.desk.access import TokenKind, issue_desk_token, tokens_path
from edge.errors import UnreachableError
from edge.host import make_folder, replace_private, utc_now
from edge.publish.fleet import FleetMembers
from edge.store.secrets import open_pop_identity
from edge.wire.http import new_http_session

START_S = 60.0
"""How long a process may take to be ready, and a PoP to serve all islands. Both take about two seconds."""

END_CHARACTERS = 600

_CONFIG = """\
[pop]
name = "{name}"
state_dir = "state"

[http]
port = {port}
trusted_proxies = ["127.0.0.0/8"]
trusted_ingests = {{ tokens_file = "../secrets/ingest.tokens" }}

[people]
desk_tokens_file = "../secrets/desk.tokens"

[sessions]
key_file = "../secrets/session.secret"

[publisher]
url = "http://127.0.0.1:{publisher}"
trusted_root = "../home/root.json"

[origin]
kind = "desk"
url = "http://127.0.0.1:{desk}"
token_file = "../secrets/{name}.token"

# A laptop that does something else meanwhile is late, and not overloaded.
[overload]
max_lag_s = 5.0
"""


def log_path(folder: Path, name: str, pops: Sequence[str]) -> Path:
    """The file with stdout and stderr of a process, in the folder of its fleet."""
    return folder / (f"{name}/{name}.log" if name in pops else f"{name}.log")


async def make_home(home: Path, tenants: Sequence[str], islands: Sequence[Path]) -> None:
    """Make the home of publisher and desk: keys for `tenants`, and `islands` published.

    Raises `UnreachableError` with what the command said if one fails.
    """
    at = ("--home", str(home))
    await _skerry("keys", "init", *at, *(word for tenant in tenants for word in ("--tenant", tenant)))
    await _skerry("island", "publish", "--no-evaluation", *at, *map(str, islands))


async def _skerry(*words: str) -> None:
    """Run one command to its end."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*SKERRY, *words, stdout=pipe, stderr=pipe)
    _, err = await process.communicate()
    if process.returncode != 0:
        raise UnreachableError(f"skerry {' '.join(words[:2])} failed: {err.decode(errors='replace').strip()}")


class Fleet:
    """A publisher, a desk and PoPs on loopback, in one folder. Leaving it stops them all.

    `home` has the files of publisher and desk, `NAME` those of a PoP, `secrets` what a fleet's operator hands out.
    """

    def __init__(self, folder: Path, pops: Sequence[str]) -> None:
        self.folder, self.home, self.secrets = folder, folder / "home", folder / "secrets"
        self._publisher, self._desk, *ports = free_ports(0, 0, *(0 for _ in pops))
        self._ports = dict(zip(pops, ports, strict=True))
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self.session_secret, self.ingest_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self.desk_token = secrets.token_urlsafe(32)

    @property
    def pops(self) -> tuple[str, ...]:
        """Names of the PoPs."""
        return tuple(self._ports)

    def pop_url(self, name: str) -> str:
        """Address of a PoP."""
        return f"http://127.0.0.1:{self._ports[name]}"

    @property
    def desk_url(self) -> str:
        """Address of the desk."""
        return f"http://127.0.0.1:{self._desk}"

    def agent_token(self, tenant: str) -> str:
        """The token of a person who answers the tickets of this tenant. Blocking."""
        return issue_desk_token(
            tokens_path(self.home), kind=TokenKind.AGENT, name=f"person-{tenant}", tenant=tenant, now=utc_now()
        )

    async def __aenter__(self) -> Self:
        self.http = new_http_session()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self.http.close()

    async def start(self, names: Sequence[str]) -> None:
        """Run all until the PoPs serve the islands `names`. The home is there already (`make_home`).

        Raises `UnreachableError` with the ends of the logs if a process fails.
        """
        home = ("--home", str(self.home))
        await asyncio.to_thread(self._write_files)
        publisher = f"http://127.0.0.1:{self._publisher}"
        await self._serve("publisher", "publisher", "serve", *home, "--port", str(self._publisher))
        await self._serve("desk", "desk", "serve", *home, "--port", str(self._desk), "--publisher", publisher)
        for name in self._ports:
            await self._serve(name, "pop", "serve", "--config", str(self.folder / name / "pop.toml"))
        for url in (publisher, self.desk_url, *map(self.pop_url, self._ports)):
            await self._wait(url, ())
        for url in map(self.pop_url, self._ports):
            await self._wait(url, names)

    async def until_delivered(self) -> None:
        """Wait until no PoP has a ticket left that the desk has not. Raises `UnreachableError` if that takes long."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + START_S
        while clock() < deadline:
            if not [name for name in self._ports if await self._waiting(name)]:
                return
            await asyncio.sleep(0.1)
        raise UnreachableError(f"tickets wait for the desk after {START_S:g} s, expected none")

    async def stop(self) -> None:
        """Stop all processes as systemd would, PoPs first: they still hand over while the desk runs. Idempotent."""
        for name in reversed(list(self._processes)):
            process = self._processes.pop(name)
            if process.returncode is None:
                process.terminate()
            await process.wait()

    def _write_files(self) -> None:
        """Secrets, and the folder of each PoP with its configuration and key. Blocking."""
        make_folder(self.secrets)
        replace_private(self.secrets / "session.secret", f"{self.session_secret}\n".encode())
        replace_private(self.secrets / "ingest.tokens", f"{self.ingest_token}\n".encode())
        replace_private(self.secrets / "desk.tokens", f"* {self.desk_token}\n".encode())
        now = utc_now()
        for name, port in self._ports.items():
            make_folder(self.folder / name)
            make_folder(self.folder / name / "state")
            identity = open_pop_identity(self.folder / name / "state", now=now)
            FleetMembers(self.home).invite(name, identity.signer.public.hex())
            token = issue_desk_token(tokens_path(self.home), kind=TokenKind.POP, name=name, now=now)
            replace_private(self.secrets / f"{name}.token", f"{token}\n".encode())
            text = _CONFIG.format(name=name, port=port, publisher=self._publisher, desk=self._desk)
            (self.folder / name / "pop.toml").write_text(text, encoding="utf-8")

    async def _serve(self, name: str, *words: str) -> None:
        """Start one process."""
        log = await asyncio.to_thread(log_path(self.folder, name, self.pops).open, "ab")
        with log:
            self._processes[name] = await asyncio.create_subprocess_exec(*SKERRY, *words, stdout=log, stderr=log)

    async def _wait(self, url: str, names: Sequence[str]) -> None:
        """Wait until a process lives, and serves `names`."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + START_S
        while clock() < deadline and all(process.returncode is None for process in self._processes.values()):
            try:
                if await self._serves(url, names):
                    return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
        ends = "\n".join(await asyncio.to_thread(self._log_ends))
        raise UnreachableError(f"not all processes of the drill are ready after {START_S:g} s; their logs end:\n{ends}")

    async def _serves(self, url: str, names: Sequence[str]) -> bool:
        async with self.http.get(url + ("/v1/islands" if names else "/livez")) as response:
            if not names:
                return True
            found: dict[str, Any] = await response.json(content_type=None)
        return set(names) <= {one["island"] for one in found.get("islands", ()) if one["state"] == "fresh"}

    async def _waiting(self, name: str) -> bool:
        async with self.http.get(f"{self.pop_url(name)}/metrics") as response:
            lines = (await response.text()).splitlines()
        return any(line.startswith("skerry_outbox_tickets ") and float(line.split()[1]) > 0 for line in lines)

    def _log_ends(self) -> list[str]:
        """The end of each log. Blocking."""
        logs = {name: log_path(self.folder, name, self.pops) for name in self._processes}
        return [f"{name}: {log.read_text(errors='replace')[-END_CHARACTERS:]}" for name, log in logs.items()]
