"""What becomes of this question?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ask.answerer import Answerer, Suggest, is_other_language, read_across
    from edge.daemon.ask.concluder import Concluder
    from edge.daemon.ask.judge import Judge
    from edge.daemon.ask.overload import Overload, too_much
    from edge.daemon.ask.provenance import Approved, approved, as_signed, provenance_of, signed_answer
    from edge.daemon.ask.question import (
        Concluded,
        OpenQuestion,
        find_served,
        find_slot,
        find_slot_for_question,
        read_as_sent,
        screened,
        unmarked,
    )
    from edge.daemon.ask.response import make_response, make_viewers_response, viewers_form
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answerer": "Answerer Suggest is_other_language read_across",
            "concluder": "Concluder",
            "judge": "Judge",
            "overload": "Overload too_much",
            "provenance": "Approved approved as_signed provenance_of signed_answer",
            "question": (
                "Concluded OpenQuestion find_served find_slot find_slot_for_question read_as_sent screened unmarked"
            ),
            "response": "make_response make_viewers_response viewers_form",
        },
    )

__all__ = [
    "Answerer",
    "Approved",
    "Concluded",
    "Concluder",
    "Judge",
    "OpenQuestion",
    "Overload",
    "Suggest",
    "approved",
    "as_signed",
    "find_served",
    "find_slot",
    "find_slot_for_question",
    "is_other_language",
    "make_response",
    "make_viewers_response",
    "provenance_of",
    "read_across",
    "read_as_sent",
    "screened",
    "signed_answer",
    "too_much",
    "unmarked",
    "viewers_form",
]
