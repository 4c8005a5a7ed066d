"""The islands in force that depend on one key. They must be published again before the key is taken away."""

from pathlib import Path

import msgspec

from edge.errors import RefusedError
from edge.publish.repository.state import State, target_path
from edge.records import DECODE_ERRORS, Island, IslandName
from edge.trust import read_signature_input


def islands_signed_by(folder: Path, state: State, role: str, key_id: str) -> tuple[str, ...]:
    """The tenant's islands, as `tenant/island`, in which the key signed a snippet; empty if `role` is no tenant's.

    `folder` is the repository's. Raises `KeyError` when the role has no key `key_id`, and `OSError` when an island's
    file is missing.
    """
    if role not in state.tenants:
        return ()
    publics = {key.keyid: public for public, key in state.keys(role).items()}
    islands = []
    for path, target in state.tenants[role].targets.items():
        name = IslandName.from_target_path(path)
        content = (folder / target_path(name, target.hashes["sha256"])).read_bytes()
        if publics[key_id] in _signers(content):
            islands.append(str(name))
    return tuple(islands)


def _signers(content: bytes) -> set[bytes]:
    """The public keys that signed an island's snippets; none if the file is not an island."""
    try:
        snippets = msgspec.msgpack.decode(content, type=Island).snippets
        return {read_signature_input(snippet.signature_input).public_key for snippet in snippets}
    except (RefusedError, *DECODE_ERRORS):
        return set()
