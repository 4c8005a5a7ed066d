"""What does the answer of an HTTP peer mean, or its silence?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.http.answers import read_at_most
    from edge.wire.http.event_stream import CONNECT_S, EventStreamClient
    from edge.wire.http.http_errors import IDENTITY, cause_of_status, peer_name, system_cause, unreachable
    from edge.wire.http.json_items import JsonItems
    from edge.wire.http.retry_after import peer_time, requested_retry_after_s
    from edge.wire.http.session import new_http_session
    from edge.wire.http.sse import EVENT_STREAM, EventStreamParser, ServerSentEvent
    from edge.wire.http.via import RequestOptions, Via, directly
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answers": "read_at_most",
            "event_stream": "CONNECT_S EventStreamClient",
            "http_errors": "IDENTITY cause_of_status peer_name system_cause unreachable",
            "json_items": "JsonItems",
            "retry_after": "peer_time requested_retry_after_s",
            "session": "new_http_session",
            "sse": "EVENT_STREAM EventStreamParser ServerSentEvent",
            "via": "RequestOptions Via directly",
        },
    )

__all__ = [
    "CONNECT_S",
    "EVENT_STREAM",
    "IDENTITY",
    "EventStreamClient",
    "EventStreamParser",
    "JsonItems",
    "RequestOptions",
    "ServerSentEvent",
    "Via",
    "cause_of_status",
    "directly",
    "new_http_session",
    "peer_name",
    "peer_time",
    "read_at_most",
    "requested_retry_after_s",
    "system_cause",
    "unreachable",
]
