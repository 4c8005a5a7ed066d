"""What has a desk learned? Its tickets and replies, as the lines of an export that names no viewer and no ticket."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.exports.chatwoot_export import ChatwootExport
    from edge.wire.exports.zammad_export import ZammadExport
else:
    __getattr__ = lazy_face(
        __name__,
        {"chatwoot_export": "ChatwootExport", "zammad_export": "ZammadExport"},
    )

__all__ = ["ChatwootExport", "ZammadExport"]
