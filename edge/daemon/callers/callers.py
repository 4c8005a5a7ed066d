"""Who sent this request: its address, and the session that it may speak for.

A viewer's session is a signed token in `Authorization: Bearer`. A session in the body is not signed, and is taken from
a trusted ingest only. The two cannot meet: names of signed sessions begin with `signed:`, and an unsigned one may not.

What an ingest calls its viewer ends here: an `Asker` has a pseudonym of that event alone (`pseudonyms.py`).

A token is verified once and then remembered, so a repeat costs a look-up and the comparison of event and time.
"""

import socket
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from aiohttp import hdrs, web

from edge.config import HttpSection, networks_of
from edge.daemon.callers.address import client_address, is_in, parse_address
from edge.daemon.callers.caller_keys import CallerKeys
from edge.daemon.callers.glance import Glance
from edge.daemon.callers.pseudonyms import Event, Pseudonyms
from edge.daemon.people import DeskTokens
from edge.decide import check_labels
from edge.errors import BrokenRuleError, Reason, RefusedError
from edge.host import RecentlyUsed, bearer_token, matching
from edge.tokens import (
    SIGNED_PREFIX,
    Asker,
    SessionIssuer,
    SessionKeys,
    SignedSession,
    check_session,
    claimed_event,
    open_session,
)

INGEST_TOKEN_HEADER = "Skerry-Ingest-Token"  # noqa: S105 - a header's name
"""Where an ingest shows its token. `Authorization` stays free for the session of its viewer."""

MAX_REMEMBERED = 8_192
"""Verified tokens in memory: 8 MB with tokens of 300 characters, 25 MB if all have the full 2,048."""

_SCHEME = "bearer"

MAX_PEERS = 4_096
"""Peers whose networks are remembered, about 0.3 KiB each; and addresses behind proxies, at most 1 KiB each."""

MAX_FORWARDED_CHARACTERS = 256
"""Longest headers of a proxy that are remembered with their address."""


class _Peer(NamedTuple):
    """What the configuration says of the other end of a connection."""

    address: str
    """The peer's own address, as `Asker.address` has it."""
    is_proxy: bool
    is_ingest: bool


class _Verified(NamedTuple):
    """A session whose signature was checked, with its pseudonym, so that a repeat builds nothing."""

    session: SignedSession
    name: str
    """As `Asker.session`."""
    event: Event | None
    """The event for which that is the pseudonym; None for a session of a PoP, which has one anyway."""


class Callers:
    """Identifies the senders of viewers' requests. Belongs to the event loop."""

    def __init__(
        self,
        *,
        config: HttpSection,
        keys: CallerKeys,
        desks: DeskTokens,
        event_of: Callable[[str], Event],
        now: Callable[[], datetime],
    ) -> None:
        """`event_of`: the event of an island, `tenant/island`."""
        self._keys, self._desks, self._now = keys, desks, now
        self.pseudonyms, self._event_of = Pseudonyms(keys.sessions.secrets), event_of
        self._ingests = config.trusted_ingests
        self._networks = networks_of(self._ingests.networks)
        self._proxies = networks_of(config.trusted_proxies)
        self._trusts_loopback = config.trusts_loopback
        self._peers: RecentlyUsed[str, _Peer] = RecentlyUsed(MAX_PEERS)
        self._addresses: RecentlyUsed[tuple[str, str, str], str] = RecentlyUsed(MAX_PEERS)
        self._verified: RecentlyUsed[str, _Verified] = RecentlyUsed(MAX_REMEMBERED)

    @property
    def session_keys(self) -> SessionKeys:
        """The keys of sessions that are in force."""
        return self._keys.sessions

    def renew(self, keys: CallerKeys) -> None:
        """Put other keys in force. A session that one of before has signed must be good by those of now."""
        self._keys = keys
        self.pseudonyms.renew(keys.sessions.secrets)
        self._verified = RecentlyUsed(MAX_REMEMBERED)

    def asker(self, request: web.Request, *, island: str, session: str) -> Asker:
        """The asker of a request about `island` whose body names `session` (empty: none).

        Raises `RefusedError`: `SESSION_INVALID` for a bearer token that is no session for this island now (and no
        desk's token), `SESSION_UNTRUSTED` for a session in the body from a sender that is no trusted ingest,
        `UNAUTHORISED` for a wrong ingest's token, `MALFORMED` for two sessions, or an unsigned one that looks signed,
        `TEXT_INVALID` for one that is too long or has control characters.
        """
        is_trusted, address = self._sender(request)
        shown = request.headers.get(hdrs.AUTHORIZATION)
        verified = self._signed(shown, island) if shown is not None else None
        if verified is not None:
            if session:
                raise BrokenRuleError("there is a session in Authorization and one in the body, expected one of them")
            signed = verified.session
            return Asker(verified.name, signed.issuer, is_trusted, signed.claims, address)
        if not session:
            return Asker(is_trusted=is_trusted, address=address)
        if not is_trusted:
            raise RefusedError(
                "the body names a session and the sender is no trusted ingest, expected a session in Authorization"
                " from POST /v1/sessions, or the sender in `http.trusted_ingests`",
                reason=Reason.SESSION_UNTRUSTED,
            )
        if session.startswith(SIGNED_PREFIX):
            raise RefusedError(f"session begins with '{SIGNED_PREFIX}', expected an id that names no signed session")
        if not session.isprintable():
            check_labels(session=session)
        pseudonym = self.pseudonyms.of(session, self._event_of(island))
        return Asker(session=pseudonym, is_trusted=is_trusted, address=address)

    def sender(self, request: web.Request) -> Asker:
        """The asker of a request that speaks for no session. Raises `UNAUTHORISED` for a wrong ingest's token."""
        is_trusted, address = self._sender(request)
        return Asker(is_trusted=is_trusted, address=address)

    def glance(
        self, peer: str, *, forwarded: str, forwarded_for: str, authorization: str | None, ingest_token: str | None
    ) -> Glance | None:
        """Who sent a request from `peer` with these headers. None: a trusted ingest may have sent it. Cheap."""
        known = self._peer(peer)
        if known.is_ingest or not known.address or self._has_ingest_token(ingest_token):
            return None
        address = self._behind(peer, forwarded, forwarded_for) if known.is_proxy else known.address
        if authorization is None:
            return Glance(Asker(address=address))
        verified = self._verified.get(authorization)
        if verified is None or not self._now().timestamp() < verified.session.expires:
            return Glance(Asker(address=address), is_whole=False)
        return Glance(Asker(verified.name, verified.session.issuer, address=address), verified.session.event)

    def has_session(self, header: str) -> bool:
        """True if an `Authorization` header shows a signed session that has not ended, for any event."""
        token = bearer_token(header)
        try:
            return self._signed(header, claimed_event(token)) is not None
        except RefusedError:
            return False

    def _sender(self, request: web.Request) -> tuple[bool, str]:
        """Whether a trusted ingest sent the request, and the address that it came from."""
        peer = self._peer(request.remote or "")
        return self._is_trusted(request, peer), self._address(request) if peer.is_proxy else peer.address

    def _signed(self, header: str, island: str) -> _Verified | None:
        """The session in an `Authorization` header. None: it shows no bearer token, or a desk's."""
        now, known = self._now().timestamp(), self._verified.get(header)
        if known is not None:
            check_session(known.session, event=island, now=now)
            # Another revision may be of another event.
            if known.event is None or (known.event == self._event_of(island) and self.pseudonyms.has(known.name)):
                return known
            return self._remember(header, known.session)
        token = bearer_token(header)
        # A bearer token that is empty is a wrong one; another scheme is nothing that this PoP knows.
        if header[: len(_SCHEME)].lower() != _SCHEME or self._desks.knows(token):
            return None
        session = open_session(token, keys=self._keys.sessions, event=island, now=now)
        # Only tokens that somebody with a key made are remembered: invented ones leave nothing behind.
        return self._remember(header, session)

    def _remember(self, header: str, session: SignedSession) -> _Verified:
        if session.issuer is SessionIssuer.POP:
            verified = _Verified(session, session.name, None)
        else:
            event = self._event_of(session.event)
            verified = _Verified(session, self.pseudonyms.of(session.name, event), event)
        self._verified.put(header, verified)
        return verified

    def _is_trusted(self, request: web.Request, peer: _Peer) -> bool:
        """True if a trusted ingest sent this request."""
        shown = request.headers.get(INGEST_TOKEN_HEADER)
        if shown is not None:
            # Not ignored where the network is trusted anyway: an ingest must hear that its token is wrong.
            if not self._has_ingest_token(shown):
                text = f"no token of a trusted ingest was given in {INGEST_TOKEN_HEADER}"
                raise RefusedError(text, reason=Reason.UNAUTHORISED)
            return True
        return peer.is_ingest or (self._ingests.unix_socket and not peer.address and _is_unix(request))

    def _has_ingest_token(self, shown: str | None) -> bool:
        return shown is not None and bool(matching(self._keys.ingest_tokens, shown.strip()))

    def _address(self, request: web.Request) -> str:
        headers = request.headers
        forwarded = ",".join(headers.getall("Forwarded", ()))
        forwarded_for = ",".join(headers.getall("X-Forwarded-For", ()))
        return self._behind(request.remote or "", forwarded, forwarded_for)

    def _behind(self, proxy: str, forwarded: str, forwarded_for: str) -> str:
        """The address behind a trusted proxy. It is read for each request twice, so short headers are remembered."""
        key = (proxy, forwarded, forwarded_for)
        known = self._addresses.get(key)
        if known is None:
            known = client_address(proxy, forwarded=forwarded, forwarded_for=forwarded_for, proxies=self._proxies)
            if len(forwarded) + len(forwarded_for) <= MAX_FORWARDED_CHARACTERS:
                self._addresses.put(key, known)
        return known

    def _peer(self, remote: str) -> _Peer:
        known = self._peers.get(remote)
        if known is None:
            known = self._judged(remote)
            self._peers.put(remote, known)
        return known

    def _judged(self, remote: str) -> _Peer:
        address = parse_address(remote)
        if address is None:
            return _Peer("", is_proxy=False, is_ingest=False)
        name = client_address(remote, forwarded="", forwarded_for="", proxies=())
        # A proxy passes on strangers' requests, so its address proves nothing. On this machine there may be one that
        # nobody listed; whether loopback counts follows from the configuration.
        is_proxy = is_in(address, self._proxies)
        may_be_ingest = not is_proxy and (self._trusts_loopback or not address.is_loopback)
        return _Peer(name, is_proxy=is_proxy, is_ingest=may_be_ingest and is_in(address, self._networks))


def _is_unix(request: web.Request) -> bool:
    transport = request.transport
    connection = transport.get_extra_info("socket") if transport is not None else None
    return connection is not None and connection.family == socket.AF_UNIX
