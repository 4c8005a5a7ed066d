"""Who may sign what, and how do several people sign together?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.signing.bootstrap import draft_bootstrap, found
    from edge.publish.signing.ceremony import (
        RoleDraft,
        assemble,
        check_holder,
        hand_over,
        read_draft,
        read_public,
        sign_draft,
        write_drafts,
        write_signature,
    )
    from edge.publish.signing.delegations import (
        add_key,
        add_tenant,
        find_key,
        holder_of,
        reissue_root,
        remove_key,
        remove_tenant,
        replace_online_keys,
        replace_stolen_tenant_key,
        set_keys,
    )
    from edge.publish.signing.key_inventory import KeyInventory, RoleEntry, holdings
    from edge.publish.signing.submission import read_role, submit, take
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "bootstrap": "draft_bootstrap found",
            "ceremony": (
                "RoleDraft assemble check_holder hand_over read_draft read_public sign_draft write_drafts "
                "write_signature"
            ),
            "delegations": (
                "add_key add_tenant find_key holder_of reissue_root remove_key remove_tenant "
                "replace_online_keys replace_stolen_tenant_key set_keys"
            ),
            "key_inventory": "KeyInventory RoleEntry holdings",
            "submission": "read_role submit take",
        },
    )

__all__ = [
    "KeyInventory",
    "RoleDraft",
    "RoleEntry",
    "add_key",
    "add_tenant",
    "assemble",
    "check_holder",
    "draft_bootstrap",
    "find_key",
    "found",
    "hand_over",
    "holder_of",
    "holdings",
    "read_draft",
    "read_public",
    "read_role",
    "reissue_root",
    "remove_key",
    "remove_tenant",
    "replace_online_keys",
    "replace_stolen_tenant_key",
    "set_keys",
    "sign_draft",
    "submit",
    "take",
    "write_drafts",
    "write_signature",
]
