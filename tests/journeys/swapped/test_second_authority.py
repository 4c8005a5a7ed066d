"""The authority of the publisher's certificate is replaced by a second one, with an overlap, while both run."""

import asyncio

import pytest

from edge.cli.demo import SKERRY, Harness
from tests.certificates import Authority
from tests.journeys.steps import until_serving
from tests.journeys.swapped.said import events, until_said
from tests.pen import Pen

pytestmark = pytest.mark.journey

CONFIG = """
[pop]
name = "test-pop"
state_dir = "state"
[http]
port = {pop_port}
trusted_ingests = {{ networks = ["127.0.0.0/8"] }}
[publisher]
url = "https://127.0.0.1:{port}"
trusted_root = "home/root.json"
ca_file = "publisher-ca.pem"
poll_s = 0.2
initial_poll_jitter_s = 0.01
max_reconnect_delay_s = 0.2
[fleet]
enabled = false
[origin]
url = "http://127.0.0.1:1/tickets"
"""


class Secured:
    """A publisher over HTTPS and its PoP, and the files that say who trusts whom."""

    def __init__(self, harness: Harness) -> None:
        self.harness, folder = harness, harness.folder
        self.certificate, self.key = folder / "server.pem", folder / "server.key"
        self.trusted = folder / "publisher-ca.pem"

    def trust(self, *authorities: Authority) -> None:
        """Let the PoP trust these."""
        new = self.trusted.with_suffix(".new")
        new.write_text("".join(authority.ca.read_text() for authority in authorities))
        new.rename(self.trusted)

    def certify(self, authority: Authority, name: str) -> None:
        """Give the publisher a certificate of this authority: two files, one after the other."""
        for source, target in zip(authority.issue(name), (self.certificate, self.key), strict=True):
            source.rename(target)

    async def start_publisher(self) -> None:
        """Run the publisher."""
        words = ("--home", self.harness.home, "--port", self.harness.publisher_port, "--timestamp-interval", 0.5)
        files = ("--tls-cert", self.certificate, "--tls-key", self.key)
        await self.harness._start("publisher", *SKERRY, "publisher", "serve", *map(str, (*words, *files)))

    async def start_pop(self) -> None:
        """Run the PoP."""
        path = self.harness.folder / "pop.toml"
        text = CONFIG.format(pop_port=self.harness.pop_port, port=self.harness.publisher_port)
        await asyncio.to_thread(path.write_text, text)
        await self.harness._start("pop", *SKERRY, "pop", "serve", "--config", str(path))
        await self.harness._wait_live("pop", self.harness.pop_url)


async def test_second_authority(harness: Harness, pen: Pen) -> None:
    """Neither process is restarted for it, and no revision is missed."""
    first, second = [await asyncio.to_thread(Authority, harness.folder / name) for name in ("first", "second")]
    secured = Secured(harness)
    await asyncio.to_thread(secured.trust, first)
    await asyncio.to_thread(secured.certify, first, "one")
    await secured.start_publisher()
    await secured.start_pop()
    await until_serving(harness, 1)
    process = harness.process_id("pop")

    await asyncio.to_thread(secured.trust, first, second)
    await until_said(harness, "pop", "file took effect", "publisher.ca_file")
    await asyncio.to_thread(secured.certify, second, "two")
    await until_said(harness, "publisher", "file took effect", "--tls-cert and --tls-key")
    await asyncio.to_thread(secured.trust, second)
    await until_said(harness, "pop", "file took effect", "publisher.ca_file", times=2)
    # Nothing was cut off: the stream of pushes that was open brings the next revision.
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 2)
    assert "publisher cannot be followed, the shelf stays" not in dict(await events(harness, "pop"))
    # A new connection, which the new certificate alone can open: the stream of before ends with the publisher.
    await harness.stop("publisher")
    await secured.start_publisher()
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 3)

    # A file that is no authority is not taken, and costs nothing.
    await asyncio.to_thread(secured.trusted.write_text, "no certificate")
    await until_said(harness, "pop", "file not taken, the old one stays in force", "publisher.ca_file")
    await harness.stop("publisher")
    await secured.start_publisher()
    await asyncio.to_thread(pen.publish, harness.home)
    await until_serving(harness, 4)

    assert process == harness.process_id("pop")
