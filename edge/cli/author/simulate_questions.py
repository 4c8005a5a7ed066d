"""Questions of a simulated drop, from a questions file or a CSV. The real triage judges each of them once.

A questions file is TOML as `islands/questions.toml`; its questions to other islands are left out. A CSV has the
columns `text`; `snippet`, the id of the snippet that answers it (several with `|`, empty: none); `weight`, how often it
is asked, relative to the others; `channel`. Only `text` is required. Without `snippet` no answer counts as wrong.
"""

import csv
from collections.abc import Callable
from pathlib import Path

from edge.decide import Asked
from edge.errors import ConfigError
from edge.host import utc_now
from edge.publish.compile import prepare_island, sign_island
from edge.publish.keys import PrivateKey
from edge.publish.source import IslandSource, read_question_file
from edge.records import Island, IslandName
from edge.simulate import JudgedQuestion
from edge.triage import Head, Triage, matter_of, read_message
from edge.trust import open_stored_island

_COLUMNS = frozenset({"text", "snippet", "weight", "channel"})


def compile_island(source: IslandSource, triage: Triage) -> Island:
    """The island as a PoP would open it. The key that signs it is used only here."""
    key = PrivateKey.generate("simulated")
    signed = sign_island(prepare_island(source, triage=triage), revision=1, signer=key, now=utc_now())
    name = IslandName(source.tenant, source.island)
    return open_stored_island(signed.data, name=name, keys={"simulated": key.public})


def read_questions(path: Path, island: str) -> list[dict[str, str]]:
    """The questions to `island` in a questions file (TOML), or every row of a CSV file.

    Raises `ConfigError` that says which line is wrong, or `RefusedError` for TOML that is no questions file.
    """
    if path.suffix == ".toml":
        return [
            {"text": question.text, "snippet": "|".join(question.right)}
            for question in read_question_file(path, island=island)
        ]
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = set(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _csv_error(path, f"cannot be read: {error}") from error
    if "text" not in columns or columns - _COLUMNS:
        found = ", ".join(sorted(columns)) or "none"
        raise _csv_error(path, f"has the columns {found}, expected text, and any of snippet, weight, channel")
    for number, row in enumerate(rows, start=2):
        if None in row or not (row["text"] or "").strip():
            raise _csv_error(path, f"line {number} has no text, or too many columns")
        if not _is_weight(row.get("weight") or "1"):
            raise _csv_error(path, f"line {number} has a weight that is not a positive number")
    if not rows:
        raise _csv_error(path, "has no questions")
    return rows


def check_snippets(path: Path, rows: list[dict[str, str]], island: Island) -> None:
    """Raise `ConfigError` for a row with an unknown snippet: each answer to it would count as wrong."""
    known = {snippet.id for snippet in island.snippets}
    for number, row in enumerate(rows, start=2):
        for snippet in sorted(set(_right_snippets(row) or ()) - known):
            raise _csv_error(path, f"line {number} names the snippet {snippet[:64]!r}, which the island does not have")


def judge_questions(
    rows: list[dict[str, str]], island: Island, triage: Triage, progress: Callable[[int, int], None]
) -> list[JudgedQuestion]:
    """Each row with triage's verdict. `progress` gets the number of rows done, and of all rows."""
    head = Head.load(island)
    judged = []
    for count, row in enumerate(rows, start=1):
        message = read_message(row["text"])
        asked = Asked(message.words, row.get("channel") or "stream", mentions=message.mentions)
        weight = float(row.get("weight") or 1)
        judged.append(JudgedQuestion(triage.judge(head, matter_of(message)), asked, _right_snippets(row), weight))
        progress(count, len(rows))
    return judged


def _right_snippets(row: dict[str, str]) -> frozenset[str] | None:
    """Snippets that answer the row's question. None if the file does not say."""
    snippets = row.get("snippet")
    return None if snippets is None else frozenset(filter(None, snippets.split("|")))


def _is_weight(text: str) -> bool:
    try:
        return 0 < float(text) < float("inf")
    except ValueError:
        return False


def _csv_error(path: Path, problem: str) -> ConfigError:
    return ConfigError(f"{path} {problem}; fix it, then run: skerry simulate --questions {path} …")
