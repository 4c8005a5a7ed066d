"""Labelled texts from an author's own files: an island's examples, or a questions file. Labels are snippets' ids."""

import tomllib
from pathlib import Path

from edge.errors import ConfigError, RefusedError
from edge.publish.evaluate.evaluate import OUT_OF_SCOPE
from edge.publish.evaluate.labelled_csv import Labelled
from edge.publish.source import IslandSource, read_island, read_question_file


def is_island_file(path: Path) -> bool:
    """Whether `path` is a TOML file with snippets; raises `ConfigError` when it cannot be read."""
    if path.suffix != ".toml":
        return False
    try:
        return "snippets" in tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give an island, a questions file or a CSV") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RefusedError(f"{path} is not TOML: {error}") from error


def label_examples(path: Path) -> tuple[IslandSource, list[Labelled]]:
    """An island, and its examples with their snippets' ids as labels. Raises as `read_island` does."""
    source = read_island(path).source()
    return source, [Labelled(text, snippet.id) for snippet in source.snippets for text in snippet.examples]


def label_questions(path: Path, *, island: str | None) -> tuple[list[Labelled], int]:
    """The questions of a questions file, and how many were left out because several snippets answer them.

    Raises as `read_question_file` does.
    """
    questions = read_question_file(path, island=island)
    clear = [question for question in questions if len(question.right) <= 1]
    rows = [Labelled(question.text, question.right[0] if question.right else OUT_OF_SCOPE) for question in clear]
    return rows, len(questions) - len(clear)
