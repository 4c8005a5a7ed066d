"""`edge.daemon.callers.callers`: which sender may speak for which session, by its connection, token and signature."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from edge.config import HttpSection
from edge.daemon.callers import INGEST_TOKEN_HEADER, CallerKeys, Callers, Event
from edge.daemon.people import DeskTokens
from edge.errors import Reason, RefusedError
from edge.tokens import (
    Asker,
    SessionIssuer,
    SessionKeys,
    SignedSession,
    make_session,
    pseudonym_of,
    tenant_pseudonym_key,
)

KEYS = SessionKeys((b"s" * 32,))
EVENT, START = "acme/drop", datetime(2026, 11, 26, tzinfo=UTC)
END = START.timestamp() + 60
INGEST_TOKEN, DESK_TOKEN = "i" * 24, "d" * 24
POP, INGEST = SessionIssuer.POP, SessionIssuer.INGEST
PSEUDONYM = pseudonym_of("signed:ingest:v-1", event="drop", key=tenant_pseudonym_key(KEYS.secrets[0], "acme"))


class Transport(NamedTuple):
    """The connection of a request from `peer`."""

    peer: str

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As `asyncio.Transport`."""
        return (self.peer, 50_000) if name == "peername" else default


class Clock:
    """The time, which a test moves."""

    now = START

    def __call__(self) -> datetime:
        """The time that the test set."""
        return self.now


def event_of(island: str) -> Event:
    """The event of an island: two of them are about one."""
    tenant, _, name = island.partition("/")
    return Event(tenant, "tour" if name == "tour-shop" else name)


def callers(now: Clock | None = None, *, event_of: Callable[[str], Event] = event_of, **http: Any) -> Callers:
    """What identifies the senders, with these settings of `[http]`."""
    keys = CallerKeys(KEYS, {INGEST_TOKEN: True})
    config = msgspec.convert(http, HttpSection)
    return Callers(
        config=config, keys=keys, desks=DeskTokens({DESK_TOKEN: "acme"}), event_of=event_of, now=now or Clock()
    )


def request(peer: str = "192.0.2.7", **headers: str) -> web.Request:
    """A request from `peer`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("POST", "/v1/ask", headers=named, transport=Transport(peer))


def token(issuer: SessionIssuer = POP, *, event: str = EVENT, pseudonym: str = "v-1", **claims: str) -> str:
    """A session that a fleet with this secret knows."""
    return make_session(SignedSession(issuer, pseudonym, event, expires=END, claims=claims), keys=KEYS)


def bearer(shown: str) -> str:
    """The header that shows it."""
    return f"Bearer {shown}"


def test_signed_session() -> None:
    """Its name, issuer and claims; the second time it is known already."""
    senders, shown = callers(), request(Authorization=bearer(token(INGEST, seat="A 12")))
    first, second = (senders.asker(shown, island=EVENT, session="") for _ in range(2))

    assert Asker(PSEUDONYM, INGEST, False, {"seat": "A 12"}, "192.0.2.7") == first == second


def test_anonymous_sender() -> None:
    """It has an address, and nothing else. Another scheme than Bearer is nobody's session."""
    senders = callers()

    assert Asker(address="192.0.2.7") == senders.asker(request(), island=EVENT, session="")
    assert Asker(address="192.0.2.7") == senders.asker(request(Authorization="Basic YTpi"), island=EVENT, session="")


REFUSED: dict[str, tuple[web.Request, str, Reason]] = {
    "a stranger names a session": (request(), "victim", Reason.SESSION_UNTRUSTED),
    "a stranger names a signed session": (request(), "signed:pop:v-1", Reason.SESSION_UNTRUSTED),
    "an ingest names a signed session": (
        request(Skerry_Ingest_Token=INGEST_TOKEN), "signed:pop:v-1", Reason.MALFORMED,
    ),
    "two sessions": (
        request(Authorization=bearer(token()), Skerry_Ingest_Token=INGEST_TOKEN), "v-2", Reason.MALFORMED,
    ),
    "a token of another event": (request(Authorization=bearer(token(event="acme/tour"))), "", Reason.SESSION_INVALID),
    "a token that nobody signed": (request(Authorization=bearer(token()[:-4] + "AAAA")), "", Reason.SESSION_INVALID),
    "a word": (request(Authorization=bearer("viewer")), "", Reason.SESSION_INVALID),
    "an empty token": (request(Authorization="Bearer"), "", Reason.SESSION_INVALID),
    "a wrong ingest's token": (request(Skerry_Ingest_Token="x" * 24), "", Reason.UNAUTHORISED),
    "an empty ingest's token": (request(Skerry_Ingest_Token=""), "", Reason.UNAUTHORISED),
    "a desk that names a session": (request(Authorization=bearer(DESK_TOKEN)), "v-1", Reason.SESSION_UNTRUSTED),
}  # fmt: skip


@pytest.mark.parametrize(("shown", "session", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_sender_that_is_refused(shown: web.Request, session: str, reason: Reason) -> None:
    """Nothing that is wrong is ignored; the text quotes neither session nor token."""
    with pytest.raises(RefusedError) as refused:
        callers().asker(shown, island=EVENT, session=session)

    assert reason is refused.value.reason
    assert not {"victim", "v-1", "v-2", "viewer", "x" * 24} & set(refused.value.text.replace("'", " ").split())


def test_known_token_is_checked_again() -> None:
    """Its event and its end are, though its signature is not."""
    clock = Clock()
    senders, shown = callers(clock), request(Authorization=bearer(token()))
    senders.asker(shown, island=EVENT, session="")
    with pytest.raises(RefusedError, match="for another event"):
        senders.asker(shown, island="acme/tour", session="")
    clock.now += timedelta(seconds=61)

    with pytest.raises(RefusedError, match="session has ended"):
        senders.asker(shown, island=EVENT, session="")


def test_desk_is_no_session() -> None:
    """A desk's token in `Authorization` is left to others."""
    assert "" == callers().asker(request(Authorization=bearer(DESK_TOKEN)), island=EVENT, session="").session


LOOPBACK = {"networks": ["127.0.0.0/8", "::1/128"]}
TRUST: dict[str, tuple[web.Request, dict[str, Any], bool]] = {
    "nobody by default": (request("127.0.0.1"), {}, False),
    "this machine": (request("127.0.0.1"), {"trusted_ingests": LOOPBACK}, True),
    "this machine, IPv6": (request("::1"), {"trusted_ingests": LOOPBACK, "host": "::1"}, True),
    "this machine, IPv4 written as IPv6": (request("::ffff:127.0.0.1"), {"trusted_ingests": LOOPBACK}, True),
    "another machine": (request("192.0.2.7"), {"trusted_ingests": LOOPBACK}, False),
    "this machine while others may connect": (
        request("127.0.0.1"), {"trusted_ingests": LOOPBACK, "host": "192.0.2.1"}, False,
    ),
    "this machine while there are proxies": (
        request("127.0.0.1"), {"trusted_ingests": LOOPBACK, "trusted_proxies": ["10.0.0.1"]}, False,
    ),
    "this machine in a larger network": (
        request("127.0.0.1"), {"trusted_ingests": {"networks": ["0.0.0.0/0"]}, "host": "192.0.2.1"}, False,
    ),
    "a listed network": (request("10.1.2.3"), {"trusted_ingests": {"networks": ["10.1.0.0/16"]}}, True),
    "a proxy in that network": (
        request("10.1.2.3"), {"trusted_ingests": {"networks": ["10.1.0.0/16"]}, "trusted_proxies": ["10.1.2.3"]}, False,
    ),
    "a stranger who says so": (
        request("192.0.2.7", X_Forwarded_For="10.1.2.3"), {"trusted_ingests": {"networks": ["10.1.0.0/16"]}}, False,
    ),
    "a stranger behind a proxy": (
        request("10.9.9.9", X_Forwarded_For="10.1.2.3"),
        {"trusted_ingests": {"networks": ["10.1.0.0/16"]}, "trusted_proxies": ["10.9.9.9"]},
        False,
    ),
    "an ingest's token": (request(Skerry_Ingest_Token=INGEST_TOKEN), {}, True),
    "no unix socket": (request(""), {"trusted_ingests": {"unix_socket": True}}, False),
}  # fmt: skip


@pytest.mark.parametrize(("shown", "http", "is_trusted"), TRUST.values(), ids=TRUST.keys())
def test_trusted_ingest(shown: web.Request, http: dict[str, Any], is_trusted: bool) -> None:
    """The peer of the connection decides, or a token; a header never does."""
    assert is_trusted is callers(**http).asker(shown, island=EVENT, session="").is_trusted


def test_ingest_shows_a_viewers_session() -> None:
    """With its own token in its own header; the viewer stays the one who is signed."""
    shown = request(Skerry_Ingest_Token=INGEST_TOKEN, Authorization=bearer(token(seat="A 12")))

    assert Asker("signed:pop:v-1", POP, True, {"seat": "A 12"}, "192.0.2.7") == callers().asker(
        shown, island=EVENT, session=""
    )


def test_address_behind_a_proxy() -> None:
    """From the header of a trusted proxy, in one header or several."""
    senders = callers(trusted_proxies=["10.0.0.0/8"])
    told = {"X_Forwarded_For": "9.9.9.9, 2001:db8::1"}

    assert "2001:db8::/64" == senders.asker(request("10.0.0.1", **told), island=EVENT, session="").address
    assert "192.0.2.7" == senders.asker(request("192.0.2.7", **told), island=EVENT, session="").address


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_unix_socket(tmp_path: Path, is_trusted: bool) -> None:
    """It is trusted as an ingest if the configuration says so; it has no address."""
    found: list[Asker] = []
    senders = callers(trusted_ingests={"unix_socket": is_trusted})

    async def answer(shown: web.Request) -> web.Response:
        found.append(senders.asker(shown, island=EVENT, session=""))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    path = str(tmp_path / "skerry.sock")
    await web.UnixSite(runner, path).start()
    told = {"X-Forwarded-For": "9.9.9.9"}
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(path)) as http,
        http.post("http://pop/", headers=told) as reply,
    ):
        await reply.read()
    await runner.cleanup()

    assert [Asker(is_trusted=is_trusted)] == found


def test_header_of_ingests() -> None:
    """It is in the documentation, so it stays."""
    assert "Skerry-Ingest-Token" == INGEST_TOKEN_HEADER
