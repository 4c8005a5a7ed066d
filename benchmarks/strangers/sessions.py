"""`python -m benchmarks sessions`: what it costs to know an asker, the first time and every later one."""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from nacl.signing import SigningKey

from benchmarks.figures import Figure, machine, percentile, print_figures
from edge.config import HttpSection
from edge.daemon.callers import INGEST_TOKEN_HEADER, CallerKeys, Callers, EventNames
from edge.daemon.people import DeskTokens
from edge.records import IslandName
from edge.shelf import Shelf, Slot
from edge.tokens import SessionIssuer, SessionKeys, SignedSession, make_session

INGEST_TOKEN = "i" * 24
EVENT, FAR = "northwind/hoodie-drop", 4_000_000_000
CLAIMS = {"order_state": "paid", "seat": "A 12", "language": "de"}
INGEST = SigningKey(b"i" * 32)
KEYS = SessionKeys((b"s" * 44, b"o" * 44), {"northwind": (bytes(INGEST.verify_key),)})
REPEATS = 500
"""Repeats of each token that are timed together: one alone is as short as the clock's own cost.

Processor time is measured, so that other programs on a shared core do not count.
"""


def callers() -> Callers:
    """What identifies askers, with nothing remembered."""
    keys = CallerKeys(KEYS, {INGEST_TOKEN: True})
    shelf = Shelf[Any]().put(Slot(name=IslandName.parse(EVENT), since=datetime.now(UTC)))
    return Callers(
        config=HttpSection(),
        keys=keys,
        desks=DeskTokens({"d" * 24: "northwind"}),
        event_of=EventNames(lambda: shelf).of,
        now=lambda: datetime.now(UTC),
    )


def by_secret(number: int) -> str:
    """A session signed with the fleet's secret."""
    session = SignedSession(SessionIssuer.POP, f"viewer-{number}", EVENT, expires=FAR, claims=CLAIMS)
    return make_session(session, keys=KEYS)


def by_ingest(number: int) -> str:
    """A session signed with an ingest's own key."""
    import jwt.utils

    payload = {"iss": "ingest", "sub": f"viewer-{number}", "event": EVENT, "exp": FAR, "claims": CLAIMS}
    parts = (msgspec.json.encode(part) for part in ({"alg": "EdDSA", "typ": "JWT"}, payload))
    signing_input = b".".join(jwt.utils.base64url_encode(part) for part in parts)
    return b".".join((signing_input, jwt.utils.base64url_encode(INGEST.sign(signing_input).signature))).decode()


def request(**headers: str) -> web.Request:
    """A request with these headers."""
    return make_mocked_request("POST", "/v1/ask", headers=headers)


def measure(count: int, make: Callable[[int], str]) -> tuple[list[float], list[float]]:
    """Seconds until each new token is known, and for each repeat of it."""
    senders, first, again = callers(), list[float](), list[float]()
    for number in range(count):
        shown = request(Authorization=f"Bearer {make(number)}")
        began = time.process_time()
        senders.asker(shown, island=EVENT, session="")
        first.append(time.process_time() - began)
        began = time.process_time()
        for _ in range(REPEATS):
            senders.asker(shown, island=EVENT, session="")
        again.append((time.process_time() - began) / REPEATS)
    return first, again


def named(count: int) -> list[float]:
    """Seconds for an asker whom a trusted ingest names, another one each time: nothing is remembered of a name."""
    senders, found = callers(), list[float]()
    shown = request(**{INGEST_TOKEN_HEADER: INGEST_TOKEN})
    for number in range(count):
        began = time.process_time()
        for repeat in range(REPEATS):
            senders.asker(shown, island=EVENT, session=f"viewer-{number}-{repeat}")
        found.append((time.process_time() - began) / REPEATS)
    return found


def anonymous(count: int) -> list[float]:
    """Seconds for an asker without a session."""
    senders, shown, found = callers(), request(), list[float]()
    for _ in range(count):
        began = time.process_time()
        for _ in range(REPEATS):
            senders.asker(shown, island=EVENT, session="")
        found.append((time.process_time() - began) / REPEATS)
    return found


def micro(values_s: list[float]) -> str:
    """p50 / p99 in microseconds, and the number of measurements."""
    return f"{percentile(values_s, 0.5) * 1e6:.2f} / {percentile(values_s, 0.99) * 1e6:.2f} µs (n = {len(values_s)})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=1_000)
    count = parser.parse_args().tokens
    secret, ingest = measure(count, by_secret), measure(count, by_ingest)
    began = time.process_time()
    for number in range(count):
        by_secret(number)
    made_s = (time.process_time() - began) / count
    without = anonymous(count)
    added_s = percentile(secret[1], 0.5) - percentile(without, 0.5)
    figures = [
        Figure("no session", micro(without), "-"),
        Figure("first time, the fleet's secret", micro(secret[0]), "-"),
        Figure("first time, an ingest's key", micro(ingest[0]), "-"),
        Figure("repeat, the fleet's secret", micro(secret[1]), "≤ 3 µs"),
        Figure("repeat, an ingest's key", micro(ingest[1]), "≤ 3 µs"),
        Figure("what a repeat adds to no session, p50", f"{added_s * 1e6:.2f} µs", "≤ 3 µs"),
        Figure("a name that a trusted ingest gives", micro(named(count // 10)), "≤ 30 µs"),
        Figure("a new session, made", f"{made_s * 1e6:.1f} µs", "-"),
        Figure("characters of a token", f"{len(by_secret(0))}", "2,048"),
    ]
    print(machine())
    print_figures("Knowing an asker", figures)


if __name__ == "__main__":
    main()
