"""The kinds of values that settings have."""

from typing import Annotated

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
PopName = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")]
"""A DNS label, as every name of Skerry's (`edge.records.name`): it is a file name at the publisher."""
SUBJECT = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
"""A NATS subject without wildcards (docs.nats.io, "Subject-Based Messaging")."""
