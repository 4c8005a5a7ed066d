"""Examples on pages that are written by hand: code reads them, and writes the same fields."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from edge.daemon.people import OpenQuestions, OpenQuestionsReport
from edge.limits import AskerName
from edge.publish.learn import read_export
from edge.records import IslandName
from edge.records.desk import ExportLine
from tests.docs.pages import ROOT

HTTP = (ROOT / "edge" / "http.md").read_text(encoding="utf-8")
EXPORT = (ROOT / "islands" / "export.md").read_text(encoding="utf-8")
NAME = IslandName("northwind", "hoodie-drop")
NOW = 1_795_666_800.0


def open_questions_example() -> str:
    """The body of the response."""
    section = HTTP.partition("### `GET /v1/open-questions`\n")[2].partition("\n### ")[0]
    return section.partition("Cache-Control: no-store\n")[2].partition("\n```")[0]


def fields(document: Any) -> Any:
    """A document's fields with the types of their values, in order."""
    if isinstance(document, dict):
        return [(name, fields(value)) for name, value in document.items()]
    return [fields(one) for one in document] if isinstance(document, list) else type(document)


def test_open_questions_are_shown_as_a_pop_writes_them() -> None:
    """The same fields in the same order, of the same types; and figures that can be."""
    board = OpenQuestions()
    for number in range(2):
        board.note(NAME, "do you ship to norway", "do you ship to norway", AskerName(f"viewer {number}"), NOW)
    written = msgspec.json.encode(board.report(NOW, tenant=NAME.tenant, island=NAME.island))
    shown = msgspec.json.decode(open_questions_example(), type=OpenQuestionsReport)
    (cluster,) = shown.clusters

    assert fields(json.loads(written)) == fields(json.loads(open_questions_example()))
    assert (str(NAME), round(cluster.askers * 60 / shown.window_s, 2)) == (cluster.island, cluster.per_minute)
    assert cluster.askers <= cluster.questions
    assert cluster.first <= cluster.last <= shown.at
    assert (
        (shown.at - cluster.last).total_seconds() < shown.window_s == board.report(NOW, tenant="*", island="*").window_s
    )


def test_lines_of_an_export_are_read(tmp_path: Path) -> None:
    """None of them is left out, and each field of the table is one of the format."""
    lines = re.findall(r"^\{.*\}$", EXPORT, flags=re.MULTILINE)
    (tmp_path / "page.jsonl").write_text("\n".join(lines), encoding="utf-8")
    left_out: Counter[Any] = Counter()
    read = list(read_export(tmp_path / "page.jsonl", left_out))
    table = re.findall(r"^\| `(\w+)` \|", EXPORT, flags=re.MULTILINE)

    assert (3, {}) == (len(read), +left_out)
    assert [field.name for field in msgspec.structs.fields(ExportLine)] == table
