"""What did viewers agree to, as a desk has it: their records, and what is in force for a ticket now?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.consents.book import (
        TABLES,
        PutRecord,
        consent_now,
        every_record,
        put_record,
        viewer_of,
        within_consent,
    )
    from edge.desk.consents.keys import KEY_TABLES, key_of, name_keys, named_keys
    from edge.desk.consents.shown import ShownRow, ShownTranscripts
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "book": "PutRecord TABLES consent_now every_record put_record viewer_of within_consent",
            "keys": "KEY_TABLES key_of name_keys named_keys",
            "shown": "ShownRow ShownTranscripts",
        },
    )

__all__ = [
    "KEY_TABLES",
    "TABLES",
    "PutRecord",
    "ShownRow",
    "ShownTranscripts",
    "consent_now",
    "every_record",
    "key_of",
    "name_keys",
    "named_keys",
    "put_record",
    "viewer_of",
    "within_consent",
]
