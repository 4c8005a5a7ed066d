"""A fleet as it would be across the internet, by its commands alone: HTTPS, a token for each PoP, notices by NATS."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.cli.demo import SKERRY, Harness
from tests.certificates import Authority
from tests.delivery.nats_server import NatsServer, free_port
from tests.journeys.test_fleet import Fleet
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = pytest.mark.journey

CONFIG = """
[pop]
name = "test-pop"
state_dir = "state-test-pop"
[http]
port = 0
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}
[publisher]
url = "https://127.0.0.1:{port}"
trusted_root = "home/root.json"
token_file = "token"
ca_file = "ca/ca.pem"
initial_poll_jitter_s = 0.1
[nats]
servers = ["tls://127.0.0.1:{nats_port}"]
nkey_file = "pop.nkey"
ca_file = "nats/ca/ca.pem"
[fleet]
interval_s = 0.5
jitter_s = 0.01
[origin]
url = "http://127.0.0.1:1/tickets"
"""


class GuardedFleet(Fleet):
    """One PoP and its publisher, who are sure of each other, and a NATS server between them."""

    def __init__(self, harness: Harness) -> None:
        super().__init__(harness)
        harness.publisher_port = free_port()
        self.url = f"https://127.0.0.1:{harness.publisher_port}"

    async def start_all(self, nats: NatsServer) -> None:
        """Write what an operator would, and run both."""
        folder = self.harness.folder
        certificate, key = await asyncio.to_thread(Authority(folder / "ca").issue, "publisher")
        _, token, _ = await self.skerry_elsewhere("publisher", "token", "test-pop", "--tokens", folder / "tokens")
        secrets = {"token": token, "pop.nkey": nats.pop_seed, "publisher.nkey": nats.publisher_seed}
        for name, secret in secrets.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(secret)
        options = {
            "--port": self.harness.publisher_port,
            "--tls-cert": certificate,
            "--tls-key": key,
            "--tokens": folder / "tokens",
            "--nats": f"tls://127.0.0.1:{nats.port}",
            "--nats-nkey": folder / "publisher.nkey",
            "--nats-ca": nats.authority.ca,
        }
        words = [str(word) for option in options.items() for word in option]
        await self.harness._start(
            "publisher", *SKERRY, "publisher", "serve", "--home", str(self.harness.home), "--adopt-pops", *words
        )
        text = CONFIG.format(port=self.harness.publisher_port, nats_port=nats.port)
        (folder / "test-pop.toml").write_text(text)
        await self.harness._start("test-pop", *SKERRY, "pop", "serve", "--config", str(folder / "test-pop.toml"))

    async def skerry_elsewhere(self, *arguments: object) -> tuple[int, str, str]:
        """A command on a machine that has no home, to its end: exit status, stdout, stderr."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*SKERRY, *map(str, arguments), stdout=pipe, stderr=pipe)
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    async def status(self, *options: object) -> tuple[int, str, str]:
        """`skerry status` as the PoP's operator may ask, from elsewhere."""
        folder = self.harness.folder
        shown = ("--token-file", folder / "token", "--ca-file", folder / "ca" / "ca.pem")
        return await self.skerry_elsewhere("status", "--url", self.url, *shown, *options)


@pytest.fixture
async def fleet(harness: Harness) -> AsyncIterator[GuardedFleet]:
    """It has the drop."""
    nats = await asyncio.to_thread(NatsServer, harness.folder / "nats")
    await nats.start()
    fleet = GuardedFleet(harness)
    try:
        await fleet.start_all(nats)

        async def is_there() -> bool:
            return (await fleet.status())[0] == 0

        await until(is_there, "the PoP has the drop, and says so")
        yield fleet
    finally:
        await nats.kill()


async def test_change_reaches_a_fleet_over_nats_and_is_reported_over_https(fleet: GuardedFleet, pen: Pen) -> None:
    """Long before any poll; and the status that says so came with a token, over HTTPS."""
    await asyncio.to_thread(pen.publish, fleet.harness.home)
    status, out, err = await fleet.status("--island", str(DROP), "--revision", "2", "--wait")

    assert (0, "") == (status, err)
    assert f"{DROP}\trevision 2\t1 of 1\n" in out
    log = await fleet.harness.log("test-pop")
    assert "/v1/push" not in log
    assert (fleet.harness.folder / "token").read_text().strip() not in log + await fleet.harness.log("publisher")


async def test_fleet_is_shown_to_nobody_else(fleet: GuardedFleet) -> None:
    """A command gets no fleet without a token or with a wrong one; without the CA file it refuses the publisher."""
    folder: Path = fleet.harness.folder
    (folder / "other").write_text("another-token\n")
    ca = ("--ca-file", folder / "ca" / "ca.pem")
    refused = "error: no valid token of a PoP, expected Authorization: Bearer TOKEN (unauthorised)\n"

    assert (1, "", refused) == await fleet.skerry_elsewhere("status", "--url", fleet.url, *ca)
    other = ("--token-file", folder / "other")
    assert (1, "", refused) == await fleet.skerry_elsewhere("status", "--url", fleet.url, *ca, *other)
    status, out, err = await fleet.skerry_elsewhere("status", "--url", fleet.url, "--token-file", folder / "token")
    assert (1, "") == (status, out)
    assert err.startswith(f"error: no publisher answers at {fleet.url}: its certificate is not trusted: ")
    assert (folder / "token").read_text().strip() not in err
