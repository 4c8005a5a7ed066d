"""Questions as viewers ask them, with what answers each: the format of `islands/questions.toml`.

A questions file is no island and is never published. The demo, the simulator and `skerry triage eval` read it.
"""

import tomllib
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.errors import ConfigError, RefusedError

_EXPECTED = "expected questions = [{ island, text, snippet }, …] as in islands/questions.toml"


class QuestionKind(StrEnum):
    """How a question is asked, or what it needs."""

    PLAIN = "plain"
    MISSPELT = "misspelt"
    OUT_OF_SCOPE = "out_of_scope"
    AMBIGUOUS = "ambiguous"
    REVIEW = "review"
    NEVER = "never"


class SampleQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question. `snippet` answers it, or any of `snippets`; nothing does where both are empty."""

    island: str
    text: str
    kind: QuestionKind = QuestionKind.PLAIN
    snippet: str = ""
    snippets: tuple[str, ...] = ()

    @property
    def right(self) -> tuple[str, ...]:
        """The snippets that answer it."""
        return (self.snippet,) if self.snippet else self.snippets


class _File(msgspec.Struct, frozen=True, kw_only=True):
    questions: tuple[SampleQuestion, ...]


def read_question_file(path: Path, *, island: str | None = None) -> tuple[SampleQuestion, ...]:
    """The questions in `path`, all of them or those to one `island` (`tenant/island`); at least one.

    Raises `ConfigError` when the file cannot be read, `RefusedError` when it holds something else.
    """
    try:
        questions = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).questions
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give a file of questions") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RefusedError(f"{path} is not a file of questions: {error}; {_EXPECTED}") from error
    chosen = tuple(question for question in questions if island is None or question.island == island)
    if not chosen:
        others = ", ".join(sorted({question.island for question in questions})) or "none"
        raise RefusedError(f"{path} has no question to {island or 'any island'}, found questions to {others}")
    return chosen
