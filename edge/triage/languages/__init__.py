"""What is being asked in another language than the island's? A second model, which a PoP loads only if it is told to.

It ranks, and only an offer is made of that: it never answers. Callers bring the files; this room reads none.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.languages.encoder import (
        PACKAGE_FILES,
        LanguagesCard,
        LanguagesFiles,
        LikelyCard,
        MultilingualEncoder,
        check_hashes,
        read_languages_card,
    )
    from edge.triage.languages.harm import HARM_FILES, HarmAcross, HarmWeights, is_script_known
    from edge.triage.languages.likely import Across, ExampleRow, LikelySnippets, packed_row
    from edge.triage.languages.pieces import SPECIAL, Pieces
    from edge.triage.languages.words import WordRows
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "encoder": "LanguagesCard LanguagesFiles LikelyCard MultilingualEncoder PACKAGE_FILES check_hashes"
            " read_languages_card",
            "harm": "HARM_FILES HarmAcross HarmWeights is_script_known",
            "likely": "Across ExampleRow LikelySnippets packed_row",
            "pieces": "Pieces SPECIAL",
            "words": "WordRows",
        },
    )

__all__ = [
    "HARM_FILES",
    "PACKAGE_FILES",
    "SPECIAL",
    "Across",
    "ExampleRow",
    "HarmAcross",
    "HarmWeights",
    "LanguagesCard",
    "LanguagesFiles",
    "LikelyCard",
    "LikelySnippets",
    "MultilingualEncoder",
    "Pieces",
    "WordRows",
    "check_hashes",
    "is_script_known",
    "packed_row",
    "read_languages_card",
]
