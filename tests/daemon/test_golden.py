"""Every outcome is as it was when the golden files were written."""

import pytest

from tests.daemon.golden.tables import FOLDER, TABLES, difference, played
from tests.daemon.golden.verdicts import is_on_an_edge, read_verdicts


@pytest.mark.parametrize("table", TABLES)
async def test_outcomes_are_as_they_were(table: str) -> None:
    """For every question, channel, session state and load; the message shows changed rows, before and now."""
    assert "" == difference(table, await played(table))


def test_recorded_verdicts_are_on_no_edge() -> None:
    """No case depends on how a machine rounds."""
    verdicts = read_verdicts()

    assert [] == [judged.id for judged in verdicts if not judged.verdict.exact and is_on_an_edge(judged.verdict)]
    ids, questions = {judged.id for judged in verdicts}, {(judged.island, judged.text) for judged in verdicts}
    assert len(verdicts) == len(ids) == len(questions)


def test_golden_files_can_be_read_as_a_difference() -> None:
    """They are sorted, have no row twice, and are small enough to review."""
    for table in TABLES:
        _, *rows = (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
        assert rows == sorted(set(rows)), table
    assert sum(path.stat().st_size for path in FOLDER.glob("*.tsv")) < 600_000
