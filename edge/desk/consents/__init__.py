"""What did viewers agree to, as a desk has it: their records, and what is in force for a ticket now?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.consents.book import TABLES, consent_now, every_record, put_record, within_consent
else:
    __getattr__ = lazy_face(__name__, {"book": "TABLES consent_now every_record put_record within_consent"})

__all__ = ["TABLES", "consent_now", "every_record", "put_record", "within_consent"]
