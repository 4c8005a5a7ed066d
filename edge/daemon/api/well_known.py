"""The keys that may sign each tenant's snippets now, for pages that verify the snippets that they show.

They are the keys of the tenant's delegation in verified TUF metadata. A page that trusts no PoP gets them from its own
tenant, or by a TUF client from the target `keys/<tenant>.json`. Here they serve to try things out and to notice a
rotation.
"""

import base64

from edge.daemon.sync import trusted_roles
from edge.records import TenantKey, TenantKeys
from edge.trust import TrustedMetadata


def tenant_keys(trust: TrustedMetadata) -> list[TenantKeys]:
    """The public keys of each tenant with a verified role; two keys while one replaces the other."""
    return [
        TenantKeys(
            tenant=tenant,
            keys=tuple(
                TenantKey(key_id=key_id, ed25519=base64.b64encode(raw).decode()) for key_id, raw in role.keys.items()
            ),
        )
        for tenant, role in trusted_roles(trust, trust.tenants())
    ]
