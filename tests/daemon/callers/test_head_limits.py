"""`edge.daemon.callers.head_limits`: which requests are refused by their head alone, and for whose sake not."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from edge.config import HttpSection, LimitsSection
from edge.daemon.callers import CallerKeys, Callers, HeadLimits
from edge.daemon.limits import Limiter
from edge.daemon.people import DeskTokens
from edge.daemon.telemetry import Metrics
from edge.errors import LimitedError
from edge.host.door import RequestHead
from edge.tokens import SessionKeys, SignedSession, make_session, make_ticket_token
from tests.daemon.callers.test_callers import (
    DESK_TOKEN,
    END,
    EVENT,
    INGEST,
    INGEST_TOKEN,
    KEYS,
    POP,
    Clock,
    Transport,
    bearer,
    event_of,
    token,
)  # fmt: skip

STRANGER, PROXY = "192.0.2.7", "10.0.0.1"
TICKET, TICKET_KEY = "1e4dcb12-a1a1-4384-a7a3-56f354f360b5", b"t" * 32
FORGED = bearer(make_session(SignedSession(INGEST, "v-1", EVENT, expires=END), keys=SessionKeys((b"x" * 32,))))


class World:
    """The limits of a PoP that nobody has asked yet."""

    def __init__(self) -> None:
        clock, desks = Clock(), DeskTokens({DESK_TOKEN: "acme"})
        settings = LimitsSection(address_burst=3, new_sessions_burst=3, session_burst=3, refused_burst=3)
        self.limiter, self.clock = Limiter(settings, metrics=Metrics(), clock=lambda: 1_000.0), clock
        http = HttpSection(trusted_proxies=(PROXY,))
        keys = CallerKeys(KEYS, {INGEST_TOKEN: True})
        self.callers = Callers(config=http, keys=keys, desks=desks, event_of=event_of, now=clock)
        self.limits = HeadLimits(
            callers=self.callers,
            limiter=self.limiter,
            desks=desks,
            token_key=TICKET_KEY,
            now=lambda: clock().timestamp(),
        )

    def ask(self, **headers: str) -> None:
        """Use up a burst of questions, as the handler of a route counts them."""
        asker = self.callers.asker(request(**headers), island=EVENT, session="")
        for _ in range(3):
            self.limiter.count_question(asker, EVENT)

    async def fail(self, status: int = 400, peer: str = STRANGER, **headers: str) -> None:
        """Use up a burst of refused requests."""
        for _ in range(3):
            await self.limits.count(request(peer, **headers), web.Response(status=status))

    def refused(self, path: str = "/v1/ask", *, peer: str = STRANGER, method: str = "POST", **headers: str) -> str:
        """The limit by which a request is refused; empty if it is not."""
        named = {name.replace("_", "-").lower().encode(): value.encode() for name, value in headers.items()}
        head = RequestHead(method.encode(), path.encode(), named, keep_alive=True, peer=peer)
        return name_of(self.limits.refusal(head, path))


def request(peer: str = STRANGER, **headers: str) -> web.Request:
    """A request as a handler has it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("POST", "/v1/ask", headers=named, transport=Transport(peer))


def name_of(error: LimitedError | None) -> str:
    """The limit that an error names; empty for none."""
    return error.limit if error else ""


def test_address_that_has_used_up_its_questions() -> None:
    """It may not ask, choose or step through a tree; everything else is open to it, and all is to others."""
    world = World()
    before = world.refused()
    world.ask()

    assert ("", "address", "address") == (before, world.refused(), world.refused(f"/v1/trees/{EVENT}/order"))
    assert "address" == world.refused("/v1/choice")
    assert {""} == {world.refused("/v1/sessions"), world.refused("/v1/feedback"), world.refused(method="OPTIONS")}
    assert "" == world.refused(peer="192.0.2.8")


def test_address_behind_a_proxy() -> None:
    """It is the one that the proxy names, not what the sender wrote before."""
    world = World()
    world.ask()

    assert "address" == world.refused(peer=PROXY, X_Forwarded_For=f"9.9.9.9, {STRANGER}")
    assert "" == world.refused(peer=PROXY, X_Forwarded_For=f"{STRANGER}, 9.9.9.9")


def test_session_that_has_used_up_its_questions() -> None:
    """A session that is known is refused by its own limit; an ingest's is not concerned by its address."""
    world, mine, others = World(), bearer(token(POP)), bearer(token(INGEST))
    world.ask(Authorization=others)
    with_others = world.refused(Authorization=others), world.refused()
    world.ask(Authorization=mine)

    assert ("session", "") == with_others
    assert world.refused(Authorization=mine) in {"session", "address"}
    assert "" == world.refused(Authorization=bearer(token(INGEST, pseudonym="v-2")))


def test_address_that_has_made_too_many_sessions() -> None:
    """By the head, too."""
    world = World()
    for _ in range(3):
        world.limiter.count_new_session(world.callers.asker(request(), island=EVENT, session=""))

    assert ("new_sessions", "") == (world.refused("/v1/sessions"), world.refused())


PROOFS: dict[str, tuple[str, Mapping[str, str], bool]] = {
    "nothing": ("/v1/islands", {}, False),
    "a forged session": ("/v1/ask", {"Authorization": FORGED}, False),
    "a word": ("/v1/ask", {"Authorization": bearer("viewer")}, False),
    "a session of an ingest, seen for the first time": ("/v1/ask", {"Authorization": bearer(token(INGEST))}, True),
    "a session that a PoP made": ("/v1/ask", {"Authorization": bearer(token(POP))}, True),
    "a desk's token": ("/v1/load", {"Authorization": bearer(DESK_TOKEN)}, True),
    "an ingest's token": ("/v1/ask", {"Skerry_Ingest_Token": INGEST_TOKEN}, True),
    "a wrong ingest's token": ("/v1/ask", {"Skerry_Ingest_Token": "x" * 24}, False),
    "the ticket's own token": (
        f"/v1/tickets/{TICKET}/events",
        {"Authorization": bearer(make_ticket_token(TICKET, EVENT, key=TICKET_KEY, now=END - 60))},
        True,
    ),
    "another ticket's token": (
        "/v1/tickets/another",
        {"Authorization": bearer(make_ticket_token(TICKET, EVENT, key=TICKET_KEY, now=END - 60))},
        False,
    ),
}


@pytest.mark.parametrize("sentence", PROOFS)
async def test_address_whose_requests_are_refused(sentence: str) -> None:
    """It is refused unread on every path, except who proves that somebody here gave him a token."""
    path, headers, passes = PROOFS[sentence]
    world = World()
    before = world.refused(path, **headers)
    await world.fail()

    assert ("", "" if passes else "refused") == (before, world.refused(path, **headers))
    assert "" == world.refused(path, peer="192.0.2.8", **headers)


async def test_what_counts_as_refused() -> None:
    """Neither what is answered nor what is our fault; nothing of an ingest, whose viewers others cannot stop."""
    world = World()
    await world.fail(200)
    await world.fail(503)
    await world.fail(Skerry_Ingest_Token=INGEST_TOKEN)
    known = bearer(token(INGEST))
    world.callers.asker(request(Authorization=known), island=EVENT, session="")
    await world.fail(Authorization=known)
    before = world.refused("/v1/islands")
    await world.fail(429)

    assert ("", "refused") == (before, world.refused("/v1/islands"))


async def test_viewer_of_an_ingest_whose_requests_are_refused() -> None:
    """He is refused alone: neither is his address, nor another viewer. After his session he is any stranger."""
    world, known, other = World(), bearer(token(INGEST)), bearer(token(INGEST, pseudonym="v-2"))
    for shown in (known, other):
        world.callers.asker(request(Authorization=shown), island=EVENT, session="")
    await world.fail(Authorization=known)
    refused = [world.refused("/v1/islands", Authorization=shown) for shown in (known, other)]
    address = world.refused("/v1/islands")
    world.clock.now += timedelta(days=1)
    await world.fail(401, Authorization=other)

    assert (["refused", ""], "") == (refused, address)
    assert "refused" == world.refused("/v1/islands", Authorization=other)
    assert "refused" == world.refused("/v1/islands")


SIGNED: dict[str, tuple[str, str, bool, bool]] = {
    "a session of an ingest": ("/v1/ask", bearer(token(INGEST)), True, False),
    "a session that a PoP made": ("/v1/ask", bearer(token(POP)), True, False),
    "a forged one": ("/v1/ask", FORGED, False, True),
    "nothing": ("/v1/ask", "", False, False),
    "a desk's token": ("/v1/load", bearer(DESK_TOKEN), False, False),
    "the ticket's own token": (
        f"/v1/tickets/{TICKET}",
        bearer(make_ticket_token(TICKET, EVENT, key=TICKET_KEY, now=END - 60)),
        False,
        False,
    ),
}


@pytest.mark.parametrize("sentence", SIGNED)
def test_place_that_is_kept_for_signed_sessions(sentence: str) -> None:
    """A signature is verified before it counts; who forges one a few times is not listened to any more."""
    path, authorization, is_signed, counts = SIGNED[sentence]
    world = World()
    headers = {b"authorization": authorization.encode()} if authorization else {}
    head = RequestHead(b"POST", path.encode(), headers, keep_alive=True, peer=STRANGER)
    found = [world.limits.is_signed(head, path) for _ in range(3)]

    assert [is_signed] * 3 == found
    assert ("refused" if counts else "") == world.refused("/v1/islands")


def test_address_behind_a_proxy_is_the_same_the_second_time() -> None:
    """It is remembered for these headers of this proxy alone."""
    world = World()
    world.ask()
    told = {"X_Forwarded_For": STRANGER}

    assert ["address"] * 2 == [world.refused(peer=PROXY, **told) for _ in range(2)]
    assert "" == world.refused(peer="192.0.2.8", **told)
    assert "" == world.refused(peer=PROXY, Forwarded="for=192.0.2.8", **told)
