"""Times that know their zone."""

from datetime import datetime
from typing import Annotated

import msgspec

Utc = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its zone; a time without one is refused when it is read."""
