"""Which islands PoPs have, by what the publisher last said. A publisher that is silent is said, with the age.

The desk works without it: nothing here is needed for tickets and replies.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from edge.config import is_loopback_host
from edge.errors import Cause, ConfigError, SkerryError, UnreachableError
from edge.host import Silence, get_logger, is_set_within, read_token, trusted_authorities
from edge.host.watched import WatchedFile, optional_file
from edge.records import FleetStatus
from edge.records.desk import BoardFleet, BoardIsland, IslandAtPop
from edge.wire.http import new_http_session
from edge.wire.publisher import FleetClient

INTERVAL_S = 5.0
SILENT_S = 20.0
"""As for PoPs: older islands are shown with their age."""

MAX_ISLANDS = 200
"""Islands of one tenant that a wall is sent."""

_ADVICE = "write a token there, made with: skerry publisher token desk"

_log = get_logger()


class PublisherAddress:
    """Where the desk reads the status of the fleet. Files are read again when they change."""

    def __init__(self, url: str, *, token: Path | None = None, authority: Path | None = None) -> None:
        """Read the files. Blocks; raises `ConfigError` if they or the address cannot be used."""
        self.url = _checked(url, has_token=token is not None)
        self.token: WatchedFile[str | None] = optional_file(
            "--publisher-token", token, lambda path: read_token(path, advice=_ADVICE), without=lambda: None
        )
        self.authorities: WatchedFile[ssl.SSLContext] = optional_file(
            "--publisher-ca", authority, trusted_authorities, without=lambda: trusted_authorities(None)
        )

    @property
    def watched(self) -> tuple[WatchedFile[Any], ...]:
        """The files, for the watch that reads them again."""
        return self.token, self.authorities


class _Heard(NamedTuple):
    status: FleetStatus
    at: float


class FleetView:
    """The newest status of the fleet, in memory only. `clock` returns seconds that nobody sets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, interval_s: float = INTERVAL_S) -> None:
        self._clock, self._interval_s = clock, interval_s
        self._started = clock()
        self._heard: _Heard | None = None
        self._error = ""
        self._is_asked = False
        self._silence = Silence(clock=clock)

    async def keep(self, publisher: PublisherAddress, stop: asyncio.Event) -> None:
        """Ask the publisher every `interval_s` until `stop` is set. It is never an error that ends the desk."""
        self._is_asked = True
        async with new_http_session() as session:
            client = FleetClient(
                session,
                publisher.url,
                token=lambda: publisher.token.value,
                authorities=lambda: publisher.authorities.value,
            )
            while True:
                await self.ask(client)
                if await is_set_within(stop, self._interval_s):
                    return

    async def ask(self, client: FleetClient) -> None:
        """Ask once. What was heard before stays if the publisher does not answer."""
        self._is_asked = True
        try:
            status = await client.read()
        except SkerryError as error:
            self._error = error.text
            cause = error.cause if isinstance(error, UnreachableError) else Cause.UNNAMED
            left_out = self._silence.failed((error.reason, cause))
            if left_out is not None:
                _log.warning(
                    "publisher gives no status of its fleet, the wall's islands grow old",
                    error=error.text,
                    left_out=left_out,
                )
            return
        self._heard, self._error = _Heard(status, self._clock()), ""
        if self._silence.succeeded():
            _log.info("publisher gives the status of its fleet again")

    def board(self, tenant: str, now: datetime) -> BoardFleet | None:
        """What concerns one tenant; None if the desk knows no publisher."""
        if not self._is_asked:
            return None
        age_s = self._clock() - (self._heard.at if self._heard is not None else self._started)
        last = now - timedelta(seconds=age_s)
        heard = self._heard
        return BoardFleet(
            heard=last if heard is not None else None,
            age_s=round(age_s, 3) if heard is not None else None,
            silent_since=last if age_s > SILENT_S else None,
            error=self._error,
            islands=_islands(heard.status, tenant) if heard is not None else (),
        )


def _islands(status: FleetStatus, tenant: str) -> tuple[BoardIsland, ...]:
    """The tenant's islands, each with the PoPs that have it and those that lag."""
    prefix = f"{tenant}/"
    theirs = [one for one in status.islands if one.wanted.island.startswith(prefix)][:MAX_ISLANDS]
    return tuple(
        BoardIsland(
            island=one.wanted.island,
            revision=one.wanted.revision,
            is_withdrawn=one.wanted.is_withdrawn,
            pops=_places(status, one.wanted.island),
            lagging=tuple(lag.pop for lag in one.lagging),
        )
        for one in theirs
    )


def _places(status: FleetStatus, name: str) -> tuple[IslandAtPop, ...]:
    return tuple(
        IslandAtPop(
            pop=pop.pop,
            revision=island.revision,
            state=island.state,
            rollout_percent=island.rollout_percent,
            silent_since=pop.silent_since,
        )
        for pop in status.pops
        for island in pop.islands
        if island.island == name
    )


def _checked(url: str, *, has_token: bool) -> str:
    """The address. What is wrong with one is said without it: it may hold a password."""
    expected = "expected http://HOST:PORT or https://HOST:PORT, such as http://127.0.0.1:8090"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or parts.scheme not in {"http", "https"}:
        raise ConfigError(f"--publisher is no publisher's address, {expected}")
    if parts.username or parts.query or parts.fragment:
        raise ConfigError(f"--publisher has a login, a query or a fragment, {expected}")
    if has_token and parts.scheme == "http" and not is_loopback_host(host):
        raise ConfigError("--publisher with http:// would show the token to the network, expected https:// with it")
    return url
