"""Two PoPs of a fleet with an island that asks for consent and one that does not, a desk, and a shop's page."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import pytest_asyncio
from msgspec import structs
from playwright.async_api import Browser, Request

from edge.cli.demo.origin import DemoOrigin
from edge.config import PopConfig
from edge.host import utc_now
from edge.publish.compile import Prepared, sign_island
from edge.publish.repository import Repository
from edge.publish.source import PurposeLocale
from edge.records import IslandName
from tests.browser.conftest import RIVAL
from tests.browser.desk.desk_page import TestedDesk, served_desk
from tests.browser.widget.access.conftest import axe, pseudo_widget
from tests.browser.widget.shop import Shop, Viewer, viewer_at
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.desk.desk import token_of
from tests.pen import DROP, Pen
from tests.waiting import until

HELP = "I agree that Northwind's team reads my earlier questions of today and may call me back about them."
GERMAN = "Ich bin einverstanden, dass das Team meine bisherigen Fragen liest und mich zurückrufen darf."
ODD = "my cousin's parrot ate the receipt, who pays for the vet"
"""A question that no snippet answers: people get it."""


def asking(pen: Pen, *, version: int = 1, text: str = HELP) -> Prepared:
    """The drop with `[consent]`, of which the purpose for people has a German text, too."""
    consent = pen.asking.source.consent
    assert consent is not None
    german = PurposeLocale(text=GERMAN, approved_by="Lena Vogt", approved_at=utc_now())
    help_ = structs.replace(consent.purposes["help"], version=version, text=text, locales={"de": german})
    consent = structs.replace(consent, purposes=consent.purposes | {"help": help_})
    return structs.replace(pen.asking, source=structs.replace(pen.asking.source, consent=consent))


class Fleet(NamedTuple):
    """What a viewer can reach, and what an agent at the desk sees."""

    here: RunningPop
    there: RunningPop
    """Another PoP."""
    desk: TestedDesk
    anna: str
    """Token of an agent."""
    home: Path
    """The publisher's."""
    key: str
    """Of the tenant that asks for consent."""

    async def at_desk(self, ticket: str) -> dict[str, Any]:
        """What the desk shows of a ticket, once it has it."""
        headers = {"Authorization": f"Bearer {self.anna}"}
        found: dict[str, Any] = {}

        async def is_there() -> bool:
            async with self.desk.http.get(f"{self.desk.url}/v1/tickets/{ticket}", headers=headers) as reply:
                found.clear()
                found.update(msgspec.json.decode(await reply.read()))
                return reply.status == 200

        await until(is_there, "the ticket at the desk")
        return found


def publish(home: Path, prepared: Prepared, name: IslandName = DROP) -> None:
    """Publish the island's next revision."""
    now, repository = utc_now(), Repository(home)
    key = repository.tenant_key(name.tenant)
    own = structs.replace(prepared, source=structs.replace(prepared.source, tenant=name.tenant))
    repository.publish_island(name, lambda revision: sign_island(own, revision=revision, signer=key, now=now), now=now)


def _begin(home: Path, pen: Pen) -> None:
    Repository(home).init(now=utc_now(), tenants=[DROP.tenant, RIVAL.tenant])
    publish(home, asking(pen))
    publish(home, pen.prepared, RIVAL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(pen: Pen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """Everything, running."""
    folder = tmp_path_factory.mktemp("consent")
    home = folder / "home"
    await asyncio.to_thread(_begin, home, pen)
    secret = folder / "sessions.key"
    await asyncio.to_thread(secret.write_text, "0123456789abcdef0123456789abcdef0123456789\n")
    await asyncio.to_thread(secret.chmod, 0o600)
    async with served_desk(folder / "desk", "anna") as (desk, tokens), running_publisher(home) as url:

        async def config(name: str) -> PopConfig:
            token = folder / f"{name}.token"
            await asyncio.to_thread(token.write_text, await token_of(desk.home, name))
            await asyncio.to_thread(token.chmod, 0o600)
            own = folder / name
            await asyncio.to_thread(own.mkdir)
            return pop_config(
                own,
                publisher_url=url,
                origin_url=desk.url,
                pop={"name": name, "state_dir": "state"},
                publisher={"url": url, "trusted_root": str(home / "root.json")},
                sessions={"key_file": str(secret)},
                origin={"kind": "desk", "url": desk.url, "token_file": str(token), "retry_base_s": 0.05},
            )

        nobody = DemoOrigin(0)
        async with (
            running_pop(await config("ams"), nobody) as here,
            running_pop(await config("fra"), nobody) as there,
        ):
            await here.until_served(2)
            await there.until_served(2)
            named = msgspec.json.decode((await here.get("/.well-known/skerry-keys"))[1])["tenants"]
            key = next(one["keys"][0]["ed25519"] for one in named if one["tenant"] == DROP.tenant)
            yield Fleet(here, there, desk, tokens[0], home, key)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(fleet: Fleet) -> AsyncIterator[Shop]:
    """The shop's page, with the key of the tenant that asks for consent."""
    shop = Shop(fleet.here.url, fleet.key)
    await shop.start()
    try:
        yield shop
    finally:
        await shop.stop()


class Sent:
    """What a page sends to its PoP."""

    def __init__(self, viewer: Viewer) -> None:
        self.all: list[tuple[str, dict[str, Any]]] = []
        """Path and body of each POST."""
        self.files: list[str] = []
        viewer.page.on("request", self._note)

    def to(self, path: str) -> list[dict[str, Any]]:
        """The bodies of the requests to `path`."""
        return [body for found, body in self.all if found == path]

    def _note(self, request: Request) -> None:
        path = "/" + request.url.split("/", 3)[3]
        if request.method == "POST":
            self.all.append((path, json.loads(request.post_data or "{}")))
        elif path.endswith(".js"):
            self.files.append(path)


@pytest_asyncio.fixture(loop_scope="module")
async def viewer(browser: Browser, shop: Shop) -> AsyncIterator[Viewer]:
    """Somebody who has not opened the page yet."""
    async with viewer_at(browser, shop) as found:
        yield found


@pytest.fixture
def sent(viewer: Viewer) -> Sent:
    """What that viewer's page sends."""
    return Sent(viewer)


__all__ = ["axe", "pseudo_widget"]
