"""Questions files: read whole, chosen by island, refused with a reason."""

from pathlib import Path

import pytest

from edge.config import asset_folder
from edge.errors import ConfigError, RefusedError
from edge.publish.source import QuestionKind, read_question_file

QUESTION = '{ island = "acme/drop", text = "when?", snippet = "ship-date" }'


def test_sample_questions_are_of_every_kind() -> None:
    """Those to one island are a part of all; the right snippets are one, two or none."""
    path = asset_folder("islands") / "questions.toml"
    everything, hoodie = read_question_file(path), read_question_file(path, island="northwind/hoodie-drop")

    assert set(QuestionKind) == {question.kind for question in everything}
    assert set(hoodie) < set(everything)
    assert {0, 1, 2} == {len(question.right) for question in hoodie}


FAULTY = {
    "no TOML": ("questions = [", "is not a file of questions: "),
    "an island": ("[[snippets]]\nid = 'a'\n", "Object missing required field `questions`"),
    "an unknown kind": (
        f"questions = [{QUESTION[:-2]}, kind = 'rude' }}]", "Invalid enum value 'rude' - at `$.questions[0].kind`"
    ),
    "no question to the island": (f"questions = [{QUESTION}]", "has no question to acme/other, found"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTY)
def test_faulty_file(tmp_path: Path, case: str) -> None:
    """The text names the file and what was expected."""
    text, problem = FAULTY[case]
    path = tmp_path / "q.toml"
    path.write_text(text)
    with pytest.raises(RefusedError) as caught:
        read_question_file(path, island="acme/other")

    assert problem in caught.value.text
    assert caught.value.text.startswith(f"{path} ")


def test_missing_file(tmp_path: Path) -> None:
    """The operator has to give another."""
    with pytest.raises(ConfigError, match=r"cannot read .*none\.toml: No such file"):
        read_question_file(tmp_path / "none.toml")
