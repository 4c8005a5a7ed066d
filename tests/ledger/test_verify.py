"""A whole log is verified from its files: what was changed in any of them is found."""

from collections.abc import Callable

import pytest

from edge.errors import Reason, RefusedError
from edge.ledger import (
    Checkpoint,
    LoggedProof,
    NoteKey,
    Tile,
    beginning_of,
    inclusion_proof,
    leaf_hash,
    read_path,
    verify_log,
)
from edge.ledger import read_logged_proof as read_proof
from tests.ledger.logs import PEN, LogInMemory

ORIGIN = "fra-1/acme/drop"
KEY = NoteKey(ORIGIN, bytes(PEN.verify_key))


def log_of(*batches: int) -> LogInMemory:
    """A log of numbered entries, whose tiles are written after each batch."""
    log, number = LogInMemory(), 0
    for batch in batches:
        log.add(*(f"entry {number + one}".encode() for one in range(batch)))
        number += batch
    return log


def verify(log: LogInMemory, size: int | None = None, since: Checkpoint | None = None) -> None:
    """Verify the log's files against its own root of a size, the newest if it is left out."""
    size = log.tree.size if size is None else size
    also = [read_path(path) for path in log.files]
    verify_log(state(log, size), lambda tile: log.files[tile.path], since=since, also=also)


def state(log: LogInMemory, size: int) -> Checkpoint:
    """What the log was at a size."""
    return Checkpoint(ORIGIN, size, log.roots[size])


@pytest.mark.parametrize("batches", [(), (1,), (255, 1), (3, 253, 1), (700,), (1, 600, 99)])
def test_sound_log(batches: tuple[int, ...]) -> None:
    """Every state that had tiles is verified, with all earlier tiles next to it."""
    log = log_of(*batches)

    for number in range(len(batches) + 1):
        size = sum(batches[:number])
        verify(log, size)
        verify(log, since=state(log, size))


def test_two_levels() -> None:
    """A log with a full tile of the second level."""
    log = log_of(256 * 256 + 3)

    assert "tile/2/000.p/1" in log.files
    verify(log)
    log.files["tile/2/000.p/1"] = bytes(32)
    with pytest.raises(RefusedError, match=r"tile/2/000\.p/1 does not hold the hashes that follow"):
        verify(log)


def test_every_changed_bit_of_every_file_is_found() -> None:
    """Entries, hashes, and tiles of earlier states."""
    log = log_of(2, 3)
    sound = dict(log.files)
    found = 0
    for path, content in sound.items():
        for bit in range(8 * len(content)):
            changed = bytearray(content)
            changed[bit // 8] ^= 1 << bit % 8
            log.files = {**sound, path: bytes(changed)}
            with pytest.raises(RefusedError):
                verify(log)
            found += 1
        for other in (content[:-1], content + b"\0", b""):
            log.files = {**sound, path: other}
            with pytest.raises(RefusedError):
                verify(log)

    assert 8 * sum(map(len, sound.values())) == found > 2_000


def test_tiles_of_a_later_state() -> None:
    """A log that is being written has tiles that no checkpoint covers yet; they are nobody's evidence."""
    log = log_of(2, 3)
    log.files["tile/0/000.p/5"] = bytes(160)

    verify(log, 2)


REFUSED: dict[str, tuple[Callable[[LogInMemory], Checkpoint], Reason, str]] = {
    "rolled back": (
        lambda log: Checkpoint(ORIGIN, 9, log.roots[3]),
        Reason.ROLLBACK,
        "log has 5 entries, expected at least the 9 of the earlier checkpoint",
    ),
    "forked": (
        lambda log: Checkpoint(ORIGIN, 2, log.roots[3]),
        Reason.HASH_MISMATCH,
        "the first 2 entries have another root than the earlier checkpoint says: the log has two histories",
    ),
    "forked before it began": (
        lambda log: Checkpoint(ORIGIN, 0, log.roots[3]),
        Reason.HASH_MISMATCH,
        "the first 0 entries have another root than the earlier checkpoint says: the log has two histories",
    ),
    "foreign": (
        lambda log: Checkpoint("ams-1/acme/drop", 2, log.roots[2]),
        Reason.CONTRADICTORY,
        "the earlier checkpoint is of 'ams-1/acme/drop', expected 'fra-1/acme/drop'",
    ),
}


@pytest.mark.parametrize(("earlier", "reason", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_another_history(earlier: Callable[[LogInMemory], Checkpoint], reason: Reason, text: str) -> None:
    """A log that does not begin with what was seen before is refused, with what was found."""
    log = log_of(2, 3)

    with pytest.raises(RefusedError) as caught:
        verify(log, since=earlier(log))

    assert (reason, text) == (caught.value.reason, caught.value.text)


def test_another_root() -> None:
    """Sound tiles under a checkpoint that says something else."""
    log = log_of(5)
    log.roots[5] = bytes(32)

    with pytest.raises(RefusedError, match="the first 5 entries have another root than the checkpoint says"):
        verify(log)


def test_beginning_of_a_full_tile() -> None:
    """What an earlier state had of a tile that is full by now."""
    log = log_of(3, 253)

    for tile in (Tile(-1, 0, 3), Tile(0, 0, 3)):
        assert log.files[tile.path] == beginning_of(log.files[tile._replace(width=256).path], tile)


def proof_of(log: LogInMemory, index: int) -> LoggedProof:
    """The proof of one entry, under the newest checkpoint."""
    size = log.tree.size
    return LoggedProof(index, tuple(inclusion_proof(index, size, log.hashes)), state(log, size).sign(PEN))


def test_proof_as_a_text() -> None:
    """It has the form of C2SP tlog-proof, and proves its own entry and no other."""
    log = log_of(5)
    proof = proof_of(log, 3)

    assert proof.text.startswith("c2sp.org/tlog-proof@v1\nindex 3\n")
    assert proof == read_proof(proof.text)
    assert proof == read_proof(proof.text.replace("index", "extra AAAA\nindex", 1))
    assert 5 == read_proof(proof.text).check(leaf_hash(b"entry 3"), log=KEY).checkpoint.size
    with pytest.raises(RefusedError, match="leads to another root"):
        proof.check(leaf_hash(b"entry 2"), log=KEY)


def test_proof_of_the_only_entry() -> None:
    """No hash is needed."""
    proof = proof_of(log_of(1), 0)

    assert () == read_proof(proof.text).hashes


def test_every_changed_byte_of_a_proof_is_found() -> None:
    """By its form, by the hashes or by the signature."""
    text, digest = proof_of(log_of(5), 3).text, leaf_hash(b"entry 3")

    for at, sign in enumerate(text):
        changed = text[:at] + ("A" if sign != "A" else "B") + text[at + 1 :]
        with pytest.raises(RefusedError):
            read_proof(changed).check(digest, log=KEY)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("index 3", "index 03"),
        lambda text: text.replace("index 3\n", "index 3\n" + "A" * 44 + "\n"),
        lambda text: text.replace("index 3\n", "index 3\n" + "A" * 42 + "B=\n"),
        lambda text: text.replace("index 3\n", "index 3\n" + ("A" * 43 + "=\n") * 64),
        lambda text: "\n" + text,
        lambda text: text.removeprefix("c2sp.org/tlog-proof@v1\n"),
    ],
)
def test_proof_of_another_form(change: Callable[[str], str]) -> None:
    """Other spellings of the same proof, and proofs without end."""
    with pytest.raises(RefusedError) as caught:
        read_proof(change(proof_of(log_of(5), 3).text))

    assert Reason.MALFORMED == caught.value.reason
