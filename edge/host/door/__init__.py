"""Who may connect, how long does a request take, and what is answered before aiohttp sees it?

A door is one process's HTTP server: llhttp parses each byte first (`connection`), each connection is in one phase with
a time limit (`phases`), and requests that need no more than a look are answered as bytes (`screen`, `refusal`).
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.door.door import Door, mark_stream
    from edge.host.door.limits import DoorLimits, connections_within, raise_file_limit
    from edge.host.door.refusal import NO_SNIFF, Refusal, empty_response, plain_response, problem_refusal
    from edge.host.door.screen import Delayed, FastPath, Next, RequestHead, Screen
    from edge.host.door.unix_socket import Address, BoundSocket, bind_socket, is_socket, socket_address
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "door": "Door mark_stream",
            "limits": "DoorLimits connections_within raise_file_limit",
            "refusal": "NO_SNIFF Refusal empty_response plain_response problem_refusal",
            "screen": "Delayed FastPath RequestHead Next Screen",
            "unix_socket": "Address BoundSocket bind_socket is_socket socket_address",
        },
    )

__all__ = [
    "NO_SNIFF",
    "Address",
    "BoundSocket",
    "Delayed",
    "Door",
    "DoorLimits",
    "FastPath",
    "Next",
    "Refusal",
    "RequestHead",
    "Screen",
    "bind_socket",
    "connections_within",
    "empty_response",
    "is_socket",
    "mark_stream",
    "plain_response",
    "problem_refusal",
    "raise_file_limit",
    "socket_address",
]
