"""What happened, provably? Pure. A log that only grows: a hash tree, its files, its proofs and its signed states.

`leaf` commits to what happened, and `payloads` keeps that for its tenant alone. `tree` has roots (RFC 6962), `proofs`
that a leaf is in a log and that a log only grew, `tiles` the files of a log (C2SP tlog-tiles), `note` and `checkpoint`
what is signed of it, by the log and by witnesses. `verify` says whether all files are what a checkpoint says, `logged`
is the text that proves one entry offline, and `submission` is what a witness is asked. Go's `sumdb/note` and
`sumdb/tlog` read all of them (`tests/interop`).
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.ledger.audit import AuditFinding, AuditWord, ChatLine, LoggedAnswer, compare
    from edge.ledger.checkpoint import Checkpoint, OpenedCheckpoint, open_checkpoint, read_checkpoint
    from edge.ledger.evidence import (
        MANIFEST,
        EvidenceBundle,
        EvidenceLeaf,
        EvidenceManifest,
        evidence_files,
        read_evidence,
    )
    from edge.ledger.leaf import LEAF_SALT_BYTES, CommittedLeaf, commit, open_leaf, read_leaf
    from edge.ledger.logged import LoggedProof, read_logged_proof
    from edge.ledger.note import (
        NoteKey,
        NoteSignature,
        SignatureType,
        cosign,
        cosignature,
        countersign,
        open_note,
        read_key,
        sign_note,
    )
    from edge.ledger.payloads import (
        KEY_BYTES,
        NONCE_BYTES,
        SEALED_KEY_BYTES,
        PayloadPlace,
        commitment,
        decrypt_payload,
        encrypt_payload,
        open_sealed_key,
    )
    from edge.ledger.proofs import check_consistency, check_inclusion, consistency_proof, inclusion_proof
    from edge.ledger.submission import MAX_SUBMISSION_BYTES, Submission, read_submission
    from edge.ledger.tiles import (
        TILE_HEIGHT,
        TILE_WIDTH,
        Tile,
        beginning_of,
        from_bundle,
        hashes_in,
        new_tiles,
        read_path,
        to_bundle,
    )
    from edge.ledger.tree import EMPTY_ROOT, GrowingTree, Hashes, Subtree, leaf_hash, node_hash, range_root
    from edge.ledger.verify import verify_log
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "audit": "AuditFinding AuditWord ChatLine LoggedAnswer compare",
            "checkpoint": "Checkpoint OpenedCheckpoint open_checkpoint read_checkpoint",
            "evidence": "EvidenceBundle EvidenceLeaf EvidenceManifest MANIFEST evidence_files read_evidence",
            "leaf": "CommittedLeaf LEAF_SALT_BYTES commit open_leaf read_leaf",
            "logged": "LoggedProof read_logged_proof",
            "note": "NoteKey NoteSignature SignatureType cosign cosignature countersign open_note read_key sign_note",
            "payloads": (
                "KEY_BYTES NONCE_BYTES PayloadPlace SEALED_KEY_BYTES commitment decrypt_payload encrypt_payload "
                "open_sealed_key"
            ),
            "proofs": "check_consistency check_inclusion consistency_proof inclusion_proof",
            "submission": "MAX_SUBMISSION_BYTES Submission read_submission",
            "tiles": "TILE_HEIGHT TILE_WIDTH Tile beginning_of from_bundle hashes_in new_tiles read_path to_bundle",
            "tree": "EMPTY_ROOT GrowingTree Hashes Subtree leaf_hash node_hash range_root",
            "verify": "verify_log",
        },
    )

__all__ = [
    "EMPTY_ROOT",
    "KEY_BYTES",
    "LEAF_SALT_BYTES",
    "MANIFEST",
    "MAX_SUBMISSION_BYTES",
    "NONCE_BYTES",
    "SEALED_KEY_BYTES",
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "AuditFinding",
    "AuditWord",
    "ChatLine",
    "Checkpoint",
    "CommittedLeaf",
    "EvidenceBundle",
    "EvidenceLeaf",
    "EvidenceManifest",
    "GrowingTree",
    "Hashes",
    "LoggedAnswer",
    "LoggedProof",
    "NoteKey",
    "NoteSignature",
    "OpenedCheckpoint",
    "PayloadPlace",
    "SignatureType",
    "Submission",
    "Subtree",
    "Tile",
    "beginning_of",
    "check_consistency",
    "check_inclusion",
    "commit",
    "commitment",
    "compare",
    "consistency_proof",
    "cosign",
    "cosignature",
    "countersign",
    "decrypt_payload",
    "encrypt_payload",
    "evidence_files",
    "from_bundle",
    "hashes_in",
    "inclusion_proof",
    "leaf_hash",
    "new_tiles",
    "node_hash",
    "open_checkpoint",
    "open_leaf",
    "open_note",
    "open_sealed_key",
    "range_root",
    "read_checkpoint",
    "read_evidence",
    "read_key",
    "read_leaf",
    "read_logged_proof",
    "read_path",
    "read_submission",
    "sign_note",
    "to_bundle",
    "verify_log",
]
