"""Bearer tokens (RFC 6750): read from a request, compared with the known ones.

>>> matching({"s3cret": "northwind"}, bearer_token("Bearer s3cret"))
['northwind']
"""

import hmac
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

_SCHEME = "bearer"
"""Compared in lower case: schemes are case-insensitive (RFC 9110, section 11.1)."""


def bearer_token(header: str | None) -> str:
    """Token in an `Authorization` header, without surrounding spaces. Empty if there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == _SCHEME else ""


def matching(known: Mapping[str, T], shown: str) -> list[T]:
    """Values of `known` whose token (the key) equals `shown`. Nothing for an empty `shown`.

    All known tokens are compared, each in constant time, so the time taken reveals nothing about them.
    """
    if not shown:
        return []
    # A header may contain any bytes; those that are not UTF-8 arrive as lone surrogates.
    shown_bytes = shown.encode(errors="surrogatepass")
    return [value for token, value in known.items() if hmac.compare_digest(token.encode(), shown_bytes)]
