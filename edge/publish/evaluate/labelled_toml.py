"""Read labelled texts from an author's files: an island's examples, or a questions file. Labels are snippet ids."""

import tomllib
from pathlib import Path

from edge.errors import ConfigError, RefusedError
from edge.publish.evaluate.evaluate import OUT_OF_SCOPE
from edge.publish.evaluate.labelled_csv import Labelled
from edge.publish.source import IslandSource, read_island, read_question_file


def is_island_file(path: Path) -> bool:
    """True if `path` is a TOML file with snippets.

    Raises `ConfigError` if it cannot be read, `RefusedError` if it is not TOML.
    """
    if path.suffix != ".toml":
        return False
    try:
        return "snippets" in tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give an island, a questions file or a CSV") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RefusedError(f"{path} is not TOML: {error}") from error


def label_examples(path: Path) -> tuple[IslandSource, list[Labelled]]:
    """The island in `path`, and its examples labelled with the ids of their snippets. Raises as `read_island` does."""
    source = read_island(path).source()
    return source, [Labelled(text, snippet.id) for snippet in source.snippets for text in snippet.examples]


def label_questions(path: Path, *, island: str | None) -> tuple[list[Labelled], int]:
    """The labelled questions of a questions file, and the number of questions left out.

    A question that several snippets answer has no single label, so it is left out. One that none answers is labelled
    `oos`. Raises as `read_question_file` does.
    """
    questions = read_question_file(path, island=island)
    unambiguous = [question for question in questions if len(question.right) <= 1]
    rows = [Labelled(question.text, question.right[0] if question.right else OUT_OF_SCOPE) for question in unambiguous]
    return rows, len(questions) - len(unambiguous)
