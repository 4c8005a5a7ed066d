"""What have people said and done in a conversation at Chatwoot or Zammad since it was last looked at?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.conversations.chatwoot_looks import ChatwootLooks
    from edge.wire.conversations.look import Changes, ConversationLook, Looks, PersonReply
    from edge.wire.conversations.zammad_looks import ZammadLooks
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "chatwoot_looks": "ChatwootLooks",
            "look": "Changes ConversationLook Looks PersonReply",
            "zammad_looks": "ZammadLooks",
        },
    )

__all__ = ["Changes", "ChatwootLooks", "ConversationLook", "Looks", "PersonReply", "ZammadLooks"]
