"""What moved on purpose when one conversation came to be decided once: `golden/on_purpose.tsv`, before and now."""

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
    """The figures of a case as they are now."""
    with (FOLDER / "on_purpose.tsv").open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row["now"] for row in csv.DictReader(file, delimiter="\t") if row["case"] == case}


async def test_people_see_what_a_tree_said() -> None:
    """The end of a tree is a turn of the conversation, as an answer to typed words is."""
    drop = sample(HOODIE)
    async with running_pop(drop, verdicts=verdicts()) as pop:
        for way in ways(drop):
            told = await press(pop, way, session="viewer")
            if told[-1].document["answer"] is not None:
                break
        text = next(judged.text for judged in read_verdicts() if judged.id == "hoodie-011")
        found = seen(await pop.ask(HOODIE, text, session="viewer"))

    assert found.posted.endswith(expected(TREE)["what the ticket says was said before"])
