"""Who may sign what, and how do several people sign together?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.signing.bootstrap import bootstrap_repository, draft_bootstrap
    from edge.publish.signing.ceremony import (
        RoleDraft,
        assemble,
        assemble_restored,
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
    from edge.publish.signing.key_inventory import KeyInventory, RoleEntry, take_inventory
    from edge.publish.signing.submission import accept_submission, make_submission, read_role
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "bootstrap": "bootstrap_repository draft_bootstrap",
            "ceremony": (
                "RoleDraft assemble assemble_restored check_holder hand_over read_draft read_public sign_draft "
                "write_drafts write_signature"
            ),
            "delegations": (
                "add_key add_tenant find_key holder_of reissue_root remove_key remove_tenant "
                "replace_online_keys replace_stolen_tenant_key set_keys"
            ),
            "key_inventory": "KeyInventory RoleEntry take_inventory",
            "submission": "accept_submission make_submission read_role",
        },
    )

__all__ = [
    "KeyInventory",
    "RoleDraft",
    "RoleEntry",
    "accept_submission",
    "add_key",
    "add_tenant",
    "assemble",
    "assemble_restored",
    "bootstrap_repository",
    "check_holder",
    "draft_bootstrap",
    "find_key",
    "hand_over",
    "holder_of",
    "make_submission",
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
    "take_inventory",
    "write_drafts",
    "write_signature",
]
