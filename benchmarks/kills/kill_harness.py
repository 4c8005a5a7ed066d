"""Publisher, PoP and, on request, a NATS server between them, as processes that can be killed."""

from collections.abc import Sequence
from pathlib import Path

from edge.cli.demo import SKERRY, Harness
from tests.delivery.nats_server import NatsServer

CONFIG = """\
[pop]
name = "test-pop"
state_dir = "pop-state"

[http]
port = {pop_port}
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}

[publisher]
url = "http://127.0.0.1:{publisher_port}"
trusted_root = "home/root.json"
poll_s = 4.0
initial_poll_jitter_s = 0.5
max_reconnect_delay_s = 0.5

[origin]
url = "http://127.0.0.1:9"
"""

NATS = """\

[nats]
servers = ["tls://127.0.0.1:{port}"]
nkey_file = "pop.nk"
ca_file = "{authority}"
"""


class KillHarness(Harness):
    """A harness whose PoP reconnects fast, and gets changes by NATS if `with_nats`."""

    def __init__(self, folder: Path, *, with_nats: bool) -> None:
        super().__init__(folder)
        self._server = NatsServer(folder / "nats") if with_nats else None
        config = CONFIG.format(pop_port=self.pop_port, publisher_port=self.publisher_port)
        self._nats_options: tuple[str, ...] = ()
        if self._server is not None:
            seeds = {"pop.nk": self._server.pop_seed, "publisher.nk": self._server.publisher_seed}
            for name, seed in seeds.items():
                path = folder / name
                path.touch(mode=0o600)
                path.write_text(seed, encoding="ascii")
            authority = str(self._server.authority.ca)
            config += NATS.format(port=self._server.port, authority=authority)
            url, key = f"tls://127.0.0.1:{self._server.port}", str(folder / "publisher.nk")
            self._nats_options = ("--nats", url, "--nats-nkey", key, "--nats-ca", authority)
        self._config = folder / "pop.toml"
        self._config.write_text(config, encoding="utf-8")

    @property
    def victims(self) -> tuple[str, ...]:
        """Names of the processes that can be killed."""
        return ("publisher", "pop", "nats") if self._server else ("publisher", "pop")

    async def start(self, victim: str) -> None:
        """Start the process, and wait until it is live."""
        if victim == "nats" and self._server is not None:
            await self._server.start()
        elif victim == "pop":
            await self.start_pop()
        else:
            await self.start_publisher()

    async def kill(self, name: str) -> None:
        """Kill the process with SIGKILL."""
        if name == "nats" and self._server is not None:
            await self._server.kill()
        else:
            await super().kill(name)

    async def start_publisher(self) -> None:
        """Start the publisher with five timestamps a second, so that a kill often interrupts signing, too."""
        port, home = str(self.publisher_port), str(self.home)
        options = ("--home", home, "--port", port, "--timestamp-interval", "0.2", *self._nats_options)
        await self._start("publisher", *SKERRY, "publisher", "serve", *options)
        await self._wait_live("publisher", self.publisher_url)

    async def spawn_pop(self, program: Sequence[str] = SKERRY) -> None:
        """Start the PoP with this harness's own configuration."""
        await self._start("pop", *program, "pop", "serve", "--config", str(self._config))
