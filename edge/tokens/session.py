"""Sessions: compact JWTs (RFC 7519) that name a viewer by a pseudonym, for one event and until a time.

A token is signed with the fleet's secret (HS256), or by an ingest with its own Ed25519 key (EdDSA, RFC 8037). The key
that is tried fixes the algorithm; the token's header only has to agree. PyJWT reads the envelope. Time and claims are
checked here, because a pure room is given the time, and PyJWT would look at the clock. PyJWT's own EdDSA needs the
library `cryptography`, which a PoP does not have, so Ed25519 is verified with PyNaCl.

PyJWT takes longer to import than everything else here. It is imported by the first call, or by `load_jwt` at a start.

>>> keys = SessionKeys((b"k" * 32,))
>>> session = SignedSession(SessionIssuer.POP, "p-81", "northwind/hoodie-drop", expires=2_000_000_000.0, issued=0.0)
>>> token = make_session(session, keys=keys)
>>> open_session(token, keys=keys, event="northwind/hoodie-drop", now=1_800_000_000.0).name
'signed:pop:p-81'
"""

import base64
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS
from edge.tokens.asker import NO_CLAIMS, SessionIssuer

if TYPE_CHECKING:
    from jwt.api_jws import PyJWS

MAX_SESSION_CHARACTERS = 2_048
"""Longest token. Ten claims of usual length take 500 characters."""

MAX_CLAIMS = 10
CLAIM_NAME_PATTERN = r"[a-z][a-z0-9_]{0,31}"
CLAIM_VALUE_PATTERN = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{0,64}"
"""A claim's value: at most 64 characters in one line, without control characters."""

SIGNED_PREFIX = "signed:"
"""Begins the name of every signed session, in memory and in tickets. An unsigned id that begins so is refused."""

EVERY_TENANT = "*"
"""Stands for all tenants in `SessionKeys.ingest_keys`."""

_HMAC, _ED25519 = "HS256", "EdDSA"
_VERIFIES = "an ingest's Ed25519 key verifies here, expected a secret to sign with"
_T = TypeVar("_T")
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class SessionKeys(NamedTuple):
    """The keys by which sessions are known. `secrets[0]` signs; all of them verify."""

    secrets: tuple[bytes, ...]
    ingest_keys: Mapping[str, tuple[bytes, ...]] = MappingProxyType({})
    """Ed25519 public keys (32 bytes) of ingests, by the tenant for whose islands they may sign, or `EVERY_TENANT`."""


class SignedSession(NamedTuple):
    """What a verified token says. Times are Unix seconds."""

    issuer: SessionIssuer
    pseudonym: str
    event: str
    expires: float
    issued: float = 0.0
    claims: Mapping[str, str] = NO_CLAIMS

    @property
    def name(self) -> str:
        """The session's name. In memory and in tickets is its pseudonym, if an ingest signed it (`pseudonym.py`)."""
        return f"{SIGNED_PREFIX}{self.issuer}:{self.pseudonym}"


class _Header(msgspec.Struct):
    alg: str


class _Payload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    # A field that we do not know may narrow what the token is good for (`nbf`, `aud`), so it is refused, not ignored.
    iss: SessionIssuer
    sub: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._~-]{1,64}\Z")]
    event: Annotated[str, msgspec.Meta(max_length=128)]
    exp: int | float
    iat: int | float = 0
    claims: Annotated[
        dict[
            Annotated[str, msgspec.Meta(pattern=rf"\A{CLAIM_NAME_PATTERN}\Z")],
            Annotated[str, msgspec.Meta(pattern=rf"\A{CLAIM_VALUE_PATTERN}\Z")],
        ],
        msgspec.Meta(max_length=MAX_CLAIMS),
    ] = {}


def load_jwt() -> None:
    """Import PyJWT now. It reads files: call it where that may block."""
    _jws()


def looks_signed(text: str) -> bool:
    """True if `text` has the form of a session token, good or not."""
    return _COMPACT.fullmatch(text) is not None


def make_session(session: SignedSession, *, keys: SessionKeys) -> str:
    """The token of a session, signed with the fleet's first secret."""
    payload = _Payload(
        iss=session.issuer,
        sub=session.pseudonym,
        event=session.event,
        exp=session.expires,
        iat=session.issued,
        claims=dict(session.claims),
    )
    return _jws().encode(msgspec.json.encode(payload), keys.secrets[0], algorithm=_HMAC)


def open_session(token: str, *, keys: SessionKeys, event: str, now: float) -> SignedSession:
    """Verify a token that was shown with a question to the island `event`. `now` is in Unix seconds.

    Raises `RefusedError` (`SESSION_INVALID`), which never quotes the token: it has another form, no listed key signed
    it, its content breaks a rule, it has ended, or it is for another event.
    """
    if len(token) > MAX_SESSION_CHARACTERS or not looks_signed(token):
        raise _invalid(f"session is not a compact JWT of at most {MAX_SESSION_CHARACTERS} characters")
    header = _part(token, 0, _Header)
    for key, algorithm in _candidates(keys, event):
        # PyJWT compares them too. Here it saves its whole reading of the token for a key of the other kind.
        payload = _verified(token, key, algorithm) if header is not None and algorithm == header.alg else None
        if payload is not None:
            session = _read(payload, algorithm)
            check_session(session, event=event, now=now)
            return session
    raise _invalid("session was signed by no key that is known here for this event")


def claimed_event(token: str) -> str:
    """The event in a token's payload, which proves nothing before the token is verified; empty if there is none."""
    payload = _part(token, 1, _Payload)
    return payload.event if payload is not None else ""


def check_session(session: SignedSession, *, event: str, now: float) -> None:
    """Raise `RefusedError` (`SESSION_INVALID`) unless a verified session is good for `event` at `now`."""
    if session.event != event:
        raise _invalid("session is for another event than the island that was asked")
    # Written so that a time which is not a number counts as over.
    if not now < session.expires:
        raise _invalid("session has ended")


def _part(token: str, number: int, kind: type[_T]) -> _T | None:
    """What a part of the token says, which nothing has proven yet; None if it is no part of this kind."""
    part = f"{token}..".split(".")[number]
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=kind)
    except (ValueError, *DECODE_ERRORS):
        return None


def _candidates(keys: SessionKeys, event: str) -> Iterator[tuple[bytes, str]]:
    """Each key that may have signed a session for `event`, with the one algorithm that it is good for."""
    for secret in keys.secrets:
        yield secret, _HMAC
    for tenant in (event.partition("/")[0], EVERY_TENANT):
        for public in keys.ingest_keys.get(tenant, ()):
            yield public, _ED25519


def _verified(token: str, key: bytes, algorithm: str) -> bytes | None:
    """The token's payload if `key` signed it with `algorithm`, else None."""
    from jwt.exceptions import PyJWTError

    try:
        complete = _jws().decode_complete(token, key, algorithms=[algorithm])
    except (PyJWTError, ValueError, TypeError, RecursionError):
        # PyJWT's texts are left out: they may quote the token.
        return None
    payload: bytes = complete["payload"]
    return payload


def _read(payload: bytes, algorithm: str) -> SignedSession:
    try:
        content = msgspec.json.decode(payload, type=_Payload)
    except DECODE_ERRORS:
        # Without the cause, which may quote the token.
        raise _invalid("session has other fields than iss, sub, event, exp, iat and claims") from None
    if algorithm == _ED25519 and content.iss is not SessionIssuer.INGEST:
        raise _invalid("session is signed by an ingest and says that a PoP issued it")
    return SignedSession(
        content.iss, content.sub, content.event, content.exp, content.iat, MappingProxyType(content.claims)
    )


def _invalid(found: str) -> RefusedError:
    return RefusedError(
        f"{found}, expected one from POST /v1/sessions or from a listed ingest", reason=Reason.SESSION_INVALID
    )


@cache
def _jws() -> "PyJWS":
    """PyJWT's reader and writer of signed envelopes, which knows our two algorithms and no other."""
    from jwt.algorithms import Algorithm
    from jwt.api_jws import PyJWS

    class Ed25519(Algorithm):
        """Ed25519 by PyNaCl; it verifies, and cannot sign."""

        def prepare_key(self, key: bytes) -> bytes:
            return key

        def sign(self, msg: bytes, key: bytes) -> bytes:  # noqa: ARG002 - as PyJWT declares it
            raise TypeError(_VERIFIES)

        def verify(self, msg: bytes, key: bytes, sig: bytes) -> bool:
            try:
                VerifyKey(key).verify(msg, sig)
            except (BadSignatureError, ValueError, TypeError):
                return False
            return True

        @staticmethod
        def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:  # noqa: ARG004, FBT001, FBT002 - as above
            raise TypeError(_VERIFIES)

        @staticmethod
        def from_jwk(jwk: Any) -> Any:  # noqa: ARG004 - as above
            raise TypeError(_VERIFIES)

    jws = PyJWS(algorithms=[_HMAC])
    jws.register_algorithm(_ED25519, Ed25519())
    return jws
