"""Go reads an evidence bundle: the zip, the signed checkpoints in it, and the proof of each leaf."""

import os
import subprocess
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
from edge.records.ledger import LeafKind
from tests.interop.test_go_log import GO_PACKAGES, KEY, PEN
from tests.ledger.logs import LogInMemory

WITNESS_PEN = SigningKey(b"\x02" * 32)
WITNESS = NoteKey("witness.example/w1", bytes(WITNESS_PEN.verify_key), SignatureType.COSIGNATURE)

pytestmark = pytest.mark.requires("go")


def evidence() -> EvidenceBundle:
    """Three leaves of a log of three hundred."""
    leaves = [commit(LeafKind.DECISION, at_ms=number, salt=number.to_bytes(32)) for number in range(299)]
    leaves.append(commit(LeafKind.REPLY, at_ms=299, salt=bytes(32), about=leaves[7].id))
    log = LogInMemory()
    log.add(*(leaf.entry for leaf in leaves))
    state = Checkpoint(KEY.name, 300, log.tree.root)
    note = state.sign(PEN) + cosignature(state.text, WITNESS.name, WITNESS_PEN, at_s=1)
    proven = tuple(
        EvidenceLeaf(leaves[at].entry, LoggedProof(at, tuple(inclusion_proof(at, 300, log.hashes)), note), None)
        for at in (7, 299)
    )
    return EvidenceBundle(KEY, (WITNESS,), proven, (), None)


@pytest.fixture(scope="module")
def read_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built with Debian's packages of golang.org/x/mod."""
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": GO_PACKAGES, "GOCACHE": str(folder / "cache")}
    source = Path(__file__).parent / "read_bundle.go"
    subprocess.run(["go", "build", "-o", folder / "read_bundle", source], env=environment, check=True)
    return folder / "read_bundle"


def read(program: Path, file: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    """What Go says of a bundle."""
    file.write_bytes(content)
    return subprocess.run([program, file, KEY.text], capture_output=True, text=True, check=False)


def test_go_reads_a_bundle(read_bundle: Path, tmp_path: Path) -> None:
    """It passes over the witness's line, whose kind of key it does not know."""
    found = read(read_bundle, tmp_path / "bundle.zip", zip_of(evidence_files(evidence())))

    assert ("leaf 7 of pop-1/drop\nleaf 299 of pop-1/drop\n", "") == (found.stdout, found.stderr)


@pytest.mark.parametrize("file", ["leaves/000/entry", "leaves/001/proof"])
def test_go_finds_what_was_changed(read_bundle: Path, tmp_path: Path, file: str) -> None:
    """A byte in the middle of a leaf, or of a proof."""
    files = evidence_files(evidence())
    middle = len(files[file]) // 2
    files[file] = files[file][:middle] + bytes([files[file][middle] ^ 1]) + files[file][middle + 1 :]

    assert 0 != read(read_bundle, tmp_path / "bundle.zip", zip_of(files)).returncode
