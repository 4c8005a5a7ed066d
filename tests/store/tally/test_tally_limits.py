"""The tally at its default limits: what is kept, and what is deleted."""

from collections import Counter
from pathlib import Path

from edge.store.tally import TallyStore
from edge.tally import Contact, ContactState, CountKey, TicketRecord

DAY_S = 86_400


def test_tally_at_its_limits_of_age(state: Path) -> None:
    """Counts are kept for 35 days, feedback and tickets for a week."""
    with TallyStore(state) as store, store.transaction():
        store.add(Counter({CountKey(hour, "a/b", "s", "answered"): 1 for hour in (0, 3_600)}))
        for number, asked in enumerate((0.0, 10.0)):
            store.add_feedback(b"%d" % number, "helpful", asked)
            store.put_ticket(str(number), TicketRecord("a/b", "s", asked))
        store.trim(7.0 * DAY_S)
        assert (False, True) == (store.add_feedback(b"0", "helpful", 0.0), store.ticket("0") is not None)
        store.trim(7.0 * DAY_S + 5)
        assert (True, False) == (store.add_feedback(b"0", "helpful", 0.0), store.add_feedback(b"1", "helpful", 10.0))
        assert (None, True) == (store.ticket("0"), store.ticket("1") is not None)
        store.trim(35.0 * DAY_S)
        assert [0, 3_600] == list(store.hours(0, "*"))
        store.trim(35.0 * DAY_S + 1)
        assert [3_600] == list(store.hours(0, "*"))


COUNTING = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
"""SQLite itself makes the rows: half a million from Python would take seconds."""


def test_tally_at_its_limit_of_counts(state: Path) -> None:
    """Nothing is deleted at the limit. With one count more, the oldest hour is."""
    with TallyStore(state) as store, store.transaction():
        rows = f"INSERT INTO counts {COUNTING} SELECT i / 5000, 'a/b', printf('%06d', i), 'x', 1 FROM n"  # noqa: S608
        store._connection.execute(rows, (500_000,))
        store.trim(0.0)
        assert 100 == len(store.hours(0, "*"))
        store.add(Counter({CountKey(100, "a/b", "s", "x"): 1}))
        store.trim(0.0)
        assert [*range(1, 101)] == list(store.hours(0, "*"))


def test_tally_keeps_a_hundred_thousand_contacts_and_tickets(state: Path) -> None:
    """Beyond, the oldest are deleted; and so is the oldest of half a million statements of feedback."""
    with TallyStore(state) as store, store.transaction():
        contact = f"INSERT INTO contacts {COUNTING} SELECT CAST(i AS BLOB), '', '', 10 + i, ?, 1, '' FROM n"  # noqa: S608
        store._connection.execute(contact, (100_000, ContactState.RESOLVED))
        ticket = f"INSERT INTO tickets {COUNTING} SELECT i, '', '', 10 + i, 1, '', 0, 0, 0 FROM n"  # noqa: S608
        store._connection.execute(ticket, (100_000,))
        feedback = f"INSERT INTO heard {COUNTING} SELECT CAST(i AS BLOB), 'helpful', 10.0 + i, 'a' FROM n"  # noqa: S608
        store._connection.execute(feedback, (499_999,))
        assert [] == store.delete_excess_contacts()
        store.trim(0.0)
        assert store.ticket("0") is not None
        oldest = Contact("a/b", "s", 5.0)
        store.put_contact(b"new", oldest)
        store.put_ticket("new", TicketRecord("a/b", "s", 5.0))
        store.add_feedback(b"new", "helpful", 10.0, tenant="a")
        assert not store.add_feedback(b"0", "helpful", 10.0, tenant="a")
        store.add_feedback(b"newer", "helpful", 11.0, tenant="a")
        store.trim(0.0)
        assert ([oldest], None) == (store.delete_excess_contacts(), store.ticket("new"))
        assert (500_000,) == store._connection.execute("SELECT count(*) FROM heard").fetchone()
