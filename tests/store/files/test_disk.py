import pickle
import sqlite3
from pathlib import Path

import pytest

from edge.errors import RefusedError
from edge.store.files import BytesDisk, DamagedError
from edge.store.verified import VerifiedStore


class Bomb:
    """Unpickling one creates a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.file,))


PLANTED_ROWS = {
    "a pickled value": ("k", 1, 4, None, "pickle"),
    "a pickled key": ("pickle", 0, 0, None, b"v"),
    "a pickle in a file": ("k", 1, 4, "bomb.pickle", None),
    "a value in a file": ("k", 1, 2, "../../elsewhere", None),
    "a text value": ("k", 1, 0, None, "text"),
    "a number as key": (7, 1, 0, None, b"v"),
}


def plant(state: Path, statement: str, values: tuple[object, ...]) -> None:
    """Change the file as an attacker with access to it could."""
    connection = sqlite3.connect(state / "verified" / "cache.db")
    with connection:
        connection.execute(statement, values)
    connection.close()


def plant_row(state: Path, row: tuple[object, ...], bomb: Path) -> None:
    """Insert a row. A value 'pickle' becomes a pickle that creates the file `bomb`."""
    pickled = pickle.dumps(Bomb(bomb))
    (state / "verified" / "bomb.pickle").write_bytes(pickled)
    values = tuple(pickled if value == "pickle" else value for value in row)
    plant(state, "INSERT INTO Cache (key, raw, mode, filename, value) VALUES (?, ?, ?, ?, ?)", values)


def test_bomb_goes_off_when_unpickled(tmp_path: Path) -> None:
    """Unpickling a bomb creates its file, so the tests below would notice it."""
    pickle.loads(pickle.dumps(Bomb(tmp_path / "bomb")))  # noqa: S301 # our own bomb

    assert (tmp_path / "bomb").exists()


@pytest.mark.parametrize("row", PLANTED_ROWS.values(), ids=PLANTED_ROWS.keys())
def test_row_planted_before_opening_is_damage(state: Path, tmp_path: Path, row: tuple[object, ...]) -> None:
    """The store is refused before diskcache reads the row."""
    VerifiedStore(state).close()
    plant_row(state, row, tmp_path / "bomb")

    with pytest.raises(DamagedError, match=r"cache\.db holds a row that Skerry does not write"):
        VerifiedStore(state)
    assert not (tmp_path / "bomb").exists()


@pytest.mark.parametrize("row", PLANTED_ROWS.values(), ids=PLANTED_ROWS.keys())
def test_row_planted_while_open_is_damage_when_read(state: Path, tmp_path: Path, row: tuple[object, ...]) -> None:
    """`BytesDisk` checks rows that appear after the file was checked."""
    with VerifiedStore(state) as store:
        plant_row(state, row, tmp_path / "bomb")

        with pytest.raises(DamagedError, match="expected"):
            store.read_all()
    assert not (tmp_path / "bomb").exists()


def test_row_planted_with_a_file_name_deletes_no_file_when_replaced(state: Path, tmp_path: Path) -> None:
    """The library diskcache would delete the file that a row names when the row is replaced."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    with VerifiedStore(state) as store:
        plant_row(state, ("k", 1, 2, "../../victim", None), tmp_path / "bomb")

        store.commit({"k": b"new"})

        assert store.get("k") == b"new"
    assert victim.read_text() == "precious"


PLANTED_SETTINGS = {
    "a name that becomes an attribute": ("_disk", 0),
    "a PRAGMA": ("sqlite_writable_schema", 1),
    "an argument of the disk": ("disk_directory", 1),
    "a PRAGMA's value": ("sqlite_journal_mode", "off"),
    "a blob": ("size_limit", b"\x80\x04."),
    "a counter that counts nothing": ("count", "many"),
}


@pytest.mark.parametrize(("key", "value"), PLANTED_SETTINGS.values(), ids=PLANTED_SETTINGS.keys())
def test_setting_planted_in_the_file_is_damage(state: Path, key: str, value: object) -> None:
    """Each row of the Settings table is obeyed by diskcache, so a planted one is refused before."""
    VerifiedStore(state).close()
    plant(state, "INSERT OR REPLACE INTO Settings VALUES (?, ?)", (key, value))

    with pytest.raises(DamagedError, match=f"holds a setting that Skerry does not write: '{key}'"):
        VerifiedStore(state)


@pytest.mark.parametrize("count", [1, 7])
def test_repeated_settings_are_damage(state: Path, count: int) -> None:
    """A tampered file may repeat our settings, so that a foreign one is beyond the limit of the query."""
    VerifiedStore(state).close()
    plant(state, "CREATE TABLE Copy AS SELECT * FROM Settings", ())
    plant(state, "DROP TABLE Settings", ())
    plant(state, "CREATE TABLE Settings (key TEXT NOT NULL, value)", ())
    for _ in range(count + 1):
        plant(state, "INSERT INTO Settings SELECT * FROM Copy", ())
    plant(state, "INSERT INTO Settings VALUES (?, ?)", ("sqlite_writable_schema", 1))
    plant(state, "DROP TABLE Copy", ())

    with pytest.raises(DamagedError, match="holds a setting"):
        VerifiedStore(state)


def test_setting_weakened_in_the_file_is_overridden(state: Path) -> None:
    """Our settings replace those of the file, so that a file cannot weaken durability."""
    VerifiedStore(state).close()
    plant(state, "UPDATE Settings SET value = 0 WHERE key = ?", ("sqlite_synchronous",))

    with VerifiedStore(state) as store:
        found = store._cache._sql("PRAGMA synchronous").fetchone()

    assert found == (2,)


def test_trigger_planted_in_the_file_is_damage(state: Path) -> None:
    """A trigger would run inside our transactions."""
    VerifiedStore(state).close()
    plant(state, "CREATE TRIGGER t AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END", ())

    with pytest.raises(DamagedError, match="holds a view or trigger that Skerry does not write: 't'"):
        VerifiedStore(state)


REFUSED_KEYS = {"bytes": b"k", "a number": 1, "None": None, "a tuple": ("a", "b"), "half a character": "\ud800"}
REFUSED_VALUES = {"text": "v", "a number": 1, "a list": [b"v"], "a buffer": bytearray(b"v"), "a view": memoryview(b"v")}


@pytest.mark.parametrize("key", REFUSED_KEYS.values(), ids=REFUSED_KEYS.keys())
def test_key_of_another_type_is_refused(state: Path, key: str) -> None:
    """It can be neither written, read nor deleted."""
    with VerifiedStore(state) as store:
        with pytest.raises(RefusedError, match=r"a store's key is .*, expected a str that is valid Unicode"):
            store.commit({key: b"v"})
        with pytest.raises(RefusedError, match="expected a str"):
            store.commit({key: None})
        with pytest.raises(RefusedError, match="expected a str"):
            store.get(key)

        assert store.read_all() == {}


@pytest.mark.parametrize("value", REFUSED_VALUES.values(), ids=REFUSED_VALUES.keys())
def test_value_of_another_type_is_refused_with_its_whole_commit(state: Path, value: bytes) -> None:
    """Earlier changes of the same commit are not stored either."""
    with VerifiedStore(state) as store:
        with pytest.raises(RefusedError, match=r"the value of 'k' is .*, expected bytes"):
            store.commit({"before": b"v", "k": value})

        assert store.read_all() == {}


def test_disk_keeps_no_value_in_a_file() -> None:
    """Every value is in its row."""
    with pytest.raises(RefusedError, match="keeps no value in a file"):
        BytesDisk("unused").filename("k", b"v")
