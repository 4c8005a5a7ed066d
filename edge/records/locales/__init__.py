"""Which records say in which language an answer is, and in which it was wanted?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.locales.locale import LanguageNote, SignedLocale, Translation
else:
    __getattr__ = lazy_face(__name__, {"locale": "LanguageNote SignedLocale Translation"})

__all__ = ["LanguageNote", "SignedLocale", "Translation"]
