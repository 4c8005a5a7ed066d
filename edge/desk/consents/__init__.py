"""What did viewers agree to, as a desk has it: their records, and what is in force for a ticket now?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.consents.book import TABLES, consent_now, every_record, put_record, viewer_of, within_consent
    from edge.desk.consents.shown import ShownRow, ShownTranscripts
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "book": "TABLES consent_now every_record put_record viewer_of within_consent",
            "shown": "ShownRow ShownTranscripts",
        },
    )

__all__ = [
    "TABLES",
    "ShownRow",
    "ShownTranscripts",
    "consent_now",
    "every_record",
    "put_record",
    "viewer_of",
    "within_consent",
]
