"""What is in force, and how does it change? The TUF repository on disk; each change happens at one moment."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.repository.key_usage import islands_signed_by
    from edge.publish.repository.listed_targets import list_loader, unlist_loaders
    from edge.publish.repository.old_snapshots import remove_old_snapshots
    from edge.publish.repository.repository import Repository
    from edge.publish.repository.state import (
        TENANT_LIFE,
        SignedIsland,
        State,
        check_why,
        fresh_state,
        key_name,
        reached_in,
        revision_in,
        set_island,
        set_reached,
        signed_bytes,
        target_custom,
        target_path,
        withdrawn_in,
    )
    from edge.publish.repository.tenant_names import check_tenants
    from edge.publish.repository.transaction import Transaction
    from edge.publish.repository.versions import raise_version
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "key_usage": "islands_signed_by",
            "listed_targets": "list_loader unlist_loaders",
            "old_snapshots": "remove_old_snapshots",
            "repository": "Repository",
            "state": (
                "SignedIsland State TENANT_LIFE check_why fresh_state key_name reached_in "
                "revision_in set_island set_reached signed_bytes target_custom target_path withdrawn_in"
            ),
            "tenant_names": "check_tenants",
            "transaction": "Transaction",
            "versions": "raise_version",
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
    "list_loader",
    "raise_version",
    "reached_in",
    "remove_old_snapshots",
    "revision_in",
    "set_island",
    "set_reached",
    "signed_bytes",
    "target_custom",
    "target_path",
    "unlist_loaders",
    "withdrawn_in",
]
