"""Consent tokens: what a viewer agreed to, so that another PoP of the fleet believes it.

A token is signed with the PoP's Ed25519 key, which it names. Another PoP does not know that key: the token also has a
voucher for it, a MAC by the secret that the PoPs of a fleet share for their sessions. So a token proves two things: a
PoP of this fleet made it, and which one. It names the viewer by the pseudonym in her records, and nothing else of her.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from nacl.bindings import sodium_memcmp
from nacl.exceptions import BadSignatureError
from nacl.exceptions import TypeError as NaclTypeError
from nacl.exceptions import ValueError as NaclValueError
from nacl.signing import VerifyKey

from edge.consent.records import Sign
from edge.consent.standing import MAX_SKEW_S, Known
from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS, IslandName

TOKEN_PREFIX = "skc1."  # noqa: S105 - a form, not a secret
"""Begins every token: `consent` of a question may be a name of the page's own, too."""

TOKEN_CONTEXT = b"skerry consent token 1\x00"

_SUBJECT_BYTES = 16
_VOUCHER_BYTES = 16
_SIGNATURE_BYTES = 64


class _Content(NamedTuple):
    """What a token says."""

    island: str
    subject: str
    consents: tuple[tuple[str, int, str, float, float], ...]
    """Purpose, version, record, and from when until when."""
    public: bytes
    voucher: bytes


def subject_of(name: IslandName, session: str, *, secret: bytes) -> str:
    """The pseudonym of a session in consent records: hexadecimal; another one for each island. Empty without one."""
    if not session:
        return ""
    content = f"{name}\n{session}".encode(errors="surrogatepass")
    return hashlib.blake2b(content, digest_size=_SUBJECT_BYTES, key=secret, person=b"skerry.subject").hexdigest()


def looks_like_token(text: str) -> bool:
    """True if `text` has the form of a token, good or not."""
    return text.startswith(TOKEN_PREFIX)


def make_consent_token(
    name: IslandName, subject: str, consents: Sequence[Known], *, sign: Sign, public: bytes, secret: bytes
) -> str:
    """The token of consents in force. `secret`: the fleet's, with which sessions are signed."""
    consented = tuple((one.purpose, one.version, one.record, one.at, one.expires) for one in consents)
    content = msgspec.msgpack.encode(_Content(str(name), subject, consented, public, _voucher(public, secret)))
    signed = sign(TOKEN_CONTEXT, content) + content
    return TOKEN_PREFIX + base64.urlsafe_b64encode(signed).decode().rstrip("=")


def read_consent_token(
    token: str, *, name: IslandName, subjects: Sequence[str], secrets: Sequence[bytes], now: float
) -> tuple[Known, ...]:
    """The consents in a token of one of `subjects` for the island `name`. `now` is in Unix seconds.

    Raises `RefusedError` (`TOKEN_INVALID`), which never quotes the token: no PoP of this fleet made it, it is of
    another island or session, it is from the future, or all of it has expired.
    """
    content = _opened(token)
    if not any(sodium_memcmp(content.voucher, _voucher(content.public, secret)) for secret in secrets):
        raise _invalid("is of a PoP of another fleet")
    if content.island != str(name):
        raise _invalid("is for another island")
    if content.subject not in subjects or not content.subject:
        raise _invalid("is of another session")
    known = tuple(Known(*one) for one in content.consents)
    if any(one.at > now + MAX_SKEW_S for one in known):
        raise _invalid("is from the future")
    # Written so that a time which is not a number counts as over.
    if not any(now < one.expires for one in known):
        raise _invalid("has expired")
    return known


def _opened(token: str) -> _Content:
    try:
        text = token.removeprefix(TOKEN_PREFIX)
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        signature, signed = data[:_SIGNATURE_BYTES], data[_SIGNATURE_BYTES:]
        content = msgspec.msgpack.decode(signed, type=_Content)
        VerifyKey(content.public).verify(TOKEN_CONTEXT + signed, signature)
    except (BadSignatureError, NaclTypeError, NaclValueError, binascii.Error, ValueError, *DECODE_ERRORS):
        raise _invalid("is not signed by the key that it names") from None
    return content


def _voucher(public: bytes, secret: bytes) -> bytes:
    return hashlib.blake2b(public, digest_size=_VOUCHER_BYTES, key=secret, person=b"skerry.consent").digest()


def _invalid(problem: str) -> RefusedError:
    return RefusedError(
        f"consent token {problem}, expected one from POST /v1/consent of this fleet", reason=Reason.TOKEN_INVALID
    )
