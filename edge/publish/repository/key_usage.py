"""Which islands in force hang on one key alone: what has to be published again before that key may go."""

from pathlib import Path

import msgspec

from edge.errors import RefusedError
from edge.publish.repository.state import State, target_path
from edge.records import Island, IslandName
from edge.trust import read_signature_input


def islands_signed_by(folder: Path, state: State, role: str, key_id: str) -> tuple[str, ...]:
    """The tenant's islands of which any snippet is signed with the key; none for a role that signs no islands."""
    if role not in state.tenants:
        return ()
    publics = {key.keyid: public for public, key in state.keys(role).items()}
    found = []
    for path, target in state.tenants[role].targets.items():
        name = IslandName.from_target_path(path)
        content = (folder / target_path(name, target.hashes["sha256"])).read_bytes()
        if publics[key_id] in _signers(content):
            found.append(str(name))
    return tuple(found)


def _signers(content: bytes) -> set[bytes]:
    try:
        snippets = msgspec.msgpack.decode(content, type=Island).snippets
        return {read_signature_input(snippet.signature_input).public_key for snippet in snippets}
    except (msgspec.DecodeError, UnicodeDecodeError, RefusedError):
        return set()
