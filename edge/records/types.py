"""Types of values that records and settings share. msgspec enforces their rules when it decodes."""

from datetime import datetime
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN

Utc = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with a time zone. A time without one is refused."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]

PopName = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}\Z")]
"""Name of a PoP: a DNS label, since the publisher also uses it as a file name."""

SUBJECT_PATTERN = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
"""A NATS subject without wildcards (docs.nats.io, "Subject-Based Messaging")."""
