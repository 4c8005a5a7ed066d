"""Bearer tokens (RFC 6750): read from a request, compared with those that are known.

>>> matching({"s3cret": "northwind"}, bearer_token("Bearer s3cret"))
['northwind']
"""

import hmac
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

_SCHEME = "bearer"
"""In any case: RFC 9110, section 11.1."""


def bearer_token(header: str | None) -> str:
    """The token that an `Authorization` header carries, without surrounding spaces; empty where there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == _SCHEME else ""


def matching(known: Mapping[str, T], shown: str) -> list[T]:
    """What stands behind `shown` in `known`, by token; nothing for an empty one.

    Every known token is compared, each in constant time: how long it takes tells a stranger nothing.
    """
    if not shown:
        return []
    # A header may hold any bytes, which arrive as lone surrogates.
    said = shown.encode(errors="surrogatepass")
    return [behind for token, behind in known.items() if hmac.compare_digest(token.encode(), said)]
