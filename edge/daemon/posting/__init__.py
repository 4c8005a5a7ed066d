"""What becomes of a message that a tenant's own system posts for people, such as a mail or a note of a call?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.posting.intake import MessageIntake
    from edge.daemon.posting.records import PostedMessage, PostedTicket
else:
    __getattr__ = lazy_face(__name__, {"intake": "MessageIntake", "records": "PostedMessage PostedTicket"})

__all__ = ["MessageIntake", "PostedMessage", "PostedTicket"]
