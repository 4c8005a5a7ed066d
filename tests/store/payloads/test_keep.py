"""A PoP writes payloads that only their tenant reads."""

from pathlib import Path

import pytest
from nacl.public import PrivateKey

from edge.errors import DiskFullError, RefusedError, StorageError
from edge.store.files import Reserve
from edge.store.payloads import PayloadBounds, PayloadStore, erase, erase_old
from tests.store.payloads.kept import NOW, PUBLIC, SALT, keep, leaves, left_in, of, pages, payload, read, words


def test_payload_is_read_by_its_tenant(state: Path) -> None:
    """It survives a restart, and is proven against its leaf."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"), payload("a2", "s2", ticket="t1", retention_class="ticket"))
    with PayloadStore(state) as store:
        found = list(pages(store))

    assert [words("a1"), words("a2")] == [read(one) for one in found]
    assert [("answer", ""), ("ticket", "t1")] == [(one.retention_class, one.ticket) for one in found]


def test_nothing_readable_is_in_the_folder(state: Path) -> None:
    """Neither words nor salt, pseudonym or key: a thief of the disk has ciphertext."""
    with PayloadStore(state) as store:
        keep(store, *(payload(f"a{number}", "session-pseudonym") for number in range(50)))
        keys = [live.key for live in store._live.all()]

    assert len(keys) == 1
    assert [] == left_in(state, [words("a1")[:20], SALT, b"session-pseudonym", *keys])


def test_another_tenant_cannot_read(state: Path) -> None:
    """A sealed key opens for the tenant whose public key it was made for."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"))
        (one,) = pages(store)

    with pytest.raises(RefusedError, match="sealed key is not for this sealing key"):
        read(one, PrivateKey(b"\x02" * 32))


@pytest.mark.parametrize("public", [b"", b"\x01" * 31, b"\x01" * 33, bytes(32)], ids=["none", "short", "long", "zeros"])
def test_useless_public_key_is_refused(state: Path, public: bytes) -> None:
    """Nothing is kept under a key that would not keep it."""
    with PayloadStore(state) as store:
        with pytest.raises(RefusedError, match="expected an X25519 key of 32 bytes"):
            store.keep(payload("a1", "s1"), public)

        assert store.write() == 0


def test_keys_by_session_class_and_ticket(state: Path) -> None:
    """Each has a key of its own; the same session, class and ticket share one, until it was quiet."""
    with PayloadStore(state) as store:
        keep(
            store,
            payload("a1", "s1"),
            payload("a2", "s1", at=NOW + 899),
            payload("a3", "s1", at=NOW + 899 + 900),
            payload("a4", "s2", at=NOW + 1800),
            payload("a5", "s2", at=NOW + 1800, ticket="t1"),
            payload("a6", "s2", at=NOW + 1800, retention_class="ticket"),
            payload("a7", "s2", at=NOW + 1800, event="winter"),
        )
        keys = [one.key for one in pages(store)]

    assert [0, 0, 1, 2, 3, 4, 5] == [list(dict.fromkeys(keys)).index(key) for key in keys]


def test_quiet_keys_leave_the_memory(state: Path) -> None:
    """After its quiet time a key is only on the disk, sealed; so is one that many others pushed out."""
    with PayloadStore(state, bounds=PayloadBounds(max_live_keys=3)) as store:
        keep(store, *(payload(f"a{number}", f"s{number}") for number in range(5)))

        assert [3, 3, 0] == [store.drop_quiet_keys(NOW + after) for after in (0, 899, 900)]
        assert leaves(store) == [f"a{number}" for number in range(5)]


def test_key_that_is_never_quiet_is_replaced(state: Path) -> None:
    """Askers without a session share a key: what the first ones said is erased in its time all the same."""
    with PayloadStore(state) as store:
        for number in range(11):
            keep(store, payload(f"a{number}", "", at=NOW + number * 600.0))
        erased = erase_old(store, {"answer": 3_600.0}, now=NOW + 7_000.0)

        assert (1, 6) == (erased.keys, erased.payloads)
        assert leaves(store) == [f"a{number}" for number in range(6, 11)]


def test_leaf_is_written_once(state: Path) -> None:
    """A payload that is kept again under its leaf is no news."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"))
        keep(store, payload("a1", "s1"))

        assert leaves(store) == ["a1"]


def test_too_many_are_left_out(state: Path) -> None:
    """What waits is bounded, and so is the file. What was left out is counted."""
    with PayloadStore(state, bounds=PayloadBounds(max_waiting=2)) as store:
        keep(store, *(payload(f"a{number}", "s1") for number in range(5)))

        assert (leaves(store), store.left_out) == (["a0", "a1"], 3)

    with PayloadStore(state, bounds=PayloadBounds(max_bytes=4096)) as store:
        with pytest.raises(StorageError, match="expected at most 4096; erase some with `skerry ledger erase`"):
            keep(store, payload("a9", "s1"))

        assert (leaves(store), store.left_out, store.write()) == (["a0", "a1"], 1, 0)


def test_erased_places_are_used_beyond_the_bound(state: Path) -> None:
    """A file never shrinks. What was erased in it makes room for as many payloads of its size, and no more."""
    with PayloadStore(state) as store:
        keep(store, payload("a0", "s1"), payload("a1", "s2"), payload("a2", "s3"))
    with PayloadStore(state, bounds=PayloadBounds(max_bytes=4096)) as store:
        with pytest.raises(StorageError):
            store.check_room()
        erase(store, of("session", "s1", "s2"), now=NOW)
        store.check_room()
        size = store._size_bytes()
        with pytest.raises(StorageError, match=f"payloads have {size} bytes"):
            keep(store, *(payload(f"b{number}", "s4") for number in range(3)))

        assert (["b0", "b1", "a2"], 1, size) == (leaves(store), store.left_out, store._size_bytes())


def test_what_waits_for_a_disk(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written when the disk works again. One that comes twice waits once; beyond the bound in bytes none does."""
    with PayloadStore(state, bounds=PayloadBounds(max_waiting_bytes=300)) as store:
        with monkeypatch.context() as patch:
            patch.setattr(Reserve, "require_room", _no_room)
            for leaf in ("a1", "a1", "a2", "a3"):
                store.keep(payload(leaf, "s1"), PUBLIC)
            with pytest.raises(DiskFullError, match="no room"):
                store.write()
        written = store.write()
        keep(store, payload("a4", "s1"))

        assert (2, 1) == (written, store.left_out)
        assert leaves(store) == ["a1", "a2", "a4"]


def test_erasure_while_nothing_can_be_written(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is let go, and counted: it would come to the disk after the erasure."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"))
        store.keep(payload("a2", "s1"), PUBLIC)
        monkeypatch.setattr(Reserve, "require_room", _no_room)
        erased = erase(store, of("session", "s1"), now=NOW)

        assert (1, 1) == (erased.payloads, store.left_out)
        assert (0, []) == (store.write(), leaves(store))


def _no_room(_reserve: Reserve) -> None:
    raise DiskFullError("there is no room")


def test_many_payloads_in_pages(state: Path) -> None:
    """A page has a limit in number and one in bytes."""
    with PayloadStore(state) as store:
        keep(store, *(payload(f"a{number}", f"s{number % 7}") for number in range(450)))

        assert leaves(store) == [f"a{number}" for number in range(450)]
        assert [] == list(pages(store, "globex"))
        assert 450 == len(list(pages(store, event="summer")))
        assert [] == list(pages(store, event="winter"))


def test_damaged_file_is_set_aside(state: Path) -> None:
    """A PoP goes on with an empty file."""
    PayloadStore(state).close()
    (state / "payloads" / "payloads.db").write_bytes(b"SQLite format 3\x00 and then nothing")
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"))

        assert store.set_aside is not None
        assert store.set_aside.exists()
        assert leaves(store) == ["a1"]


def test_words_are_not_printed() -> None:
    """A payload that ends in a traceback shows its leaf alone."""
    assert repr(payload("a1", "s1")) == "NewPayload(leaf='a1')"
    assert len(PUBLIC) == 32
