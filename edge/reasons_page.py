"""The HTML page that says what each reason means. Every process serves it under `REASONS_PATH`."""

from collections.abc import Iterator
from html import escape

from edge.reasons import REASONS


def reasons_page() -> str:
    """The page at `REASONS_PATH`: HTML without scripts, one section for each reason, with its name as the anchor."""
    return "\n".join(
        (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Reasons</title>',
            '<meta name="viewport" content="width=device-width">',
            "<style>:root{color-scheme:light dark}",
            "body{font:1rem/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}",
            "h2{font:600 1rem ui-monospace,monospace;margin:2rem 0 0}p{margin:.25rem 0}h2:target{background:Mark}",
            "</style>",
            "<h1>Reasons</h1>",
            "<p>A reason is the same word in a response, a log line, a metric label and a ticket.</p>",
            *_sections(),
            "</html>",
        )
    )


def _sections() -> Iterator[str]:
    for reason, text in REASONS.items():
        status = f"<p>HTTP status {text.status}.</p>" if text.status else ""
        yield f'<h2 id="{reason.value}">{reason.value}</h2>'
        yield f"<p>{_inline(text.means)}</p><p><b>What to do:</b> {_inline(text.todo)}</p>{status}"


def _inline(sentence: str) -> str:
    """The sentence as HTML; text in backticks becomes code."""
    parts = escape(sentence, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
