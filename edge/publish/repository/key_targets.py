"""A tenant's public keys as a target, `keys/<tenant>.json`, for TUF clients that do not show delegations.

The delegation in the role `targets` is what counts; this target says the same, is made from it, and stands in the same
signed file, so the two cannot disagree. A PoP reads the delegation and never this.
"""

import base64
import hashlib

import msgspec
from tuf.api.metadata import TargetFile, Targets

from edge.records import TenantKey, TenantKeys
from edge.trust import Ed25519Key


def list_keys(targets: Targets) -> dict[str, bytes]:
    """Make `targets` list the keys of every tenant that it delegates to; their files, by path below the repository."""
    listed = {f"keys/{tenant}.json": document for tenant, document in _documents(targets).items()}
    for path in [path for path in targets.targets if path not in listed]:
        del targets.targets[path]
    files = {}
    for path, document in listed.items():
        target = TargetFile.from_data(path, document, ["sha256"])
        if targets.targets.get(path) != target:
            targets.targets[path] = target
        folder, _, name = path.partition("/")
        files[f"targets/{folder}/{hashlib.sha256(document).hexdigest()}.{name}"] = document
    return files


def _documents(targets: Targets) -> dict[str, bytes]:
    delegations = targets.delegations
    if delegations is None or delegations.roles is None:
        return {}
    documents = {}
    for tenant, role in delegations.roles.items():
        found = [delegations.keys.get(key_id) for key_id in role.keyids]
        keys = tuple(
            TenantKey(key_id=key.keyid, ed25519=base64.b64encode(key.raw).decode())
            for key in found
            if isinstance(key, Ed25519Key)
        )
        documents[tenant] = msgspec.json.encode(TenantKeys(tenant=tenant, keys=keys))
    return documents
