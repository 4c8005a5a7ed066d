"""`edge.daemon.upstream`: HTTPS with a private authority, and a token."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo.origin import DemoOrigin
from edge.errors import ConfigError
from edge.publish.fleet import PublisherAuth, issue_token
from edge.publish.server import PublisherServer
from tests.certificates import Authority
from tests.daemon.conftest import pop_config, running_pop
from tests.pen import Pen
from tests.waiting import until


class Guarded:
    """A publisher over HTTPS that needs tokens, and the files that its PoPs need."""

    def __init__(self, folder: Path, pen: Pen) -> None:
        self.folder, self.home = folder, pen.copy_home(folder / "home")
        self.authority = Authority(folder / "ca")
        certificate, key = self.authority.issue("publisher")
        self.tokens, self.token_file = folder / "tokens", folder / "token"
        self.token_file.write_text(issue_token(self.tokens, "test-pop") + "\n")
        self.guard = PublisherAuth(certificate=certificate, key=key, tokens=self.tokens)
        self.url = ""

    def answer_as(self, host: str) -> None:
        """Have a certificate for `host`. Before `serving`."""
        certificate, key = self.authority.issue("behind", host=host)
        self.guard = PublisherAuth(certificate=certificate, key=key, tokens=self.tokens)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Run the publisher during the block."""
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        server = PublisherServer(
            home=self.home, host="127.0.0.1", port=0, timestamp_interval_s=0.05, guard=self.guard, look_s=0.01
        )
        task = asyncio.create_task(server.run(on_ready=ready.set_result))
        try:
            self.url = await ready
            yield
        finally:
            server.request_stop()
            await task

    def section(self, **settings: Any) -> dict[str, Any]:
        """A PoP's `[publisher]`."""
        known = {"url": self.url, "trusted_root": "home/root.json", "ca_file": "ca/ca.pem", "token_file": "token"}
        return {**known, "initial_poll_jitter_s": 0.01, "max_reconnect_delay_s": 0.05, **settings}


@pytest.fixture
async def guarded(pen: Pen, tmp_path: Path) -> AsyncIterator[Guarded]:
    """A running guarded publisher."""
    guarded = await asyncio.to_thread(Guarded, tmp_path, pen)
    async with guarded.serving():
        yield guarded


async def test_pop_with_its_token_is_served(guarded: Guarded, origin: DemoOrigin) -> None:
    """Push and repository work over HTTPS."""
    config = pop_config(
        guarded.folder, publisher_url="", origin_url=origin.url, publisher=guarded.section(initial_poll_jitter_s=1e6)
    )
    async with running_pop(config, origin) as pop:
        await pop.until_served()


async def test_pop_whose_token_is_replaced(guarded: Guarded, origin: DemoOrigin) -> None:
    """The old token is refused; the PoP reads the new one from its file without a restart."""
    config = pop_config(guarded.folder, publisher_url="", origin_url=origin.url, publisher=guarded.section())
    new = await asyncio.to_thread(issue_token, guarded.tokens, "test-pop")
    async with running_pop(config, origin) as pop:

        async def is_refused() -> bool:
            return b'result="unreachable",source="poll"' in (await pop.get("/metrics"))[1]

        await until(is_refused, "the old token refused")
        await asyncio.to_thread(guarded.token_file.write_text, new)
        await pop.until_served()


async def test_publisher_with_an_untrusted_certificate(guarded: Guarded, origin: DemoOrigin) -> None:
    """Without the authority's file there is no connection, so the token is not sent."""
    section = guarded.section(ca_file="")
    config = pop_config(guarded.folder, publisher_url="", origin_url=origin.url, publisher=section)
    async with running_pop(config, origin) as pop:

        async def refused() -> bool:
            return b'result="unreachable",source="poll"' in (await pop.get("/metrics"))[1]

        await until(refused, "no connection")


NATS = {
    "for notices": ({"nats": {"servers": ["tls://127.0.0.1:4222"]}}, "[nats]"),
    "for tickets": ({"origin": {"kind": "nats", "url": "tls://127.0.0.1:4222"}}, "[origin]"),
    "for a tenant's tickets": (
        {"origin": {"url": "http://x", "tenants": {"acme": {"kind": "nats", "url": "nats://127.0.0.1:4222"}}}},
        "[origin.tenants.acme]",
    ),
}


@pytest.mark.parametrize(("sections", "needed_by"), NATS.values(), ids=NATS.keys())
async def test_nats_that_is_not_installed(
    guarded: Guarded, origin: DemoOrigin, monkeypatch: pytest.MonkeyPatch, sections: dict[str, Any], needed_by: str
) -> None:
    """The PoP does not start; the error names the section that needs it and the command to run."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    config = pop_config(guarded.folder, publisher_url=guarded.url, origin_url="", **sections)

    with pytest.raises(ConfigError) as caught:
        async with running_pop(config, origin):
            pass
    command = f"{sys.executable} -m pip install 'nats-py[nkeys]'"
    assert f"nats is not installed, {needed_by} needs it; run: {command}" == caught.value.text


async def test_authority_that_is_missing(guarded: Guarded, origin: DemoOrigin) -> None:
    """The PoP does not start; the error names the file."""
    section = guarded.section(ca_file="none.pem")
    config = pop_config(guarded.folder, publisher_url="", origin_url=origin.url, publisher=section)

    with pytest.raises(ConfigError, match=r"^cannot use the authorities in .*/none.pem: No such file or directory; "):
        async with running_pop(config, origin):
            pass
