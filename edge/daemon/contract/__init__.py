"""How is a PoP's HTTP interface described? The OpenAPI document, for people, tools and tests."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.contract.pop import openapi_document
else:
    __getattr__ = lazy_face(__name__, {"pop": "openapi_document"})

__all__ = ["openapi_document"]
