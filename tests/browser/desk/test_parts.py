"""Parts of the page that need no browser, run by Node: events, the queue, keys, words, and what counts as edited."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from edge.tally import compare_reply
from tests.browser.desk.faces import FACES, installed

pytestmark = [pytest.mark.journey, pytest.mark.requires("npm")]

ENTRY = """
export { EventParser } from "FACES/shared/sse.ts"
export { shown, line, plain } from "FACES/shared/words.ts"
export { span } from "FACES/shared/times.ts"
export { actOf } from "FACES/desk/app/keys.ts"
export { Queue } from "FACES/desk/model/queue.ts"
export { compare } from "FACES/desk/model/compare.ts"
export { readTicket } from "FACES/desk/model/ticket.ts"
"""

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Evaluates a function of JavaScript, which gets the page's parts and a question, and returns JSON."""
    folder = tmp_path_factory.mktemp("parts")
    (folder / "entry.ts").write_text(ENTRY.replace("FACES", str(FACES)), encoding="utf-8")
    esbuild = installed() / "node_modules" / ".bin" / "esbuild"
    bundle = [str(esbuild), "entry.ts", "--bundle", "--format=esm", "--outfile=parts.mjs", "--log-level=error"]
    subprocess.run(bundle, cwd=folder, check=True, timeout=60)

    def evaluate(function: str, question: Any = None) -> Any:
        script = f"import * as parts from {json.dumps(str(folder / 'parts.mjs'))}\n"
        script += f"console.log(JSON.stringify(({function})(parts, {json.dumps(question)})))"
        command = ["node", "--input-type=module", "--eval", script]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert 0 == ran.returncode, ran.stderr
        return json.loads(ran.stdout)

    return evaluate


def test_events_however_they_are_cut(run: Run) -> None:
    """Whole, letter by letter, with each line end of the standard, and with comments and unknown fields between."""
    text = (
        ": heartbeat\n\nevent: row\ndata: {\ndata: }\nid: 7\n\ndata:x\r\n\r\nevent: all\n\nretry: 1\ndata\n\nevent: cut"
    )
    found = run(
        """({ EventParser }, text) => [[text], [...text]].map(pieces => {
            const parser = new EventParser()
            return pieces.flatMap(piece => parser.take(piece)).map(event => [event.kind, event.data])
        })""",
        text,
    )
    whole = [["heartbeat", ""], ["row", "{\n}"], ["message", "x"], ["message", ""]]

    assert [whole, whole] == found


REPLIES = {
    "word for word": "Orders ship within 3 days.",
    "other case and signs": "orders ship - within 3 days!!",
    "a greeting around it": "Hi Kim, orders ship within 3 days. Bye, Jo",
    "half of it and more": "Orders ship when the moon is full and the tide is high",
    "something else": "Please write to us.",
    "signs alone": "?!",
}


@pytest.mark.parametrize("kind", REPLIES)
def test_suggestion_is_counted_as_by_pops(run: Run, kind: str) -> None:
    """The page and `edge.tally` say the same of a reply."""
    answers = ["Orders ship within 3 days.", "You can send it back within 30 days of delivery."]
    found = run(
        """({ compare, readTicket }, [reply, answers]) => compare(reply, readTicket({ candidates: answers.map(answer =>
            ({ answer, provenance: { snippet: "s" } })) }).candidates).suggestion""",
        [REPLIES[kind], answers],
    )

    assert compare_reply(REPLIES[kind], answers) == found


def test_event_wins_over_the_page_that_was_asked_for_before(run: Run) -> None:
    """While the queue is read page by page, rows that change or go meanwhile do not come back."""
    found = run(
        """({ Queue }) => {
            const row = (id, count) => ({ row: id, lane: "a", count, due: null, received: "2026-01-01T00:00:00Z" })
            const queue = new Queue()
            queue.begin(); queue.page([row("old", 1)]); queue.finish()
            queue.begin()
            queue.change({ row: "gone", now: null })
            queue.change({ row: "more", now: row("more", 3) })
            queue.page([row("gone", 1), row("more", 2), row("new", 1)])
            queue.finish()
            return queue.list("").map(one => [one.row, one.count])
        }"""
    )

    assert [["more", 3], ["new", 1]] == found


def test_rows_by_deadline_and_lanes_with_their_load(run: Run) -> None:
    """The earliest first, those without a deadline last; late is counted in tickets."""
    found = run(
        """({ Queue }) => {
            const at = minute => `2026-01-01T00:0${minute}:00Z`
            const row = (id, lane, count, due) => ({ row: id, lane, count, due, received: at(count) })
            const queue = new Queue()
            queue.page([row("c", "b", 1, null), row("b", "a", 3, at(9)), row("a", "a", 2, at(4))])
            const lanes = queue.lanes(Date.parse(at(5)))
            return [queue.list("").map(one => one.row), queue.list("b").map(one => one.row), lanes]
        }"""
    )
    lanes = [
        {"lane": "a", "tickets": 5, "late": 2, "oldest": "2026-01-01T00:02:00Z"},
        {"lane": "b", "tickets": 1, "late": 0, "oldest": "2026-01-01T00:01:00Z"},
    ]

    assert [["a", "b", "c"], ["c"], lanes] == found


KEYS: dict[str, tuple[dict[str, Any], bool, str | None]] = {
    "a letter acts": ({"key": "j"}, False, "next"),
    "a letter that is typed does not": ({"key": "j"}, True, None),
    "a number that is typed does not": ({"key": "1"}, True, None),
    "Ctrl+Enter sends from a field": ({"key": "Enter", "ctrlKey": True}, True, "send"),
    "so does Cmd+Enter": ({"key": "Enter", "metaKey": True}, False, "send"),
    "with Shift it resolves": ({"key": "Enter", "ctrlKey": True, "shiftKey": True}, True, "send-resolve"),
    "Enter alone does not": ({"key": "Enter"}, False, None),
    "Esc leaves a field": ({"key": "Escape"}, True, "leave"),
    "the browser's keys stay its own": ({"key": "r", "ctrlKey": True}, False, None),
    "a key held down moves": ({"key": "j", "repeat": True}, False, "next"),
    "but does not resolve": ({"key": "r", "repeat": True}, False, None),
    "or send": ({"key": "Enter", "ctrlKey": True, "repeat": True}, True, None),
    "an Arabic keyboard": ({"key": "ت", "code": "KeyJ"}, False, "next"),
    "its number": ({"key": "٢", "code": "Digit2"}, False, "insert-2"),
    "its question mark": ({"key": "؟", "code": "Slash", "shiftKey": True}, False, "help"),
    "a Russian keyboard": ({"key": "с", "code": "KeyC"}, False, "claim"),  # noqa: RUF001 - that is the letter
    "a French number": ({"key": "&", "code": "Digit1"}, False, "insert-1"),
    "a sign of an English keyboard": ({"key": "!", "code": "Digit1", "shiftKey": True}, False, None),
    "a letter in another place": ({"key": "h", "code": "KeyJ"}, False, None),
    "with caps lock": ({"key": "J", "code": "KeyJ"}, False, "next"),
    "letters being composed stay a field's": ({"key": "Enter", "ctrlKey": True, "isComposing": True}, True, None),
}


@pytest.mark.parametrize("kind", KEYS)
def test_keys(run: Run, kind: str) -> None:
    """No key acts while somebody types, except Esc and Ctrl+Enter."""
    pressed, is_typing, act = KEYS[kind]

    assert act == run("({ actOf }, [pressed, isTyping]) => actOf(pressed, isTyping, true)", [pressed, is_typing])


def test_single_keys_can_be_switched_off(run: Run) -> None:
    """Then letters do nothing, and keys with Ctrl still do (WCAG 2.2, 2.1.4)."""
    script = '({ actOf }) => [actOf({ key: "c" }, false, false), actOf({ key: "Enter", ctrlKey: true }, false, false)]'

    assert [None, "send"] == run(script)


def test_words_are_shown_whole_and_harmless(run: Run) -> None:
    """Unseen signs are seen; joined emoji, marks, line breaks and right-to-left letters stay as they are."""
    words = ["a\u202eb\u2066\u200b\u0007", "x\r\ny\u2028z\tq", "\U0001f469\u200d\U0001f680", "متى", "\ufeff\U000e0041"]
    found = run("({ shown }, words) => words.map(shown)", words)

    assert ["a□b□□□", "x\ny\nz\tq", "\U0001f469\u200d\U0001f680", "متى", "□□"] == found
