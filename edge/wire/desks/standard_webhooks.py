"""Standard Webhooks: signed messages with a time and an id, so that forgeries and replays are recognised.

Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md. `v1` is HMAC-SHA256 with a shared
secret (`whsec_…`), `v1a` Ed25519 with a key pair (`whsk_…`, `whpk_…`).

>>> secret = read_secret("whsec_" + "c2tlcnJ5" * 4)
>>> headers = sign([secret], "id-1", 1_700_000_000, b"{}")
>>> verify([secret], headers, b"{}", now=1_700_000_010.0)
'id-1'
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from edge.errors import Reason, RefusedError

TOLERANCE_S = 300.0
"""How far a message's time may be from ours, before or after: five minutes, as in the reference libraries."""

MAX_ID_CHARACTERS = 256
"""Longest `webhook-id`. Senders use a UUID or the like."""

_HMAC_BYTES = range(24, 65)
_SEED_BYTES = 32


class SharedSecret(NamedTuple):
    """A secret that both sides know, for HMAC-SHA256."""

    raw: bytes

    def sign(self, content: bytes) -> str:
        """One entry of `webhook-signature`."""
        return f"v1,{_base64(hmac.new(self.raw, content, hashlib.sha256).digest())}"

    def matches(self, entry: str, content: bytes) -> bool:
        """True if `entry` is a signature of `content` by this secret."""
        return hmac.compare_digest(header_bytes(entry), self.sign(content).encode())


class WebhookPrivateKey(NamedTuple):
    """An Ed25519 key whose public half the other side knows."""

    key: SigningKey

    def sign(self, content: bytes) -> str:
        """One entry of `webhook-signature`."""
        return f"v1a,{_base64(self.key.sign(content).signature)}"

    def matches(self, entry: str, content: bytes) -> bool:
        """True if `entry` is a signature of `content` by this key."""
        return WebhookPublicKey(self.key.verify_key).matches(entry, content)


class WebhookPublicKey(NamedTuple):
    """The public key of the other side. It verifies, and cannot sign."""

    key: VerifyKey

    def matches(self, entry: str, content: bytes) -> bool:
        """True if `entry` is a signature of `content` by this key."""
        version, _, text = entry.partition(",")
        try:
            self.key.verify(content, base64.b64decode(text, validate=True))
        except (BadSignatureError, binascii.Error, ValueError):
            return False
        return version == "v1a"


Secret = SharedSecret | WebhookPrivateKey | WebhookPublicKey


def read_secret(text: str) -> Secret:
    """Decode a secret (`whsec_…`) or key (`whsk_…`, `whpk_…`). Raises `RefusedError`, which does not quote it."""
    prefix, _, encoded = text.strip().partition("_")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if prefix == "whsec" and len(raw) in _HMAC_BYTES:
        return SharedSecret(raw)
    if prefix == "whsk" and len(raw) in {_SEED_BYTES, 2 * _SEED_BYTES}:
        return WebhookPrivateKey(SigningKey(raw[:_SEED_BYTES]))
    if prefix == "whpk" and len(raw) == _SEED_BYTES:
        return WebhookPublicKey(VerifyKey(raw))
    raise RefusedError("not a webhook secret, expected whsec_, whsk_ or whpk_ and 24 to 64 bytes in Base64")


def sign(secrets: Sequence[Secret], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message. Every secret that can sign does, so that secrets can be rotated.

    `timestamp` is in Unix seconds.
    """
    content = _content(message_id, str(timestamp), body)
    signatures = [secret.sign(content) for secret in secrets if not isinstance(secret, WebhookPublicKey)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(secrets: Sequence[Secret], headers: Mapping[str, str], body: bytes, *, now: float) -> str:
    """Verify a message and return its id. `now` is in Unix seconds.

    Raises `RefusedError` (`SIGNATURE_INVALID`) if none of `secrets` signed it, or its time is more than five minutes
    from `now`. Raises it as `MALFORMED` if the id is no printable text.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    entries = headers.get("webhook-signature", "").split()
    if not message_id or not entries:
        raise unsigned("webhook-id, webhook-timestamp and webhook-signature")
    check_fresh(timestamp, now)
    content = _content(message_id, timestamp, body)
    if not any(secret.matches(entry, content) for secret in secrets for entry in entries):
        raise wrongly_signed()
    # It is kept to recognise repetitions, so it must be text. aiohttp turns bytes that are not UTF-8 into surrogates.
    if not message_id.isprintable() or len(message_id) > MAX_ID_CHARACTERS:
        raise RefusedError(f"webhook-id is no id, expected at most {MAX_ID_CHARACTERS} printable characters")
    return message_id


def check_fresh(timestamp: str, now: float) -> None:
    """Raise `RefusedError` unless `timestamp` (Unix seconds) is within five minutes of `now`."""
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(float(timestamp) - now) > TOLERANCE_S:
        raise RefusedError(
            f"the webhook's time is not within {TOLERANCE_S:.0f} s of now", reason=Reason.SIGNATURE_INVALID
        )


def unsigned(expected: str) -> RefusedError:
    """The error for a message without a signature."""
    return RefusedError(f"the webhook is not signed, expected {expected}", reason=Reason.SIGNATURE_INVALID)


def wrongly_signed() -> RefusedError:
    """The error for a message that another key signed, or that was changed."""
    return RefusedError("the webhook's signature does not match its body", reason=Reason.SIGNATURE_INVALID)


def _content(message_id: str, timestamp: str, body: bytes) -> bytes:
    return b".".join((header_bytes(message_id), timestamp.encode(), body))


def header_bytes(text: str) -> bytes:
    """The bytes of a header as they were sent. aiohttp turns bytes that are not UTF-8 into surrogates."""
    return text.encode(errors="surrogateescape")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
