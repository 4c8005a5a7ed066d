"""What is in force, and how does it change? The TUF repository on disk, changed as one."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.repository.key_usage import islands_signed_by
    from edge.publish.repository.repository import Repository, check_tenants
    from edge.publish.repository.state import (
        TENANT_LIFE,
        SignedIsland,
        State,
        check_why,
        fresh_state,
        revision_in,
        set_island,
        signed_bytes,
        target_custom,
        target_path,
        withdrawn_in,
    )
    from edge.publish.repository.transaction import Transaction, key_name
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "key_usage": "islands_signed_by",
            "repository": "Repository check_tenants",
            "state": (
                "SignedIsland State TENANT_LIFE check_why fresh_state revision_in set_island signed_bytes "
                "target_custom target_path withdrawn_in"
            ),
            "transaction": "Transaction key_name",
        },
    )

__all__ = [
    "TENANT_LIFE",
    "Repository",
    "SignedIsland",
    "State",
    "Transaction",
    "check_tenants",
    "check_why",
    "fresh_state",
    "islands_signed_by",
    "key_name",
    "revision_in",
    "set_island",
    "signed_bytes",
    "target_custom",
    "target_path",
    "withdrawn_in",
]
