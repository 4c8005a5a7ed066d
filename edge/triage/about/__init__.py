"""Is a question about what the island is about, or the same question about another thing?

"How do I wash the socks" has the words of a question about a hoodie, and the hoodie's answer may be wrong for socks.
What shows it: a thing is named that the island never names (`Things`, `Own`), or words stand where an example has a
thing of the island's (`exchange_of`). `about_share` says how much of a confidence that leaves.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.triage.about.exchange import Exchange, exchange_of
    from edge.triage.about.own import GENERAL, Own
    from edge.triage.about.proposal import MOST_NAMES, proposed_names, with_synonyms
    from edge.triage.about.share import NO_SIGNS, Signs, about_share, is_about_any, ours_share, signs_of
    from edge.triage.about.things import LONGEST_NAME, USUAL, VAGUE, VALUE, Mention, Things, key_of
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "exchange": "Exchange exchange_of",
            "own": "GENERAL Own",
            "proposal": "MOST_NAMES proposed_names with_synonyms",
            "share": "NO_SIGNS Signs about_share is_about_any ours_share signs_of",
            "things": "LONGEST_NAME Mention Things USUAL VAGUE VALUE key_of",
        },
    )

__all__ = [
    "GENERAL",
    "LONGEST_NAME",
    "MOST_NAMES",
    "NO_SIGNS",
    "USUAL",
    "VAGUE",
    "VALUE",
    "Exchange",
    "Mention",
    "Own",
    "Signs",
    "Things",
    "about_share",
    "exchange_of",
    "is_about_any",
    "key_of",
    "ours_share",
    "proposed_names",
    "signs_of",
    "with_synonyms",
]
