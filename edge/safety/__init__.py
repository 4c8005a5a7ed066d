"""May these words pass, and to whom?

Ordered filters look for personal data with a format, for scams and for links. What they find is masked in what leaves
the PoP, or holds the message for people, or has it ignored: the island says which (`edge.records.filters`).

* `fold`: one spelling of a text, with the place of each of its characters in the text;
* `numbers`: cards, IBANs and telephone numbers, by pattern and check digits;
* `words`: mail addresses, streets, links and scams;
* `screening`: the filters of an island over a text, and the text with masks.

Every search is linear in the text's length. No model, no network, and nothing is remembered.

>>> from edge.records.filters import FiltersPolicy
>>> masked("I am jo@example.com", screen("I am jo@example.com", FiltersPolicy()))
'I am [mail]'
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.safety.screening import NOTHING_FOUND, RULE_REVISIONS, Piece, Screened, flood_hit, masked, screen
else:
    __getattr__ = lazy_face(
        __name__, {"screening": "NOTHING_FOUND RULE_REVISIONS Piece Screened flood_hit masked screen"}
    )

__all__ = ["NOTHING_FOUND", "RULE_REVISIONS", "Piece", "Screened", "flood_hit", "masked", "screen"]
