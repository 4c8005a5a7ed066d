"""What is erased is nowhere in the state folder; what is held stays; what is done half is completed."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest

from edge.errors import RefusedError, StorageError
from edge.records.payloads import Erasure, ErasureScope
from edge.store.payloads import (
    PayloadStore,
    erase,
    erase_old,
    finish_erasures,
    forget_leaves,
    hold,
    holds,
    release,
    session_digest,
    waiting_leaves,
)
from tests.dying import DiedError, dying_after
from tests.store.payloads.kept import NOW, PUBLIC, keep, leaves, left_in, of, payload, stored_bytes, to_hold

DAY_S = 86_400.0


def facts(store: PayloadStore) -> list[tuple[str, str, dict[str, str | int]]]:
    """What the leaves say that the ledger does not have yet."""
    return [(leaf.kind, leaf.event, dict(leaf.fields)) for leaf in waiting_leaves(store)]


def fill(store: PayloadStore) -> None:
    """Three sessions; the second has a ticket, and the third is in another event too."""
    keep(
        store,
        payload("a1", "s1"),
        payload("a2", "s2"),
        payload("a3", "s2", ticket="t1", retention_class="ticket"),
        payload("a4", "s3"),
        payload("a5", "s3", event="winter"),
    )


@pytest.mark.parametrize(
    ("request_", "left"),
    [
        (("session", "s1"), ["a2", "a3", "a4", "a5"]),
        (("session", "s2"), ["a1", "a4", "a5"]),
        (("ticket", "t1"), ["a1", "a2", "a4", "a5"]),
        (("event", "summer"), ["a5"]),
        (("session", "s1", "s2"), ["a4", "a5"]),
        (("session", "nobody"), ["a1", "a2", "a3", "a4", "a5"]),
    ],
)
def test_erased_by_name(state: Path, request_: tuple[str, ...], left: list[str]) -> None:
    """A session, a ticket or an event of one tenant goes, and nothing else."""
    with PayloadStore(state) as store:
        fill(store)
        gone = 5 - len(left)

        assert 0 == erase(store, of(*request_, tenant="globex"), now=NOW).payloads
        assert gone == erase(store, of(*request_), now=NOW).payloads
        assert leaves(store) == left
        assert Erasure(keys=0, payloads=0) == erase(store, of(*request_), now=NOW)


def test_reply_is_found_by_its_session_as_long_as_it_is_kept(state: Path) -> None:
    """It came without the session's name. So the key of its hand-over stays until the reply's time is over, too."""
    kept_s, summer = {"ticket": 180 * DAY_S}, {"ticket": "t1", "retention_class": "ticket"}
    with PayloadStore(state) as store:
        keep(store, payload("handed", "s1", at=NOW - 181 * DAY_S, **summer))
        keep(store, payload("reply", "", at=NOW - 170 * DAY_S, **summer))
        keep(store, payload("other", "s1", at=NOW - 181 * DAY_S, ticket="t2", retention_class="ticket"))
        store.drop_quiet_keys(NOW)

        assert Erasure(keys=1, payloads=1) == erase_old(store, kept_s, now=NOW)
        assert ["handed", "reply"] == leaves(store)
        assert Erasure(keys=2, payloads=2) == erase(store, of("session", "s1"), now=NOW)
        assert [] == leaves(store)


def test_reply_after_an_erasure(state: Path) -> None:
    """It comes without its session. Nothing would find it any more, so it is not kept."""
    reply = payload("reply", "", ticket="t1", retention_class="ticket")._replace(is_reply=True)
    with PayloadStore(state) as store:
        keep(store, payload("handed", "s1", ticket="t1", retention_class="ticket"), reply)
        before = leaves(store)
        erase(store, of("session", "s1"), now=NOW)
        keep(store, reply._replace(leaf="second reply"))

        assert (["handed", "reply"], []) == (before, leaves(store))


def test_ticket_whose_time_is_over_goes_whole(state: Path) -> None:
    """Hand-over and reply, when the newer one is too old."""
    summer = {"ticket": "t1", "retention_class": "ticket"}
    with PayloadStore(state) as store:
        keep(store, payload("handed", "s1", at=NOW - 191 * DAY_S, **summer))
        keep(store, payload("reply", "", at=NOW - 181 * DAY_S, **summer))
        store.drop_quiet_keys(NOW)

        assert Erasure(keys=2, payloads=2) == erase_old(store, {"ticket": 180 * DAY_S}, now=NOW)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_erased_is_in_any_file(state: Path, seed: int) -> None:
    """Random sessions come and go. After each erasure no byte of their sealed keys or payloads is in the folder."""
    rng, number = random.Random(seed), 0
    with PayloadStore(state) as store:
        sessions = list[str]()
        for _ in range(12):
            for _ in range(rng.randint(1, 60)):
                session = rng.choice(sessions) if sessions and rng.random() < 0.5 else f"s{number}"
                sessions.append(session)
                number += 1
                # Some are larger than a page of SQLite.
                one = payload(f"a{number}", session, at=NOW)
                store.keep(one._replace(opening=one.opening + rng.randbytes(rng.choice((10, 300, 9000)))), PUBLIC)
            store.write()
            before = set(stored_bytes(state))
            erased = rng.sample(sorted(set(sessions)), (1 + len(set(sessions))) // 2)
            erase(store, of("session", *erased), now=NOW)
            sessions = [one for one in sessions if one not in erased]
            gone = sorted(before - set(stored_bytes(state)))

            assert gone
            assert [] == left_in(state, gone)


def test_what_is_there_is_found(state: Path) -> None:
    """The search of the test above finds what was not erased."""
    with PayloadStore(state) as store:
        fill(store)
        stored = stored_bytes(state)

        assert stored == left_in(state, stored)


def test_time_is_over(state: Path) -> None:
    """A class is erased when its time is over; others, newer ones and held ones stay."""
    with PayloadStore(state) as store:
        keep(
            store,
            payload("old", "s1", at=NOW - 31 * DAY_S),
            payload("held", "s2", at=NOW - 31 * DAY_S),
            payload("new", "s3", at=NOW - 29 * DAY_S),
            payload("consent", "s1", at=NOW - 31 * DAY_S, retention_class="consent"),
        )
        store.drop_quiet_keys(NOW)
        hold(store, to_hold("session", "s2"), now=NOW)
        kept_s = {"answer": 30 * DAY_S, "consent": 1000 * DAY_S}

        assert Erasure(keys=1, payloads=1, held=1) == erase_old(store, kept_s, now=NOW)
        assert leaves(store) == ["held", "new", "consent"]
        assert Erasure(keys=0, payloads=0, held=1) == erase_old(store, kept_s, now=NOW)


def test_clock_that_was_ahead(state: Path) -> None:
    """What was stored by a clock a year ahead is kept for its time from now, and not for a year longer."""
    kept_s = {"answer": 30 * DAY_S}
    with PayloadStore(state) as store:
        keep(store, payload("ahead", "s1", at=NOW + 365 * DAY_S))
        store.drop_quiet_keys(NOW)

        erased = [erase_old(store, kept_s, now=NOW + days * DAY_S).payloads for days in (0, 29, 31)]

    assert [0, 0, 1] == erased


def test_key_in_use_is_not_too_old(state: Path) -> None:
    """A session that is writing keeps its key, even if the disk calls it old."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1", at=NOW))
        store.keep(payload("a2", "s1", at=NOW + 10), PUBLIC)

        assert Erasure(keys=0, payloads=0) == erase_old(store, {"answer": 5.0}, now=NOW + 11)
        assert 1 == store.write()
        assert leaves(store) == ["a1", "a2"]


MERGED: dict[str, tuple[str, ...]] = {
    "the first": ("session", "s1"),
    "the second": ("session", "s2"),
    "its name": ("ticket", "m.merge"),
}


@pytest.mark.parametrize("asked", MERGED.values(), ids=MERGED.keys())
def test_payload_that_names_two_sessions_goes_with_either(state: Path, asked: tuple[str, ...]) -> None:
    """And so does what came without a session later; what one of them said alone stays. A hold of either keeps it."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"), payload("a2", "s2"))
        keep(store, payload("m1", "s1", ticket="m.merge", retention_class="ticket", also=("s2",)))
        keep(store, payload("m2", "", ticket="m.merge", retention_class="ticket"))
        boxes = stored_bytes(state)
        hold(store, to_hold("session", "s2"), now=NOW)
        with pytest.raises(RefusedError):
            erase(store, of(*asked), now=NOW)
        assert leaves(store) == ["a1", "a2", "m1", "m2"]
        release(store, to_hold("session", "s2"), now=NOW)
        erase(store, of(*asked), now=NOW)

        own = {"s1": "a1", "s2": "a2"}.get(asked[1], "")
        assert leaves(store) == [one for one in ("a1", "a2") if one != own]
    # Of the five keys and four contents, those of what was said alone.
    assert (2 if own else 4) == len(left_in(state, boxes))


def test_payload_that_names_two_sessions_while_it_waits(state: Path) -> None:
    """It is let go by the second session, too, and never comes to the disk."""
    with PayloadStore(state) as store:
        store.keep(payload("m1", "s1", ticket="m.merge", retention_class="ticket", also=("s2",)), PUBLIC)
        store.forget_keys(lambda name, _slot: name.session == session_digest("acme", "s2"))

        assert (0, []) == (store.write(), leaves(store))
        keep(store, payload("m1", "s1", ticket="m.merge", retention_class="ticket", also=("s2",)))
        store.drop_quiet_keys(NOW + 4_000)
        assert Erasure(keys=2, payloads=1) == erase_old(store, {"ticket": 5.0}, now=NOW + 4_000)


@pytest.mark.parametrize("held", [("session", "s2"), ("ticket", "t1"), ("event", "summer")])
@pytest.mark.parametrize("asked", [("session", "s2"), ("ticket", "t1"), ("event", "summer")])
def test_held_is_not_erased(state: Path, held: tuple[str, str], asked: tuple[str, str]) -> None:
    """An erasure that touches a hold is refused and says so. After the release it goes through."""
    with PayloadStore(state) as store:
        fill(store)

        assert [True, False] == [hold(store, to_hold(*held), now=NOW) for _ in range(2)]
        with pytest.raises(RefusedError, match=r"a hold keeps this .* or a part of it, nothing was erased; see"):
            erase(store, of(*asked), now=NOW)
        assert leaves(store) == ["a1", "a2", "a3", "a4", "a5"]
        assert [True, False] == [release(store, to_hold(*held), now=NOW) for _ in range(2)]
        assert erase(store, of(*asked), now=NOW).keys > 0
        assert () == holds(store).holds


def test_holds_are_listed_without_pseudonyms(state: Path) -> None:
    """A hold survives a restart, and names a session by its digest."""
    with PayloadStore(state) as store:
        hold(store, to_hold("session", "pseudonym"), now=NOW)
        hold(store, to_hold("event", "summer"), now=NOW + 1)
    with PayloadStore(state) as store:
        session, event = holds(store).holds

    assert (ErasureScope.EVENT, "acme", "summer") == (event.scope, event.tenant, event.name)
    assert (64, []) == (len(session.name), left_in(state, [b"pseudonym"]))


def test_erased_while_it_is_writing(state: Path) -> None:
    """What waited goes too. What the session says afterwards has a new key, and stays."""
    with PayloadStore(state) as store:
        keep(store, payload("a1", "s1"))
        store.keep(payload("a2", "s1"), PUBLIC)
        erase(store, of("session", "s1"), now=NOW)
        keep(store, payload("a3", "s1"))

        assert leaves(store) == ["a3"]


def test_leaves_of_erasures_and_holds(state: Path) -> None:
    """Each is a leaf for each event, which says how much and not of whom. It waits until the ledger has it."""
    with PayloadStore(state) as store:
        fill(store)
        hold(store, to_hold("ticket", "t9"), now=NOW)
        release(store, to_hold("event", "summer"), now=NOW + 1)
        hold(store, to_hold("ticket", "t1"), now=NOW + 2)
        release(store, to_hold("ticket", "t1"), now=NOW + 3)
        erase(store, of("session", "s2", "s3"), now=NOW + 4)
    with PayloadStore(state) as store:
        waiting = waiting_leaves(store)

        assert facts(store)[:3] == [
            ("hold", "", {"scope": "ticket"}),
            ("hold", "summer", {"scope": "ticket"}),
            ("release", "summer", {"scope": "ticket"}),
        ]
        assert sorted(facts(store)[3:], key=lambda fact: fact[1]) == [
            ("erasure", "summer", {"scope": "session", "keys": 3, "payloads": 3}),
            ("erasure", "winter", {"scope": "session", "keys": 1, "payloads": 1}),
        ]
        forget_leaves(store, waiting[1:])
        assert waiting[:1] == waiting_leaves(store)
        assert 32 == len(waiting[0].salt)


def test_replies_to_a_session(state: Path) -> None:
    """A reply names the ticket alone. It is erased with the session that has the ticket, and held with it."""
    with PayloadStore(state) as store:
        fill(store)
        keep(store, payload("r1", "", ticket="t1", retention_class="ticket"), payload("r2", "", ticket="t2"))
        hold(store, to_hold("session", "s2"), now=NOW)
        with pytest.raises(RefusedError, match="a hold keeps this ticket"):
            erase(store, of("ticket", "t1"), now=NOW)
        release(store, to_hold("session", "s2"), now=NOW)
        erase(store, of("session", "s2"), now=NOW)

        assert leaves(store) == ["a1", "a4", "a5", "r2"]


@pytest.mark.parametrize("steps", range(6))
def test_killed_between_two_steps(state: Path, steps: int) -> None:
    """The next start, or the same call again, completes an erasure. Its leaf is there once."""
    gone = list[bytes]()
    with PayloadStore(state) as store:
        fill(store)
        before = set(stored_bytes(state))
    store = PayloadStore(state, on_step=dying_after(steps))
    with suppress(DiedError):
        erase(store, of("session", "s2"), now=NOW)
    # Killed: nothing is tidied up but what the kernel does.
    store._connection.close()
    store._home.close()
    with PayloadStore(state) as store:
        finish_erasures(store)
        erase(store, of("session", "s2"), now=NOW)
        gone = sorted(before - set(stored_bytes(state)))

        assert leaves(store) == ["a1", "a4", "a5"]
        assert ["erasure"] == [kind for kind, _, _ in facts(store)]

    assert (4, []) == (len(gone), left_in(state, gone))


class Failing(sqlite3.Connection):
    """A disk that has no room for one kind of statement."""

    fails = ""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Fail if the test says so."""
        self._refuse(sql)
        return super().execute(sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Fail if the test says so."""
        self._refuse(sql)
        return super().executemany(sql, *parameters)

    def _refuse(self, sql: str) -> None:
        if self.fails and sql.startswith(self.fails):
            raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sealed",
        "INSERT INTO erasing",
        "UPDATE contents",
        "INSERT INTO free_places",
        "DELETE FROM payloads",
        "COMMIT",
        "PRAGMA wal_check",
    ],
)
def test_disk_that_fails_within_an_erasure(state: Path, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not said to be done. With room again, the same call completes it."""
    with PayloadStore(state, connection=Failing) as store:
        fill(store)
        before = set(stored_bytes(state))
        monkeypatch.setattr(Failing, "fails", statement)
        with pytest.raises(StorageError, match="database or disk is full"):
            erase(store, of("session", "s2"), now=NOW)
        monkeypatch.setattr(Failing, "fails", "")
        erase(store, of("session", "s2"), now=NOW)
        gone = sorted(before - set(stored_bytes(state)))

        assert leaves(store) == ["a1", "a4", "a5"]
        assert (4, []) == (len(gone), left_in(state, gone))


def test_disk_that_is_really_full(state: Path, full_disk: Callable[[int], AbstractContextManager[None]]) -> None:
    """The kernel refuses the log's growth: the erasure says so, and is completed when there is room."""
    with PayloadStore(state) as store:
        fill(store)
        store.empty_log()
        with full_disk(4096), pytest.raises(StorageError):
            erase(store, of("session", "s2"), now=NOW)

        assert 2 == erase(store, of("session", "s2"), now=NOW).keys
        assert leaves(store) == ["a1", "a4", "a5"]


def test_file_that_another_program_reads(state: Path) -> None:
    """The old pages are still in the log then. It is not said to be done, and the text says what to do."""
    with PayloadStore(state) as store:
        fill(store)
        other = sqlite3.connect(state / "payloads" / "payloads.db", isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM keys").fetchone()
        store._connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StorageError, match="could not be emptied: another program reads the file"):
            erase(store, of("session", "s2"), now=NOW)
        other.close()

        assert 0 == erase(store, of("session", "s2"), now=NOW).keys
        assert leaves(store) == ["a1", "a4", "a5"]
