"""Which bytes may a page run as the widget? Its loader as a target of the role `targets`."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.trust.widget.loader import (
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
        {"loader": "LOADERS LoaderSignature LoaderTerms SignedLoader check_loader loader_path signed_loader"},
    )

__all__ = [
    "LOADERS",
    "LoaderSignature",
    "LoaderTerms",
    "SignedLoader",
    "check_loader",
    "loader_path",
    "signed_loader",
]
