"""Desks behind that fail in every way: nothing is lost, each cause is said once, and nobody else waits."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from edge.desk.relay import relay
from edge.desk.server import DeskServer
from edge.errors import ConfigError
from tests.desk.desk import Caller, body, running, tid
from tests.desk.relay.relayed import Relayed, relayed, write_config
from tests.waiting import until
from tests.wire.desks.fake_desks import ChatwootDesk

Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute is a moment."""
    for name, value in (("MAX_PAUSE_S", 0.05), ("RETRY_BASE_S", 0.05), ("MAX_RETRY_S", 0.1)):
        monkeypatch.setattr(relay, name, value)


def status(number: int, **headers: str) -> Fault:
    """Every call gets this status."""

    async def fault(_request: web.Request) -> web.Response:
        return web.json_response({"error": "made by the test"}, status=number, headers=headers)

    return fault


async def page(_request: web.Request) -> web.Response:
    """Every call gets a portal's page."""
    return web.Response(text="<!doctype html><title>Sign in</title>", content_type="text/html")


async def never(_request: web.Request) -> web.Response:
    """No call gets an answer."""
    await asyncio.Event().wait()
    raise AssertionError


FAULTS: dict[str, tuple[Fault, str]] = {
    "500": (status(500), "status"),
    "401": (status(401), "token refused"),
    "403": (status(403), "token refused"),
    "404": (status(404), "status"),
    "422": (status(422), "status"),
    "a page": (page, "strange answer"),
}


@pytest.mark.parametrize(("fault", "cause"), FAULTS.values(), ids=FAULTS)
async def test_tickets_wait(home: Path, fault: Fault, cause: str) -> None:
    """In the queue here, with the cause in their history, once; the log has one line. Then they are handed on, once."""
    with capture_logs() as lines:
        async with relayed(home, "chatwoot") as world:
            world.behind.fault = fault
            for number in range(3):
                await world.pop.post("/v1/tickets", body(number, f"question {number}"))

            async def is_said() -> bool:
                return any(cause in action for action in await world.history(tid(0)))

            await until(is_said, "the cause is in the history")
            await until(_calls(world.behind, 10), "more attempts")

            async def is_said_of_all() -> bool:
                _, page = await world.agent.get("/v1/queue")
                return all(cause in row["last"]["action"] for row in page["rows"])

            await until(is_said_of_all, "each row says so")
            _, queue = await world.agent.get("/v1/queue")
            world.behind.fault = None
            await world.until_seen(3)

            async def is_noted() -> bool:
                return (await world.history(tid(0)))[-1] == "hand on to chatwoot"

            await until(is_noted, "it is noted as handed on")
            history = await world.history(tid(0))

    assert [f"chatwoot: not handed on: {cause}"] * 3 == [row["last"]["action"] for row in queue["rows"]]
    assert ["received", f"chatwoot: not handed on: {cause}", "hand on to chatwoot"] == history
    assert 1 == len([line for line in lines if line["event"] == "relay cannot reach the desk behind"])
    assert 1 == len([line for line in lines if line["event"] == "relay reaches the desk behind again"])
    assert 3 == len(world.behind.conversations)


def _calls(behind: ChatwootDesk, count: int) -> Callable[[], Awaitable[bool]]:
    async def has_more() -> bool:
        return behind.calls >= count

    return has_more


async def test_ticket_that_is_refused_costs_the_others_nothing(home: Path) -> None:
    """Chatwoot fails at this one for ever."""

    async def fault(request: web.Request) -> web.Response | None:
        is_bad = b"poison" in await request.read() and request.path.endswith("/messages")
        return web.json_response({"error": "Internal Server Error"}, status=500) if is_bad else None

    async with relayed(home, "chatwoot") as world:
        world.behind.fault = fault
        await world.pop.post("/v1/tickets", body(1, "poison"))
        for number in range(2, 12):
            await world.pop.post("/v1/tickets", body(number, f"question {number}"))
        await world.until_seen(10)
        seen = dict(world.behind.seen())
        number = next(number for number, chat in world.behind.conversations.items() if chat["status"] == "open")
        world.behind.say(number, "Tomorrow.")
        await world.until_received(1)

    assert tid(1) not in seen


async def test_tenant_whose_desk_never_answers(home: Path) -> None:
    """Another tenant's tickets and replies pass meanwhile."""
    silent, sound = ChatwootDesk(), ChatwootDesk()
    silent.fault = never
    async with TestServer(silent.app) as one, TestServer(sound.app) as other:
        for tenant, server in (("acme", one), ("northwind", other)):
            url = str(server.make_url("")).rstrip("/")
            await asyncio.to_thread(write_config, home, "chatwoot", url, tenant=tenant)
        async with running(home) as desk:
            pop = await desk.new("fra-1")
            world = Relayed(desk, sound, pop, await desk.new("anna", tenant="northwind"))
            await pop.post("/v1/tickets", body(1, island="acme/drop"))
            await pop.post("/v1/tickets", body(2))
            await world.until_seen(1)
            sound.say(1, "Tomorrow.")
            events = await world.until_received(1)

    assert [(tid(2), "Tomorrow.")] == [(one.ticket, one.reply) for one in events]
    assert not silent.conversations


async def test_conversation_that_was_deleted(home: Path) -> None:
    """Its ticket stays here, and its history says so; the next ticket of the session begins a new conversation."""
    async with relayed(home, "chatwoot") as world:
        await world.pop.post("/v1/tickets", body(1, session="v"))
        await world.until_seen(1)
        del world.behind.conversations[1]

        async def is_said() -> bool:
            return "deleted" in (await world.history(tid(1)))[-1]

        await until(is_said, "its history says so")
        _, queue = await world.agent.get("/v1/queue")
        await world.pop.post("/v1/tickets", body(2, "another", session="v"))
        await world.until_seen(1)
        await world.agent.post(f"/v1/tickets/{tid(1)}/reply", {"text": "Here."})
        events = await world.until_received(1)

    assert [[tid(1)]] == [row["tickets"] for row in queue["rows"]]
    assert [(tid(1), "Here.")] == [(one.ticket, one.reply) for one in events]


async def test_account_that_is_gone_deletes_nothing(home: Path) -> None:
    """A wrong address answers 404 to everything; when it is right again, the reply is there."""
    async with relayed(home, "chatwoot") as world:
        await world.pop.post("/v1/tickets", body(1))
        await world.until_seen(1)
        world.behind.fault = status(404)
        before = world.behind.calls
        await until(_calls(world.behind, before + 8), "several looks")
        world.behind.fault = None
        world.behind.say(1, "Tomorrow.")
        events = await world.until_received(1)

    assert ["Tomorrow."] == [one.reply for one in events]


async def test_desk_that_asks_for_time(home: Path) -> None:
    """It gets it, and is asked nothing meanwhile."""
    async with relayed(home, "chatwoot") as world:
        await world.pop.post("/v1/tickets", body(1))
        await world.until_seen(1)
        world.behind.fault, world.behind.calls = status(429, **{"Retry-After": "3600"}), 0
        await world.pop.post("/v1/tickets", body(2))
        await until(_calls(world.behind, 1), "one call")
        for _ in range(20):
            await world.fetch()
        calls = world.behind.calls

    assert 1 == calls


async def test_file_from_an_older_copy(home: Path, tmp_path: Path) -> None:
    """The desk looks again, and tells of the same reply under the same id. Nothing is handed on twice."""
    async with relayed(home, "chatwoot") as world:
        await world.pop.post("/v1/tickets", body(1))
        await world.until_seen(1)

        async def is_noted() -> bool:
            return len(await world.history(tid(1))) == 2

        await until(is_noted, "it is noted as handed on")
        await world.desk.reload()
        await asyncio.to_thread(shutil.copytree, home / "desk", tmp_path / "copy")
        behind = world.behind
        behind.say(1, "Tomorrow.")
        first = (await world.until_received(1))[0]
    await asyncio.to_thread(shutil.rmtree, home / "desk")
    await asyncio.to_thread(shutil.copytree, tmp_path / "copy", home / "desk")
    (home / "desk.toml").unlink()
    again = ChatwootDesk()
    again.contacts, again.conversations = behind.contacts, behind.conversations
    # The address is part of where a ticket is, so the second server gets the first one's port.
    async with TestServer(again.app, port=world.port) as server:
        await asyncio.to_thread(write_config, home, "chatwoot", str(server.make_url("")).rstrip("/"))
        async with running(home) as desk:
            restored = Relayed(desk, again, await desk.new("fra-1"), await desk.new("anna", tenant="northwind"))
            second = (await restored.until_received(1))[0]

    assert (first.id, first.reply) == (second.id, second.reply)
    assert 1 == len(again.conversations)
    assert 3 == len(again.conversations[1]["messages"])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[relays.northwind", "is not TOML"),
        ("[relays.northwind]\nkind = 'jira'", "Invalid enum value 'jira'"),
        ("[relays.northwind]\nkind = 'chatwoot'\nurl = 'https://x'\ntoken_file = 'x'", "needs `account`"),
        ("[relays.northwind]\nkind = 'zammad'\nurl = 'http://x.example'\ntoken_file = 'x'\ngroup = 'a'\ncustomer = 'b'",
         "`url` is no address of a desk"),
        ("[relays.'North Wind']\nkind = 'zammad'\nurl = 'https://x'\ntoken_file = 'x'\ngroup = 'a'\ncustomer = 'b'",
         "the name is no tenant's"),
        ("[relays.northwind]\nkind = 'zammad'\nurl = 'https://x'\ntoken_file = 'no'\ngroup = 'a'\ncustomer = 'b'",
         "No such file"),
        ("[relay.northwind]", "unknown field `relay`"),
    ],
)  # fmt: skip
def test_desk_toml_that_is_wrong(home: Path, text: str, error: str) -> None:
    """The desk does not start, and says what to do."""
    home.mkdir()
    (home / "desk.toml").write_text(text)

    with pytest.raises(ConfigError, match=error):
        DeskServer(home=home, host="127.0.0.1", port=0)


def test_secret_that_others_may_read(home: Path) -> None:
    """It is refused at the start."""
    write_config(home, "chatwoot", "http://127.0.0.1:9")
    (home / "northwind.token").chmod(0o644)

    with pytest.raises(ConfigError, match="expected 0600"):
        DeskServer(home=home, host="127.0.0.1", port=0)


async def test_webhook_without_a_relay(anna: Caller) -> None:
    """It is 404: there is nobody whose secret could have signed it."""
    code, _ = await anna.post("/v1/webhooks/northwind", b"{}")

    assert 404 == code
