"""Which keys does a PoP make itself?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.secrets.owner import note_owner, refuse_other_owner
    from edge.store.secrets.pop_keys import (
        PopIdentity,
        load_or_make_token_key,
        open_pop_identity,
        open_pop_signer,
        read_public_key,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "owner": "note_owner refuse_other_owner",
            "pop_keys": "PopIdentity load_or_make_token_key open_pop_identity open_pop_signer read_public_key",
        },
    )

__all__ = [
    "PopIdentity",
    "load_or_make_token_key",
    "note_owner",
    "open_pop_identity",
    "open_pop_signer",
    "read_public_key",
    "refuse_other_owner",
]
