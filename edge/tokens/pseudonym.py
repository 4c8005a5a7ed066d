r"""The pseudonym of a viewer whom an ingest named: another one in each event, and only the tenant's key connects them.

    tenant's key = HMAC-SHA256(the fleet's secret, "skerry.pseudonym.key/1\n" TENANT)
    digest       = HMAC-SHA256(tenant's key, "skerry.pseudonym/1\n" EVENT "\n" NAME)
    pseudonym    = PREFIX, then the first 15 bytes of the digest in URL-safe base64

`NAME` is `signed:ingest:` and the `sub` of a session that an ingest signed, else the name as the ingest sent it. A
tenant with its key makes the pseudonyms of its own viewers again, and no other tenant's. The fleet's secret does not
follow from it. Sessions of a PoP have a random pseudonym from the start.

>>> key = tenant_pseudonym_key(b"s" * 44, "northwind")
>>> pseudonym_of("v-81", event="hoodie-drop", key=key) == pseudonym_of("v-81", event="hoodie-tour", key=key)
False
"""

import base64
import hmac

from edge.tokens.asker import SessionIssuer
from edge.tokens.session import SIGNED_PREFIX

NAMED_PREFIX = "named:"
"""Begins the pseudonym of a viewer whom a trusted ingest named without a signature."""

PSEUDONYM_KEY_BYTES = 32

_INGEST_PREFIX = f"{SIGNED_PREFIX}{SessionIssuer.INGEST}:"
_DIGEST_BYTES = 15
"""As many bits as the random pseudonym of a PoP's session has: 120."""


def tenant_pseudonym_key(secret: bytes, tenant: str) -> bytes:
    """The key (32 bytes) of one tenant's pseudonyms. `secret`: the fleet's."""
    return hmac.digest(secret, f"skerry.pseudonym.key/1\n{tenant}".encode(), "sha256")


def pseudonym_of(name: str, *, event: str, key: bytes) -> str:
    """The pseudonym of a name in an event of the tenant with this key."""
    content = f"skerry.pseudonym/1\n{event}\n{name}".encode(errors="surrogatepass")
    digest = hmac.digest(key, content, "sha256")[:_DIGEST_BYTES]
    prefix = _INGEST_PREFIX if name.startswith(_INGEST_PREFIX) else NAMED_PREFIX
    return prefix + base64.urlsafe_b64encode(digest).decode()
