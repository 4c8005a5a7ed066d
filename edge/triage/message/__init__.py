"""What does a message say, before anybody asks what it means? Pure text, without a model.

message = read_message("@support hi, WHEN does it ship??")
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.message.filter import is_foreign, is_small_talk
    from edge.triage.message.message import Message, question_of, read_message, without_controls, without_spans
    from edge.triage.message.text import normalise
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "filter": "is_foreign is_small_talk",
            "message": "Message question_of read_message without_controls without_spans",
            "text": "normalise",
        },
    )

__all__ = [
    "Message",
    "is_foreign",
    "is_small_talk",
    "normalise",
    "question_of",
    "read_message",
    "without_controls",
    "without_spans",
]
