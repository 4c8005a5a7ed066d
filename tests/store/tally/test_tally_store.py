"""The tally on disk: it survives a restart within its limits, and is set aside if it is damaged."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from edge.errors import StorageError
from edge.store.tally import TallyBounds, TallyStore
from edge.store.tally.schema import _SCHEMA_1, _SCHEMA_2
from edge.tally import Contact, ContactState, CountKey, Counts, TicketRecord

HOUR_S = 3_600


def counts(*hours: int, count: int = 1, island: str = "acme/drop") -> Counts:
    """One count in each of these hours."""
    return Counter({CountKey(hour * HOUR_S, island, "refund", "answered"): count for hour in hours})


def write(store: TallyStore, counted: Counts, *, trim_at: float | None = None) -> None:
    """Add counts in one transaction."""
    with store.transaction():
        store.add(counted)
        if trim_at is not None:
            store.trim(trim_at)


def test_counts_add_up_over_restarts(state: Path) -> None:
    """Sums by snippet and by hour, from a given hour on, of the islands that match."""
    for _ in range(2):
        with TallyStore(state) as store:
            write(store, counts(1, 2, 3) + counts(3, island="other/drop"))
    with TallyStore(state) as store:
        assert {("acme/drop", "refund"): {"answered": 4}} == store.cells(2 * HOUR_S, "acme/*")
        assert {2 * HOUR_S: {"answered": 2}, 3 * HOUR_S: {"answered": 4}} == store.hours(2 * HOUR_S, "*")
        assert {} == store.cells(0, "acme/dro")


def test_failed_transaction_leaves_nothing(state: Path) -> None:
    """A transaction that fails leaves nothing behind, and the next one is written."""
    with TallyStore(state) as store:
        with pytest.raises(StorageError, match="Incorrect number of bindings"):
            write(store, counts(1) + Counter({("too", "short"): 1}))  # type: ignore[dict-item]
        assert {} == store.hours(0, "*")
        write(store, counts(1))
        assert 1 == len(store.hours(0, "*"))


def test_contacts(state: Path) -> None:
    """A contact is stored until it is over, or until there are too many newer ones."""
    old, young = Contact("a/b", "s", 1.0, ContactState.RESOLVED, 2), Contact("a/b", "", 9.5)
    with TallyStore(state, bounds=TallyBounds(max_contacts=1)) as store, store.transaction():
        store.put_contact(b"1", young)
        store.put_contact(b"1", old)
        store.put_contact(b"2", young)

        assert (old, young, None) == (store.contact(b"1"), store.contact(b"2"), store.contact(b"3"))
        assert [old] == store.delete_excess_contacts()
        assert [[], [young], []] == [store.delete_contacts_before(began) for began in (9.5, 9.6, 99.0)]


def test_tickets(state: Path) -> None:
    """Tickets are read as they were put. Beyond the limit the oldest are deleted, and after a week all are."""
    ticket = TicketRecord("a/b", "s", 1.5, 3, ("s", "t"), acknowledged=True, replied=False, resolved=True)
    with TallyStore(state, bounds=TallyBounds(max_tickets=1)) as store, store.transaction():
        store.put_ticket("1", ticket)
        store.put_ticket("2", TicketRecord("a/b", "", 2.5))
        assert (ticket, TicketRecord("a/b", "", 2.5), None) == (store.ticket("1"), store.ticket("2"), store.ticket("3"))
        store.trim(10.0)
        assert (None, True) == (store.ticket("1"), store.ticket("2") is not None)
        store.trim(604_803.0)
        assert store.ticket("2") is None


def test_feedback_counts_once(state: Path) -> None:
    """Also after a restart, until the receipt is too old for any feedback."""
    bounds = TallyBounds(keep_feedback_s=10)
    with TallyStore(state, bounds=bounds) as store, store.transaction():
        assert [True, True, False] == [
            store.add_feedback(b"1", topic, 5.0) for topic in ("helpful", "resolved", "helpful")
        ]
    with TallyStore(state, bounds=bounds) as store, store.transaction():
        assert not store.add_feedback(b"1", "helpful", 5.0)
        store.trim(15.0)
        assert not store.add_feedback(b"1", "helpful", 5.0)
        store.trim(15.5)
        assert store.add_feedback(b"1", "helpful", 5.0)


def remembered_feedback(store: TallyStore) -> dict[str, list[float]]:
    """Times of the questions with feedback, by tenant."""
    found: dict[str, list[float]] = {}
    for tenant, asked in store._connection.execute("SELECT tenant, asked FROM heard ORDER BY asked"):
        found.setdefault(tenant, []).append(asked)
    return found


def test_too_much_feedback_forgets_the_oldest(state: Path) -> None:
    """None is refused, not even one that is older than all that are remembered."""
    with TallyStore(state, bounds=TallyBounds(max_feedback=3)) as store, store.transaction():
        taken = [store.add_feedback(b"%d" % at, "helpful", at, tenant="acme") for at in (5.0, 3.0, 4.0, 6.0, 1.0)]

        assert [True] * 5 == taken
        assert {"acme": [1.0, 5.0, 6.0]} == remembered_feedback(store)


def test_feedback_has_shares(state: Path) -> None:
    """A flood of one tenant forgets its own, also after a restart, and leaves what others have."""
    bounds = TallyBounds(max_feedback=10)
    with TallyStore(state, bounds=bounds) as store, store.transaction():
        store.add_feedback(b"one", "helpful", 1.0, tenant="globex")
        store.add_feedback(b"two", "helpful", 2.0, tenant="globex")
        for number in range(20):
            store.add_feedback(b"a%d" % number, "helpful", 10.0 + number, tenant="acme")
    with TallyStore(state, bounds=bounds) as store, store.transaction():
        store.add_feedback(b"last", "helpful", 99.0, tenant="acme")

        assert {"globex": [1.0, 2.0], "acme": [26.0, 27.0, 28.0, 29.0, 99.0]} == remembered_feedback(store)


def test_new_tenant_takes_room_from_the_largest(state: Path) -> None:
    """A tenant that was alone had all of it."""
    with TallyStore(state, bounds=TallyBounds(max_feedback=4)) as store, store.transaction():
        for number in range(6):
            store.add_feedback(b"a%d" % number, "helpful", 10.0 + number, tenant="acme")
        store.add_feedback(b"g", "helpful", 1.0, tenant="globex")

        assert {"globex": [1.0], "acme": [13.0, 14.0, 15.0]} == remembered_feedback(store)


def test_open_contacts_of_the_release_before_are_kept(state: Path) -> None:
    """Filters had not touched them; from now on they can."""
    (state / "tally").mkdir(parents=True)
    with closing(sqlite3.connect(state / "tally" / "tally.db", isolation_level=None)) as connection:
        for statement in (*_SCHEMA_2, "PRAGMA user_version = 2"):
            connection.execute(statement)
        connection.execute("INSERT INTO contacts VALUES (?, 'a/b', 's', 5.0, 'open', 0)", (b"c",))
    with TallyStore(state) as store, store.transaction():
        found = store.contact(b"c")
        assert found == Contact("a/b", "s", 5.0)
        store.put_contact(b"c", found._replace(rules=("card", "mail")))
        assert (None, ("card", "mail")) == (store.set_aside, store.delete_contacts_before(6.0)[0].rules)


def test_tally_before_shares_is_opened(state: Path) -> None:
    """What it counted is still there, and feedback that it counted does not count again."""
    (state / "tally").mkdir(parents=True)
    with closing(sqlite3.connect(state / "tally" / "tally.db", isolation_level=None)) as connection:
        for statement in (*_SCHEMA_1, "PRAGMA user_version = 1"):
            connection.execute(statement)
        connection.execute("INSERT INTO counts VALUES (0, 'a/b', 's', 'answered', 3)")
        connection.execute("INSERT INTO heard VALUES (?, 'helpful', 5.0)", (b"1",))
    with TallyStore(state) as store, store.transaction():
        found = (store.set_aside, store.hours(0, "*")[0]["answered"])
        again = [store.add_feedback(name, "helpful", 5.0, tenant="a") for name in (b"1", b"2")]

    assert ((None, 3), [False, True]) == (found, again)


def test_old_hours_are_deleted(state: Path) -> None:
    """Hours older than `keep_s` are deleted."""
    with TallyStore(state, bounds=TallyBounds(keep_s=2 * HOUR_S)) as store:
        write(store, counts(1, 2, 3, 4), trim_at=4.5 * HOUR_S)
        assert [3 * HOUR_S, 4 * HOUR_S] == list(store.hours(0, "*"))


def test_too_many_counts(state: Path) -> None:
    """The oldest hours are deleted, each as a whole."""
    with TallyStore(state, bounds=TallyBounds(max_counts=3)) as store:
        both = counts(1, 2, 3) + counts(1, 2, 3, island="other/drop")
        write(store, both, trim_at=3 * HOUR_S)
        assert [3 * HOUR_S] == list(store.hours(0, "*"))


UNUSABLE: dict[str, Callable[[Path], object]] = {
    "not a database": lambda file: file.write_bytes(b"nonsense" * 100),
    "empty": lambda file: file.write_bytes(b""),
    "missing": lambda file: file.unlink(),
    "of another release": lambda file: _run(file, "PRAGMA user_version = 7"),
    "with a foreign table": lambda file: _run(file, "CREATE TABLE strangers (name TEXT)"),
}


def _run(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("situation", UNUSABLE)
def test_file_that_cannot_be_used(state: Path, situation: str) -> None:
    """A file that cannot be used is set aside, and counting starts again from zero."""
    with TallyStore(state) as store:
        write(store, counts(1))
    UNUSABLE[situation](state / "tally" / "tally.db")
    with TallyStore(state) as store:
        assert store.set_aside is not None
        assert store.set_aside.is_dir()
        assert {} == store.hours(0, "*")
        write(store, counts(2))
    with TallyStore(state) as store:
        assert (None, 1) == (store.set_aside, len(store.hours(0, "*")))


class FullDisk(sqlite3.Connection):
    """A disk that fails each COMMIT while `is_full` is set."""

    is_full = False

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        """Raise at COMMIT while the disk is full."""
        if self.is_full and sql.startswith("COMMIT"):
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *arguments)  # type: ignore[arg-type]


def test_full_disk(state: Path) -> None:
    """The transaction raises `StorageError` and leaves nothing. The next one works when there is space."""
    with TallyStore(state, connection=FullDisk) as store:
        FullDisk.is_full = True
        with pytest.raises(StorageError, match=r"tally\.db could not be used: database or disk is full"):
            write(store, counts(1))
        FullDisk.is_full = False
        write(store, counts(2))
        assert [2 * HOUR_S] == list(store.hours(0, "*"))
