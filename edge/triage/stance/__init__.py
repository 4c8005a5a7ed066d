"""Does a message ask what its words are about, or does it only speak of it? Evidence by words, without a model.

asks("i don't want to cancel my order")
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.stance.cues import stance_cues
    from edge.triage.stance.stance import Stance, asks, stance_of, stance_share
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "cues": "stance_cues",
            "stance": "Stance asks stance_of stance_share",
        },
    )

__all__ = [
    "Stance",
    "asks",
    "stance_cues",
    "stance_of",
    "stance_share",
]
