"""May these bytes be believed? TUF metadata, Ed25519 keys, snippets and islands, verified without any I/O.

The caller brings the bytes, the time and a way to fetch. It gets verified records, or a `RefusedError` that says which
rule was broken. The exceptions of python-tuf, PyNaCl and securesystemslib do not leave this room. The only private key
here is a PoP's own (`PopSigner`); keys that sign islands are in `edge.publish.keys`.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.trust.answer import key_of_answer, verify_answer, verify_purpose
    from edge.trust.canonical import canonical_bytes
    from edge.trust.client import TrustedMetadata
    from edge.trust.island import open_island, open_stored_island
    from edge.trust.keys import Ed25519Key, register_keys
    from edge.trust.pop_status import PopSigner, verify_status
    from edge.trust.snippet import (
        digest_header,
        hash_header,
        read_signature_input,
        signature_base,
        signature_header,
        signature_input,
        verify_snippet,
    )
    from edge.trust.tenant import WITHDRAWN_FIELD, IslandTarget, TenantRole, Withdrawal, tenant_role
    from edge.trust.verify import first_root, next_root, signed_by
    from edge.trust.widget import (
        LOADERS,
        LoaderSignature,
        LoaderTerms,
        SignedLoader,
        check_loader,
        loader_path,
        signed_loader,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answer": "key_of_answer verify_answer verify_purpose",
            "canonical": "canonical_bytes",
            "client": "TrustedMetadata",
            "island": "open_island open_stored_island",
            "keys": "Ed25519Key register_keys",
            "pop_status": "PopSigner verify_status",
            "snippet": (
                "digest_header hash_header read_signature_input signature_base signature_header signature_input "
                "verify_snippet"
            ),
            "tenant": "IslandTarget TenantRole WITHDRAWN_FIELD Withdrawal tenant_role",
            "verify": "first_root next_root signed_by",
            "widget": "LOADERS LoaderSignature LoaderTerms SignedLoader check_loader loader_path signed_loader",
        },
    )

__all__ = [
    "LOADERS",
    "WITHDRAWN_FIELD",
    "Ed25519Key",
    "IslandTarget",
    "LoaderSignature",
    "LoaderTerms",
    "PopSigner",
    "SignedLoader",
    "TenantRole",
    "TrustedMetadata",
    "Withdrawal",
    "canonical_bytes",
    "check_loader",
    "digest_header",
    "first_root",
    "hash_header",
    "key_of_answer",
    "loader_path",
    "next_root",
    "open_island",
    "open_stored_island",
    "read_signature_input",
    "register_keys",
    "signature_base",
    "signature_header",
    "signature_input",
    "signed_by",
    "signed_loader",
    "tenant_role",
    "verify_answer",
    "verify_purpose",
    "verify_snippet",
    "verify_status",
]
