"""What becomes of this question?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ask.answerer import Answerer
    from edge.daemon.ask.concluder import Concluder
    from edge.daemon.ask.find import find_slot
    from edge.daemon.ask.judge import Judge
    from edge.daemon.ask.overload import Overload, too_much
    from edge.daemon.ask.provenance import provenance_of, signed_answer
    from edge.daemon.ask.question import Concluded, OpenQuestion, read_as_sent
    from edge.daemon.ask.response import make_response, viewers_form
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answerer": "Answerer",
            "concluder": "Concluder",
            "find": "find_slot",
            "judge": "Judge",
            "overload": "Overload too_much",
            "provenance": "provenance_of signed_answer",
            "question": "Concluded OpenQuestion read_as_sent",
            "response": "make_response viewers_form",
        },
    )

__all__ = [
    "Answerer",
    "Concluded",
    "Concluder",
    "Judge",
    "OpenQuestion",
    "Overload",
    "find_slot",
    "make_response",
    "provenance_of",
    "read_as_sent",
    "signed_answer",
    "too_much",
    "viewers_form",
]
