"""What did viewers agree to? Rows in the outbox's file, stored with the parcel that takes each record to origin.

A row stays while its record waits for origin, and while a consent or a withdrawal matters here. Nothing of it is
dropped to make room: beyond the bounds, new consent is refused. A withdrawal that names a consent is always taken;
those that name none have a share of their own.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.consents.rows import (
        MAX_BYTES,
        MAX_RECORDS,
        SCHEMA,
        ConsentRows,
        NewConsent,
        StoredConsent,
        stored_records,
    )
else:
    __getattr__ = lazy_face(
        __name__, {"rows": "ConsentRows MAX_BYTES MAX_RECORDS NewConsent SCHEMA StoredConsent stored_records"}
    )

__all__ = ["MAX_BYTES", "MAX_RECORDS", "SCHEMA", "ConsentRows", "NewConsent", "StoredConsent", "stored_records"]
