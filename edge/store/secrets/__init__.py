"""Which keys does a PoP make itself?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.secrets.pop_keys import PopIdentity, load_or_make_token_key, open_pop_identity
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "pop_keys": "PopIdentity load_or_make_token_key open_pop_identity",
        },
    )

__all__ = [
    "PopIdentity",
    "load_or_make_token_key",
    "open_pop_identity",
]
