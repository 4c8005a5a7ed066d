"""A tenant's public keys as a target, `keys/<tenant>.json`, for TUF clients that do not show delegations.

The delegation in the role `targets` decides who may sign. This target is made from it and is in the same signed file,
so the two cannot disagree. A PoP reads only the delegation.
"""

import base64
import hashlib

import msgspec
from tuf.api.metadata import TargetFile, Targets

from edge.records import TenantKey, TenantKeys
from edge.trust import Ed25519Key


def list_keys(targets: Targets) -> dict[str, bytes]:
    """Let `targets` list the keys of every tenant that it delegates to, and no other target.

    Returns the listed files by path, relative to the repository. Idempotent.
    """
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
        named = [delegations.keys.get(key_id) for key_id in role.keyids]
        keys = tuple(
            TenantKey(key_id=key.keyid, ed25519=base64.b64encode(key.raw).decode())
            for key in named
            if isinstance(key, Ed25519Key)
        )
        documents[tenant] = msgspec.json.encode(TenantKeys(tenant=tenant, keys=keys))
    return documents
