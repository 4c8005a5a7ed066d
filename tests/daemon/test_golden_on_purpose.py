"""Outcomes that were changed on purpose: `golden/on_purpose.tsv` has them before and now."""

import csv

from tests.daemon.golden.cases import sample, verdicts
from tests.daemon.golden.driver import running_pop
from tests.daemon.golden.islands import HOODIE
from tests.daemon.golden.tables import FOLDER
from tests.daemon.golden.trees import press, ways
from tests.daemon.golden.verdicts import read_verdicts
from tests.daemon.golden.words import seen

TREE = "a tree to its answer, then a question for people"


def expected(case: str) -> dict[str, str]:
    """The figures of a case, from the column `now`."""
    with (FOLDER / "on_purpose.tsv").open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row["now"] for row in csv.DictReader(file, delimiter="\t") if row["case"] == case}


async def test_ticket_has_the_end_of_a_tree_in_its_transcript() -> None:
    """The end of a tree is a turn of the session, as the answer to a typed question is."""
    drop = sample(HOODIE)
    async with running_pop(drop, verdicts=verdicts()) as pop:
        for way in ways(drop):
            told = await press(pop, way, session="viewer")
            if told[-1].document["answer"] is not None:
                break
        text = next(judged.text for judged in read_verdicts() if judged.id == "hoodie-006")
        found = seen(await pop.ask(HOODIE, text, session="viewer"))

    assert found.posted.endswith(expected(TREE)["what the ticket says was said before"])
