"""The files of an evidence bundle: what proves one answer or one ticket years later, without a network.

    bundle.json             the manifest: what it is about, the keys, and the SHA-256 of every other file
    leaves/000/entry        a leaf as the log has it; the first is the one that the bundle is about
    leaves/000/proof        that it is in the log (C2SP tlog-proof), with the cosigned checkpoint
    leaves/000/opening      the salt and the payload that it commits to, if somebody could still read them
    answers/000.http        an answer that was shown, with its signature, as `curl -i` prints it
    tenant.json             the tenant's keys of that day, as a PoP or the publisher names them

A bundle holds keys, but a reader must have them from elsewhere as well: anybody can make a log of their own. Answers
are bytes here; who verifies them is the caller (`edge.trust`).
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.ledger.checkpoint import OpenedCheckpoint
from edge.ledger.leaf import open_leaf, read_leaf
from edge.ledger.logged import LoggedProof, read_logged_proof
from edge.ledger.note import NoteKey, read_key
from edge.ledger.tree import leaf_hash
from edge.records import DECODE_ERRORS
from edge.records.ledger import Leaf, LeafPayload

MANIFEST = "bundle.json"
MAX_LEAVES = 1_000
_TENANT = "tenant.json"


class EvidenceManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`bundle.json`. Its encoding is exact: another spelling of the same is refused."""

    format: int = 1
    about: str
    """Hash of the first leaf, 64 hexadecimal digits."""
    log: str
    """Verifier key of the log that has the first leaf."""
    also: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """Verifier keys of further logs that have leaves of the bundle."""
    witnesses: tuple[str, ...]
    """Verifier keys of the witnesses that cosigned every checkpoint in the bundle."""
    files: dict[str, str]
    """SHA-256 of each other file in hexadecimal, by its name."""


class EvidenceLeaf(NamedTuple):
    """One leaf that is proven to be in the log."""

    entry: bytes
    proof: LoggedProof
    opening: bytes | None
    """The salt and the payload, if they are in the bundle."""

    @property
    def digest(self) -> bytes:
        """Its hash."""
        return leaf_hash(self.entry)

    @property
    def leaf(self) -> Leaf:
        """What is public of it. Raises `RefusedError`."""
        return read_leaf(self.entry)

    @property
    def payload(self) -> LeafPayload | None:
        """What it commits to; None if that is not in the bundle. Raises `RefusedError` if it is another leaf's."""
        return None if self.opening is None else open_leaf(self.leaf, self.opening)


class EvidenceBundle(NamedTuple):
    """What a bundle holds. Of `read_evidence` it is verified, but for the answers."""

    log: NoteKey
    """The key of the log that has the first leaf."""
    witnesses: tuple[NoteKey, ...]
    leaves: tuple[EvidenceLeaf, ...]
    """The one that it is about first."""
    answers: tuple[bytes, ...]
    tenant: bytes | None
    """The tenant's keys of that day, as JSON."""
    also: tuple[NoteKey, ...] = ()
    """The keys of further logs that have leaves of it."""

    @property
    def logs(self) -> tuple[NoteKey, ...]:
        """The keys of all logs that have leaves of it."""
        return (self.log, *self.also)

    def opened(self, leaf: EvidenceLeaf) -> tuple[NoteKey, OpenedCheckpoint]:
        """The key of the log that has the leaf, and the checkpoint that proves it. Raises `RefusedError`."""
        named = [key for key in self.logs if key.name == leaf.proof.origin] or [self.log]
        for key in named[:-1]:
            try:
                return key, leaf.proof.check(leaf.digest, log=key, witnesses=self.witnesses)
            except RefusedError as error:
                # A ledger that was set aside began again with this name and another key.
                if error.reason is not Reason.SIGNATURE_INVALID:
                    raise
        return named[-1], leaf.proof.check(leaf.digest, log=named[-1], witnesses=self.witnesses)


def evidence_files(evidence: EvidenceBundle) -> dict[str, bytes]:
    """The files of a bundle by name, sorted."""
    files = dict[str, bytes]()
    for number, leaf in enumerate(evidence.leaves):
        folder = f"leaves/{number:03}"
        files[f"{folder}/entry"] = leaf.entry
        files[f"{folder}/proof"] = leaf.proof.text.encode()
        if leaf.opening is not None:
            files[f"{folder}/opening"] = leaf.opening
    files |= {f"answers/{number:03}.http": answer for number, answer in enumerate(evidence.answers)}
    if evidence.tenant is not None:
        files[_TENANT] = evidence.tenant
    manifest = EvidenceManifest(
        about=evidence.leaves[0].digest.hex(),
        log=evidence.log.text,
        also=tuple(key.text for key in evidence.also) or msgspec.UNSET,
        witnesses=tuple(key.text for key in evidence.witnesses),
        files={name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    )
    return dict(sorted({**files, MANIFEST: msgspec.json.encode(manifest)}.items()))


def read_evidence(files: Mapping[str, bytes]) -> EvidenceBundle:
    """What the files of a bundle hold, verified with the keys in it.

    Every leaf is in the log, cosigned by every witness, and belongs to the first one; every opening is its leaf's.
    Raises `RefusedError` if a byte of any file was changed.
    """
    manifest = _manifest(files)
    evidence = EvidenceBundle(
        log=read_key(manifest.log),
        witnesses=tuple(map(read_key, manifest.witnesses)),
        leaves=tuple(_leaves(files)),
        answers=tuple(files[name] for name in sorted(files) if name.startswith("answers/")),
        tenant=files.get(_TENANT),
        also=tuple(map(read_key, manifest.also or ())),
    )
    _check_logged(evidence)
    _check_related(evidence.leaves, manifest.about)
    # Names, order and number of the files are those that this bundle has, and no others.
    if evidence_files(evidence) != dict(files):
        raise RefusedError("the bundle has other files than its leaves and answers need", reason=Reason.MALFORMED)
    return evidence


def _manifest(files: Mapping[str, bytes]) -> EvidenceManifest:
    content = files.get(MANIFEST, b"")
    try:
        manifest = msgspec.json.decode(content, type=EvidenceManifest)
    except DECODE_ERRORS as error:
        raise RefusedError(f"the bundle has no {MANIFEST} that can be read, expected format 1") from error
    if manifest.format != 1:
        raise RefusedError(f"the bundle has format {manifest.format}, expected 1")
    for name in sorted({*manifest.files, *files} - {MANIFEST}):
        if name not in files or manifest.files.get(name) != sha256(files[name]).hexdigest():
            text = f"file {name[:80]!r} of the bundle is missing, was added or was changed"
            raise RefusedError(text, reason=Reason.HASH_MISMATCH)
    return manifest


def _check_logged(evidence: EvidenceBundle) -> None:
    """Raise `RefusedError` unless every leaf is in one of the logs, and every witness cosigned it."""
    used = list[NoteKey]()
    if evidence.leaves and len(evidence.logs) > len(evidence.leaves):
        # Before each leaf is tried with each key.
        raise RefusedError("the bundle names more logs than it has leaves", reason=Reason.CONTRADICTORY)
    for one in evidence.leaves:
        key, opened = evidence.opened(one)
        used += [] if key in used else [key]
        missing = {*evidence.witnesses} - {signature.key for signature in opened.signatures}
        if missing:
            text = f"a checkpoint of the bundle is not cosigned by {', '.join(sorted(key.name for key in missing))}"
            raise RefusedError(text, reason=Reason.SIGNATURE_INVALID)
    if used and tuple(used) != evidence.logs:
        raise RefusedError("the bundle names other logs than its leaves are in", reason=Reason.CONTRADICTORY)


def _leaves(files: Mapping[str, bytes]) -> list[EvidenceLeaf]:
    leaves = list[EvidenceLeaf]()
    while (entry := files.get(f"leaves/{len(leaves):03}/entry")) is not None and len(leaves) < MAX_LEAVES:
        folder = f"leaves/{len(leaves):03}"
        try:
            proof = read_logged_proof(files.get(f"{folder}/proof", b"").decode())
        except UnicodeDecodeError:
            raise RefusedError(f"{folder}/proof is no text, expected a proof") from None
        leaves.append(EvidenceLeaf(entry, proof, files.get(f"{folder}/opening")))
    return leaves


def _check_related(leaves: Sequence[EvidenceLeaf], about: str) -> None:
    """Raise `RefusedError` unless the first leaf is the one that is meant, and all others belong to it."""
    if not leaves or leaves[0].digest.hex() != about:
        raise RefusedError("the first leaf is another one than the bundle is about", reason=Reason.CONTRADICTORY)
    payloads = [one.payload for one in leaves]
    ticket = payloads[0].ticket if payloads[0] else ""
    known = {one.digest for one in leaves}
    consents = {record for payload in payloads if payload is not None for record in payload.consents}
    for one, payload in zip(leaves[1:], payloads[1:], strict=True):
        has_ticket = bool(ticket) and payload is not None and payload.ticket == ticket
        is_consent = payload is not None and payload.record in consents
        if one.leaf.about not in known and not has_ticket and not is_consent:
            text = f"leaf {one.digest.hex()} does not belong to leaf {about}: it names neither it nor its ticket"
            raise RefusedError(text, reason=Reason.CONTRADICTORY)
