"""Types of values that records and settings share, and what msgspec raises for bytes that break their rules."""

from datetime import datetime
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN

Utc = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with a time zone. A time without one is refused."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]

MAX_CHANNEL_CHARACTERS = 200
"""Longest name of a channel. YouTube's ids of live chats have 75 characters, those of other platforms are as long."""

PopName = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}\Z")]
"""Name of a PoP: a DNS label, since the publisher also uses it as a file name."""

ConsentText = Annotated[str, msgspec.Meta(pattern=r"\A(skc1\.[A-Za-z0-9_-]{0,2043}|[\s\S]{0,128})\Z")]
"""A consent token (`edge.consent`), or a name of at most 128 characters."""

SUBJECT_PATTERN = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
"""A NATS subject without wildcards (docs.nats.io, "Subject-Based Messaging")."""

DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes of a stranger: they have another form, are no UTF-8, or are nested too deep."""
