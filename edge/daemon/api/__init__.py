"""Which HTTP requests does a PoP answer, and how? Bytes in, bytes out."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.api.app import HttpApp
    from edge.daemon.api.desk import DeskRoutes
    from edge.daemon.api.feedback import FeedbackRoutes
    from edge.daemon.api.posting import PostingRoutes
    from edge.daemon.api.screen import PopScreen
    from edge.daemon.api.sessions import SessionRoutes
    from edge.daemon.api.snippets import (
        MAX_STALE_S,
        ServedSnippet,
        cache_control,
        document_for,
        etag_of,
        find_snippet,
        has_document,
        snippet_response,
    )
    from edge.daemon.api.viewer import ViewerRoutes
    from edge.daemon.api.webhooks import WebhookRoutes
    from edge.daemon.api.well_known import tenant_keys
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "app": "HttpApp",
            "desk": "DeskRoutes",
            "feedback": "FeedbackRoutes",
            "posting": "PostingRoutes",
            "screen": "PopScreen",
            "sessions": "SessionRoutes",
            "snippets": (
                "MAX_STALE_S ServedSnippet cache_control document_for etag_of find_snippet has_document"
                " snippet_response"
            ),
            "viewer": "ViewerRoutes",
            "webhooks": "WebhookRoutes",
            "well_known": "tenant_keys",
        },
    )

__all__ = [
    "MAX_STALE_S",
    "DeskRoutes",
    "FeedbackRoutes",
    "HttpApp",
    "PopScreen",
    "PostingRoutes",
    "ServedSnippet",
    "SessionRoutes",
    "ViewerRoutes",
    "WebhookRoutes",
    "cache_control",
    "document_for",
    "etag_of",
    "find_snippet",
    "has_document",
    "snippet_response",
    "tenant_keys",
]
