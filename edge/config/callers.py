"""Settings for who may ask as whom: sessions, trusted ingests and trusted proxies."""

import base64
import binascii
import ipaddress
from typing import Annotated, TypeAlias

import msgspec

from edge.records import NAME_PATTERN, Positive

_PUBLIC_KEY_BYTES = 32

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedIngests(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Programs that may name the session of each question themselves: a stream's ingest, or a shop's server."""

    networks: tuple[str, ...] = ()
    """Networks such as `10.2.0.0/16` whose requests are trusted. The address of the connection counts, never a header.
    Loopback counts only while `http.host` is loopback and `http.trusted_proxies` is empty.
    """
    tokens_file: str = ""
    """File with one token of 20 characters or more in each line; only its owner may read it (`chmod 600`). A request
    with one of them in the header `Skerry-Ingest-Token` is trusted.
    """
    unix_socket: bool = False
    """Trust every request that comes by a unix socket."""


class SessionsSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed sessions (JWT): whose signatures are valid here, and how long the PoP's own are good."""

    key_file: str = ""
    """File with one secret for the whole fleet, 32 characters or more, made with `openssl rand -base64 32`. Only its
    owner may read it (`chmod 600`). A second line is for the time of a rotation: both are valid, the first signs.
    Viewers' pseudonyms follow from the first. Empty: this PoP has its own secret, and its sessions are good here alone.
    """
    ingest_keys: dict[
        Annotated[str, msgspec.Meta(pattern=rf"\A({NAME_PATTERN}|\*)\Z")],
        Annotated[tuple[str, ...], msgspec.Meta(max_length=4)],
    ] = {}
    """Ed25519 public keys (32 bytes in base64) of ingests that sign sessions, by tenant: `ingest_keys = { northwind =
    ["0JJS…"] }`. At most four for each tenant. `*` stands for all tenants.
    """
    life_s: Positive = 86_400.0
    """How long a session from `POST /v1/sessions` is good. A day is longer than any stream."""


def ingest_keys_of(section: SessionsSection) -> dict[str, tuple[bytes, ...]]:
    """The public keys of ingests by tenant, decoded. Raises `ValueError` for a text that is no key."""
    return {tenant: tuple(_public_key(text) for text in texts) for tenant, texts in section.ingest_keys.items()}


def networks_of(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks that a setting names; a single address is a network, too. Raises `ValueError` for any other text."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def is_loopback_host(host: str) -> bool:
    """True if only this machine reaches a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _public_key(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _PUBLIC_KEY_BYTES:
        raise ValueError(f"found a text of {len(text)} characters, expected {_PUBLIC_KEY_BYTES} bytes in base64")
    return raw
