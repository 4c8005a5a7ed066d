"""How does an author's source become signed bytes that a PoP can serve?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.compile.about import names_to_propose, own_names
    from edge.publish.compile.prepare import (
        Prepared,
        Progress,
        distinct,
        prepare_island,
        prepare_without_golden,
        quiet_training,
    )
    from edge.publish.compile.purposes import sign_purposes_again
    from edge.publish.compile.remembered import remembering
    from edge.publish.compile.sentences import sentences_of
    from edge.publish.compile.sign import (
        MAX_ISLAND_BYTES,
        assemble_island,
        pack_island,
        sign_island,
        sign_snippet,
        unsigned_snippet,
    )
    from edge.publish.compile.training import compile_head, in_words, train_head
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "about": "names_to_propose own_names",
            "prepare": "Prepared Progress distinct prepare_island prepare_without_golden quiet_training",
            "remembered": "remembering",
            "sentences": "sentences_of",
            "purposes": "sign_purposes_again",
            "sign": "MAX_ISLAND_BYTES assemble_island pack_island sign_island sign_snippet unsigned_snippet",
            "training": "compile_head in_words train_head",
        },
    )

__all__ = [
    "MAX_ISLAND_BYTES",
    "Prepared",
    "Progress",
    "assemble_island",
    "compile_head",
    "distinct",
    "in_words",
    "names_to_propose",
    "own_names",
    "pack_island",
    "prepare_island",
    "prepare_without_golden",
    "quiet_training",
    "remembering",
    "sentences_of",
    "sign_island",
    "sign_purposes_again",
    "sign_snippet",
    "train_head",
    "unsigned_snippet",
]
