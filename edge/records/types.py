"""Kinds of values that records and settings share, each with the rule that a reader of it enforces."""

from datetime import datetime
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN

Utc = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its zone; a time without one is refused when it is read."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]

PopName = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}\Z")]
"""A DNS label, as every name of Skerry's: it is a file name at the publisher."""

SUBJECT_PATTERN = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
"""A NATS subject without wildcards (docs.nats.io, "Subject-Based Messaging")."""
