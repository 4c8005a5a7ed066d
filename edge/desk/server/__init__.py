"""How does a desk run? Its routes, its door, its admin socket, and what it does by itself every second."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.server.openapi import openapi_document
    from edge.desk.server.server import KEEP_DAYS, DeskServer, admin_folder
else:
    __getattr__ = lazy_face(__name__, {"openapi": "openapi_document", "server": "KEEP_DAYS DeskServer admin_folder"})

__all__ = ["KEEP_DAYS", "DeskServer", "admin_folder", "openapi_document"]
