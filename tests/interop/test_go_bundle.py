"""Go reads an evidence bundle of several logs: the zip, the checkpoints, all signatures, and the proof of each leaf."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from edge.cli.zipped import zip_of
from edge.ledger import (
    Checkpoint,
    EvidenceBundle,
    EvidenceLeaf,
    LoggedProof,
    NoteKey,
    SignatureType,
    commit,
    cosignature,
    evidence_files,
    inclusion_proof,
)
from edge.records.ledger import LeafKind, LeafPayload
from tests.interop.test_go_log import GO_PACKAGES, KEY, PEN
from tests.ledger.logs import LogInMemory

WITNESS_PEN = SigningKey(b"\x02" * 32)
SECOND_PEN = SigningKey(b"\x03" * 32)
SECOND = NoteKey("pop-2/drop", bytes(SECOND_PEN.verify_key))
BEGUN_AGAIN = NoteKey(KEY.name, bytes(SECOND_PEN.verify_key))
"""The first log's name under another key: its ledger was set aside."""
WITNESS = NoteKey("witness.example/w1", bytes(WITNESS_PEN.verify_key), SignatureType.COSIGNATURE)

KEYS = (KEY, SECOND, BEGUN_AGAIN, WITNESS)

pytestmark = pytest.mark.requires("go")


def logged(entries: Sequence[bytes], at: int, key: NoteKey, pen: SigningKey) -> LoggedProof:
    """The proof of one entry of a cosigned log."""
    log = LogInMemory()
    log.add(*entries)
    state = Checkpoint(key.name, len(entries), log.tree.root)
    note = state.sign(pen) + cosignature(state.text, WITNESS.name, WITNESS_PEN, at_s=1)
    return LoggedProof(at, tuple(inclusion_proof(at, len(entries), log.hashes)), note)


def evidence() -> EvidenceBundle:
    """A hand-over in a log of three hundred leaves, a reply at another PoP, and one after a ledger was set aside."""
    others = [commit(LeafKind.TAP, at_ms=number, salt=number.to_bytes(32)).entry for number in range(299)]
    asked = LeafPayload(island="northwind/drop", question="is it warm?", ticket="T-1")
    handed = commit(LeafKind.HAND_OVER, asked, at_ms=1, salt=bytes(32))
    replies = [
        commit(LeafKind.REPLY, LeafPayload(island="northwind/drop", reply=f"{at}"), at_ms=at, salt=bytes(32),
               about=handed.id)
        for at in (2, 3)
    ]  # fmt: skip
    proven = (
        EvidenceLeaf(handed.entry, logged([*others, handed.entry], 299, KEY, PEN), handed.opening),
        EvidenceLeaf(replies[0].entry, logged([*others[:6], replies[0].entry], 6, SECOND, SECOND_PEN), None),
        EvidenceLeaf(replies[1].entry, logged([replies[1].entry], 0, BEGUN_AGAIN, SECOND_PEN), replies[1].opening),
    )
    return EvidenceBundle(KEY, (WITNESS,), proven, (b"HTTP/1.1 200 OK",), b"{}", (SECOND, BEGUN_AGAIN))


@pytest.fixture(scope="module")
def read_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built with Debian's packages of golang.org/x/mod."""
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": GO_PACKAGES, "GOCACHE": str(folder / "cache")}
    source = Path(__file__).parent / "read_bundle.go"
    subprocess.run(["go", "build", "-o", folder / "read_bundle", source], env=environment, check=True)
    return folder / "read_bundle"


def read(
    program: Path, file: Path, content: bytes, *options: str, keys: Sequence[NoteKey] = KEYS
) -> subprocess.CompletedProcess[str]:
    """What Go says of a bundle to somebody with these keys."""
    file.write_bytes(content)
    arguments: list[str | Path] = [program, *options, file, *(key.text for key in keys)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def test_go_reads_every_log_and_finds_every_changed_byte(read_bundle: Path, tmp_path: Path) -> None:
    """Three logs, each under its key, all cosigned. A change of any byte of the zip is noticed."""
    found = read(read_bundle, tmp_path / "bundle.zip", zip_of(evidence_files(evidence())), "-every-byte")

    assert ("leaf 299 of pop-1/drop\nleaf 6 of pop-2/drop\nleaf 0 of pop-1/drop\n", "") == (found.stdout, found.stderr)


@pytest.mark.parametrize("missing", KEYS, ids=lambda key: key.text)
def test_go_believes_the_keys_of_the_reader_alone(read_bundle: Path, tmp_path: Path, missing: NoteKey) -> None:
    """A key that only the bundle names counts for nothing: of a log, or of the witness."""
    keys = [key for key in KEYS if key != missing]
    found = read(read_bundle, tmp_path / "bundle.zip", zip_of(evidence_files(evidence())), keys=keys)

    assert (1, f"the reader does not know the key {missing.text}\n") == (found.returncode, found.stderr)


FORGED: dict[str, tuple[Callable[[EvidenceBundle], EvidenceBundle], str]] = {
    "a reply from another log": (
        lambda sound: sound._replace(leaves=(*sound.leaves[:1], sound.leaves[1]._replace(proof=sound.leaves[2].proof))),
        "leaves/001/: invalid transparency proof",
    ),
    "another question": (
        lambda sound: sound._replace(leaves=(sound.leaves[0]._replace(opening=b"x" * 80), *sound.leaves[1:])),
        "leaves/000/opening is another leaf's",
    ),
    "a log without a leaf": (
        lambda sound: sound._replace(leaves=sound.leaves[:2]),
        "the bundle names other logs than its leaves are in",
    ),
    "a log that is not named": (
        lambda sound: sound._replace(also=(SECOND,)),
        "leaves/002/: not signed by pop-1/drop",
    ),
}


@pytest.mark.parametrize(("forge", "text"), FORGED.values(), ids=FORGED)
def test_go_refuses_what_was_made_up(
    read_bundle: Path, tmp_path: Path, forge: Callable[[EvidenceBundle], EvidenceBundle], text: str
) -> None:
    """Under a manifest that agrees with it."""
    found = read(read_bundle, tmp_path / "bundle.zip", zip_of(evidence_files(forge(evidence()))))

    assert (1, text + "\n") == (found.returncode, found.stderr)
