import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.store.files import DamagedError
from edge.store.verified import VerifiedStore

NOW = datetime(2026, 9, 1, 12, 30, 5, tzinfo=UTC)
LARGE = bytes(range(256)) * 4096


def test_commit_is_read_back_by_the_next_process(state: Path) -> None:
    """Small values, large ones, empty ones and awkward keys."""
    values = {"root/1": b"{}", "island/acme/hoodie-drop": LARGE, "empty": b"", "role/ü\x00": b"\x00"}
    with VerifiedStore(state) as store:
        store.commit(values)

    with VerifiedStore(state) as store:
        assert values == store.read_all()


def test_commit_of_none_deletes(state: Path) -> None:
    """A commit can put and delete. Deleting an unknown key is allowed."""
    with VerifiedStore(state) as store:
        store.commit({"a": b"1", "b": b"1"})
        store.commit({"a": None, "b": b"2", "never": None})

        assert store.get("a") is None
        assert store.read_all() == {"b": b"2"}


def test_commit_of_nothing_writes_nothing(state: Path) -> None:
    """An empty commit costs no sync."""
    with VerifiedStore(state) as store:
        before = store._cache._con.total_changes
        store.commit({})

        assert before == store._cache._con.total_changes


def test_values_of_any_size_are_in_the_one_synced_file(state: Path) -> None:
    """The library diskcache would write large ones to files that it does not sync."""
    with VerifiedStore(state) as store:
        store.commit({"island/acme/hoodie-drop": LARGE})

    assert {"cache.db"} == {file.name for file in (state / "verified").rglob("*")}


def _rows_only_in_the_log(state: Path) -> int:
    """How many of three rows the file alone does not have."""
    with closing(sqlite3.connect(f"file:{state}/verified/cache.db?immutable=1", uri=True)) as file:
        (rows,) = file.execute("SELECT count(*) FROM Cache").fetchone()
    return 3 - int(rows)


@pytest.mark.parametrize(("max_logged_bytes", "missing"), [(100_000, 0), (1_000_000, 3)])
def test_log_is_copied_once_it_is_long(state: Path, max_logged_bytes: int, missing: int) -> None:
    """Much that was committed is copied into the file when nothing waits; a little is left in the log."""
    with VerifiedStore(state, max_logged_bytes=max_logged_bytes) as store:
        for key in ("a", "b", "c"):
            store.commit({key: LARGE[:50_000]})
        store.shorten_log()

        assert missing == _rows_only_in_the_log(state)
        assert {"a", "b", "c"} == store.read_all().keys()


def test_log_that_cannot_be_copied_is_left(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fails. Nothing is raised or lost, and the log is copied when much was committed again."""

    def fail(_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with VerifiedStore(state, max_logged_bytes=0) as store:
        store.commit({"a": b"1", "b": b"1"})
        with monkeypatch.context() as failing:
            failing.setattr(type(store._cache), "copy_log", fail)
            store.shorten_log()
        after_fault = _rows_only_in_the_log(state)
        store.shorten_log()
        without_a_commit = _rows_only_in_the_log(state)
        store.commit({"c": b"2"})
        store.shorten_log()

        assert (3, 3, 0) == (after_fault, without_a_commit, _rows_only_in_the_log(state))
        assert {"a", "b", "c"} == store.read_all().keys()


def test_store_is_set_up_to_keep_everything_durably(state: Path) -> None:
    """Synced at each commit, nothing evicted, nothing read through a memory map."""
    with VerifiedStore(state) as store:
        cache = store._cache
        pragmas = {name: cache._sql(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")}

        assert pragmas == {"synchronous": 2, "journal_mode": "wal"}
        assert (cache.eviction_policy, cache.cull_limit, cache.statistics) == ("none", 0, 0)
        assert cache._sql("PRAGMA mmap_size").fetchone() in {None, (0,)}


def test_closing_is_idempotent(state: Path) -> None:
    """A graceful stop may close the store twice."""
    store = VerifiedStore(state)
    store.close()
    store.close()

    VerifiedStore(state).close()


def test_directory_named_like_a_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library diskcache would expand it and put the store elsewhere."""
    monkeypatch.setenv("SOMEWHERE", "else")

    with pytest.raises(ConfigError, match=r"expected a plain path; .* run: echo .*\$SOMEWHERE"):
        VerifiedStore(tmp_path / "$SOMEWHERE")


def filled(state: Path) -> Path:
    """The database file of a store with a few pages of content, closed."""
    with VerifiedStore(state) as store:
        store.commit({f"island/acme/{number}": LARGE[: 9_000 * number] for number in range(1, 9)})
    return state / "verified" / "cache.db"


def overwrite(file: Path, offset: int, data: bytes) -> None:
    """Overwrite bytes inside a file."""
    with file.open("r+b") as stream:
        stream.seek(offset)
        stream.write(data)


def truncate(file: Path, length: int) -> None:
    """Cut a file."""
    with file.open("r+b") as stream:
        stream.truncate(length)


DAMAGE = {
    "cut to nothing": (lambda file: truncate(file, 0), "is 0 bytes long, expected a SQLite database"),
    "cut inside its header": (lambda file: truncate(file, 50), "is damaged"),
    "cut to one page": (lambda file: truncate(file, 4096), "is damaged"),
    "cut in the middle": (lambda file: truncate(file, 100_000), "is damaged"),
    "without its last byte": (lambda file: truncate(file, file.stat().st_size - 1), "is damaged"),
    "without its last page": (lambda file: truncate(file, file.stat().st_size - 4096), "is damaged"),
    "overwritten from the start": (lambda file: overwrite(file, 0, b"garbage" * 99), "does not begin like a SQLite"),
    "overwritten in its tree": (lambda file: overwrite(file, 4096, b"\xff" * 4096), "is damaged"),
    "overwritten in its schema": (lambda file: overwrite(file, 100, b"\xff" * 900), "is damaged"),
    "replaced by text": (lambda file: file.write_text("hello"), "does not begin like a SQLite database"),
    "gone": (lambda file: file.unlink(), "is missing, expected a SQLite database"),
}


@pytest.mark.parametrize(("damage", "text"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_file_is_refused_then_set_aside(state: Path, damage: object, text: str) -> None:
    """`VerifiedStore` raises. `open_or_set_aside` moves it to a dated name and opens an empty store."""
    assert callable(damage)
    file = filled(state)
    damage(file)
    content = file.read_bytes() if file.exists() else None

    with pytest.raises(DamagedError, match=f"{re.escape(str(file))} ({text})"):
        VerifiedStore(state)
    store, aside = VerifiedStore.open_or_set_aside(state, now=NOW)
    with store:
        assert store.read_all() == {}
        store.commit({"root/1": b"again"})

    assert aside == state / "verified.damaged-20260901T123005Z"
    kept = aside / "cache.db"
    assert content == (kept.read_bytes() if kept.exists() else None)


def test_stores_damaged_within_one_second_get_different_names(state: Path) -> None:
    """A store that was set aside is never overwritten."""
    names = []
    for _ in range(3):
        truncate(filled(state), 0)
        store, aside = VerifiedStore.open_or_set_aside(state, now=NOW)
        store.close()
        assert aside is not None
        names.append(aside.name.removeprefix("verified.damaged-"))

    assert names == ["20260901T123005Z", "20260901T123005Z-2", "20260901T123005Z-3"]


def test_sound_store_is_not_set_aside(state: Path) -> None:
    """The returned path is None."""
    filled(state)

    store, aside = VerifiedStore.open_or_set_aside(state)
    with store:
        assert len(store.read_all()) == 8
    assert aside is None


def test_file_overwritten_while_open_is_damage_when_read(state: Path) -> None:
    """A damaged page is reported when it is read."""
    file = filled(state)
    with VerifiedStore(state) as store:
        truncate(file, 4096 * 3)

        with pytest.raises(DamagedError, match="is damaged"):
            store.read_all()
