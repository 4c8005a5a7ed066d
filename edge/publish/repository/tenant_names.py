"""Names that a tenant can have: DNS labels that are no role or folder of every repository."""

import re
from collections.abc import Sequence

from edge.errors import ConfigError
from edge.publish.source import RESERVED_TENANTS
from edge.records import NAME_PATTERN

_NAME = re.compile(NAME_PATTERN)


def check_tenants(tenants: Sequence[str]) -> None:
    """Check the names of new tenants. Raises `ConfigError` for the first one that a tenant cannot have."""
    for tenant in tenants:
        if tenant in RESERVED_TENANTS or _NAME.fullmatch(tenant) is None:
            text = f"{tenant[:64]!r} cannot be a tenant, choose 1 to 63 lower-case letters, digits and inner '-'"
            raise ConfigError(f"{text}, but none of {', '.join(sorted(RESERVED_TENANTS))}")
