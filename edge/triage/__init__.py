"""What is being asked? Normal form, encoder, island head and acceptor turn a viewer's words into a `Verdict`.

Callers bring the model files as bytes. This room uses no clock, disk, network or randomness. So the same question to
the same island with the same files always gets the same verdict. `edge.decide` decides what to do about a verdict.

    triage = load_triage(files)
    head = Head.load(island)
    verdict = triage.judge(head, matter_of(read_message("when does it ship??")))
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.about import LONGEST_NAME, Mention, Things, proposed_names, with_synonyms
    from edge.triage.acceptor import SNIPPETS_LEARNED, Acceptor, AcceptorWeights, BoostedTrees
    from edge.triage.encoder import Encoder
    from edge.triage.evidence import NEIGHBOURS, Evidence
    from edge.triage.features import FEATURES, LISTED, best_first, feature_row, kinds_of, shares
    from edge.triage.head import Head
    from edge.triage.judge import MODEL_FILES, Triage, load_triage
    from edge.triage.languages import (
        HARM_FILES,
        PACKAGE_FILES,
        SPECIAL,
        Across,
        ExampleRow,
        HarmAcross,
        HarmWeights,
        LanguagesCard,
        LanguagesFiles,
        LikelyCard,
        LikelySnippets,
        MultilingualEncoder,
        Pieces,
        check_hashes,
        is_script_known,
        packed_row,
        read_languages_card,
    )
    from edge.triage.message import (
        Message,
        Private,
        is_foreign,
        language_of,
        normalise,
        private_in,
        question_of,
        read_message,
        redacted,
        without_controls,
        without_spans,
    )
    from edge.triage.parts import MAX_PARTS, Matter, Part, matter_of, parts_of, split_parts
    from edge.triage.reader import KINDS, Reader, ReaderWeights, read_features
    from edge.triage.stance import stance_cues
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "about": "LONGEST_NAME Mention Things proposed_names with_synonyms",
            "acceptor": "Acceptor AcceptorWeights BoostedTrees SNIPPETS_LEARNED",
            "encoder": "Encoder",
            "evidence": "Evidence NEIGHBOURS",
            "features": "FEATURES LISTED best_first feature_row kinds_of shares",
            "head": "Head",
            "judge": "MODEL_FILES Triage load_triage",
            "languages": (
                "PACKAGE_FILES SPECIAL ExampleRow LanguagesCard LanguagesFiles LikelyCard LikelySnippets"
                " Across HARM_FILES HarmAcross HarmWeights MultilingualEncoder Pieces"
                " check_hashes is_script_known packed_row read_languages_card"
            ),
            "message": (
                "Message Private is_foreign language_of normalise private_in question_of read_message redacted "
                "without_controls "
                "without_spans"
            ),
            "reader": "KINDS Reader ReaderWeights read_features",
            "stance": "stance_cues",
            "parts": "MAX_PARTS Matter Part matter_of parts_of split_parts",
        },
    )

__all__ = [
    "FEATURES",
    "HARM_FILES",
    "KINDS",
    "LISTED",
    "LONGEST_NAME",
    "MAX_PARTS",
    "MODEL_FILES",
    "NEIGHBOURS",
    "PACKAGE_FILES",
    "SNIPPETS_LEARNED",
    "SPECIAL",
    "Acceptor",
    "AcceptorWeights",
    "Across",
    "BoostedTrees",
    "Encoder",
    "Evidence",
    "ExampleRow",
    "HarmAcross",
    "HarmWeights",
    "Head",
    "LanguagesCard",
    "LanguagesFiles",
    "LikelyCard",
    "LikelySnippets",
    "Matter",
    "Mention",
    "Message",
    "MultilingualEncoder",
    "Part",
    "Pieces",
    "Private",
    "Reader",
    "ReaderWeights",
    "Things",
    "Triage",
    "best_first",
    "check_hashes",
    "feature_row",
    "is_foreign",
    "is_script_known",
    "kinds_of",
    "language_of",
    "load_triage",
    "matter_of",
    "normalise",
    "packed_row",
    "parts_of",
    "private_in",
    "proposed_names",
    "question_of",
    "read_features",
    "read_languages_card",
    "read_message",
    "redacted",
    "shares",
    "split_parts",
    "stance_cues",
    "with_synonyms",
    "without_controls",
    "without_spans",
]
