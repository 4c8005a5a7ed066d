"""How does an operator on this machine talk to a running process? By HTTP over a unix socket in its state folder.

A command adds a route at the server and a call at the client. Nothing here knows what the process is.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.admin.call import AdminPeer, call_admin, is_listening
    from edge.host.admin.server import AdminSocket
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "call": "AdminPeer call_admin is_listening",
            "server": "AdminSocket",
        },
    )

__all__ = [
    "AdminPeer",
    "AdminSocket",
    "call_admin",
    "is_listening",
]
