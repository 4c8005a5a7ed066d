"""Who may connect, how long does a request take, and what is answered before aiohttp sees it?

A door is one process's HTTP server: llhttp parses each byte first (`connection`), each connection is in one phase with
a time limit (`phases`), and requests that need no more than a look are answered as bytes (`screen`, `refusal`).
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.door.addresses import Address, remove_stale_socket
    from edge.host.door.door import Door, mark_stream
    from edge.host.door.limits import DoorLimits, connections_within, raise_file_limit
    from edge.host.door.refusal import Refusal, plain_response, problem_refusal
    from edge.host.door.screen import Delayed, Next, PassAll, RequestHead, Screen
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "addresses": "Address remove_stale_socket",
            "door": "Door mark_stream",
            "limits": "DoorLimits connections_within raise_file_limit",
            "refusal": "Refusal plain_response problem_refusal",
            "screen": "Delayed RequestHead Next PassAll Screen",
        },
    )

__all__ = [
    "Address",
    "Delayed",
    "Door",
    "DoorLimits",
    "Next",
    "PassAll",
    "Refusal",
    "RequestHead",
    "Screen",
    "connections_within",
    "mark_stream",
    "plain_response",
    "problem_refusal",
    "raise_file_limit",
    "remove_stale_socket",
]
