"""What does a message say, before anybody asks what it means? Pure text, without a model.

message = read_message("@support hi, WHEN does it ship??")
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.message.courtesy import core, is_courtesy
    from edge.triage.message.filter import is_foreign, is_small_talk, language_of
    from edge.triage.message.message import (
        Message,
        Written,
        question_of,
        read_message,
        without_controls,
        without_spans,
    )
    from edge.triage.message.private import Private, private_in, redacted
    from edge.triage.message.text import normalise
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "courtesy": "core is_courtesy",
            "filter": "is_foreign is_small_talk language_of",
            "message": "Message Written question_of read_message without_controls without_spans",
            "private": "Private private_in redacted",
            "text": "normalise",
        },
    )

__all__ = [
    "Message",
    "Private",
    "Written",
    "core",
    "is_courtesy",
    "is_foreign",
    "is_small_talk",
    "language_of",
    "normalise",
    "private_in",
    "question_of",
    "read_message",
    "redacted",
    "without_controls",
    "without_spans",
]
