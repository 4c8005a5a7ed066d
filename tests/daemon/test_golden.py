"""Decisions have not moved: every outcome is as it was when the golden files were written."""

import pytest

from tests.daemon.golden.tables import FOLDER, TABLES, difference, played
from tests.daemon.golden.verdicts import is_on_an_edge, read_verdicts


@pytest.mark.parametrize("table", TABLES)
async def test_outcomes_are_as_they_were(table: str) -> None:
    """Every question, channel, session state and load; a row that moved is shown as it was and as it is."""
    assert "" == difference(table, await played(table))


def test_recorded_verdicts_are_on_no_edge() -> None:
    """No machine's rounding decides a case."""
    judged = read_verdicts()

    assert [] == [one.id for one in judged if not one.verdict.exact and is_on_an_edge(one.verdict)]
    assert len(judged) == len({one.id for one in judged}) == len({(one.island, one.text) for one in judged})


def test_golden_files_can_be_read_as_a_difference() -> None:
    """Sorted, one row a case, no row twice, and small enough to review."""
    for table in TABLES:
        _, *rows = (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
        assert rows == sorted(set(rows)), table
    assert sum(path.stat().st_size for path in FOLDER.glob("*.tsv")) < 600_000
