"""Which keys does a PoP make for itself?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.secrets.pop_key import PopIdentity, open_pop_identity
    from edge.store.secrets.token_key import load_or_make_token_key
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "pop_key": "PopIdentity open_pop_identity",
            "token_key": "load_or_make_token_key",
        },
    )

__all__ = [
    "PopIdentity",
    "load_or_make_token_key",
    "open_pop_identity",
]
