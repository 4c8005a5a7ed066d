"""Targets that the role `targets` lists itself: tenants' public keys, and loaders of the widget.

A tenant's keys are the target `keys/<tenant>.json`, for TUF clients that do not show delegations.

The delegation in the role `targets` decides who may sign. This target is made from it and is in the same signed file,
so the two cannot disagree. A PoP reads only the delegation.

A loader is a target of the folder `widget/` (`edge.trust.widget`). Its signature lasts as long as the role and is made
again with it, so a publisher that renews its roles renews it, too.
"""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from tuf.api.metadata import TargetFile, Targets

from edge.publish.keys import KeyStore
from edge.records import TenantKey, TenantKeys
from edge.trust import (
    LOADERS,
    Ed25519Key,
    LoaderSignature,
    hash_header,
    loader_path,
    signature_base,
    signature_header,
    signature_input,
)


def list_keys(targets: Targets) -> dict[str, bytes]:
    """Let `targets` list the keys of every tenant that it delegates to, and nothing else but loaders.

    Returns the listed files by path, relative to the repository. Idempotent.
    """
    listed = {f"keys/{tenant}.json": document for tenant, document in _documents(targets).items()}
    for path in [path for path in targets.targets if path not in listed and not path.startswith(LOADERS)]:
        del targets.targets[path]
    files = {}
    for path, document in listed.items():
        target = TargetFile.from_data(path, document, ["sha256"])
        if targets.targets.get(path) != target:
            targets.targets[path] = target
        files[_file_of(target)] = document
    return files


def list_loader(targets: Targets, content: bytes) -> dict[str, bytes]:
    """Let `targets` list a loader, without a signature. Returns its file, as `list_keys` does. Idempotent."""
    path = loader_path(hashlib.sha256(content).hexdigest())
    target = targets.targets.setdefault(path, TargetFile.from_data(path, content, ["sha256"]))
    return {_file_of(target): content}


def unlist_loaders(targets: Targets, content: bytes) -> tuple[str, ...]:
    """Let `targets` list no loader but this one. Returns the paths of those that are listed no more."""
    kept = loader_path(hashlib.sha256(content).hexdigest())
    gone = tuple(path for path in targets.targets if path.startswith(LOADERS) and path != kept)
    for path in gone:
        del targets.targets[path]
    return gone


def sign_loaders(targets: Targets, keys: KeyStore, *, allowed: Iterable[bytes], now: datetime) -> None:
    """Sign every loader that `targets` lists, from `now` until the role expires.

    By the newest of the role's keys that is here. `allowed`: the role's public keys, oldest first. If none is here,
    because people sign the role elsewhere, the loaders keep the signatures that they have.
    """
    names = {keys.public(name): name for name in keys.names_for("targets")}
    present = [names[public] for public in allowed if public in names]
    loaders = [target for path, target in targets.targets.items() if path.startswith(LOADERS)]
    if not present or not loaders:
        return
    signer = keys.load(present[-1])
    created, expires = int(now.timestamp()), int(targets.expires.timestamp())
    terms = signature_input(public_key=signer.public, created=created, expires=expires)
    for target in loaders:
        digest = hash_header(bytes.fromhex(target.hashes["sha256"]))
        signature = signature_header(signer.sign(signature_base(digest, terms)))
        signed = LoaderSignature(signature_input=terms, signature=signature)
        target.unrecognized_fields["custom"] = msgspec.to_builtins(signed)


def _file_of(target: TargetFile) -> str:
    """Where the target's file is, relative to the repository (TUF specification, 6.2)."""
    folder, _, name = target.path.partition("/")
    return f"targets/{folder}/{target.hashes['sha256']}.{name}"


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
