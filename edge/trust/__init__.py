"""May these bytes be believed? TUF metadata, Ed25519 keys, snippets and islands, verified without any I/O.

Whoever asks brings the bytes, the time and a way to fetch; answers are verified records or a `RefusedError`. The
exceptions of python-tuf, PyNaCl and securesystemslib do not leave this room. Private keys have no place in it.
"""

from edge.trust.client import TrustedMetadata
from edge.trust.island import open_island, open_stored_island
from edge.trust.keys import Ed25519Key, register_keys
from edge.trust.pop_status import PopSigner, verify_status
from edge.trust.request import RefreshOutcome, Request
from edge.trust.snippet import (
    SignatureTerms,
    digest_header,
    read_signature_input,
    signature_base,
    signature_header,
    signature_input,
    verify_snippet,
)
from edge.trust.tenant import MAX_ISLAND_BYTES, WITHDRAWN_FIELD, IslandTarget, TenantRole, Withdrawal

__all__ = [
    "MAX_ISLAND_BYTES",
    "WITHDRAWN_FIELD",
    "Ed25519Key",
    "IslandTarget",
    "PopSigner",
    "RefreshOutcome",
    "Request",
    "SignatureTerms",
    "TenantRole",
    "TrustedMetadata",
    "Withdrawal",
    "digest_header",
    "open_island",
    "open_stored_island",
    "read_signature_input",
    "register_keys",
    "signature_base",
    "signature_header",
    "signature_input",
    "verify_snippet",
    "verify_status",
]
