"""Rules about snippets in further languages: their tags, texts and approvals."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.snippets import markdown_faults
from edge.publish.source.rules.values import is_tag, line_faults

MAX_LOCALES = 20
"""Further languages of one snippet. Each PoP keeps and verifies every one of them."""


def locale_faults(draft: IslandDraft, *, now: datetime) -> Iterator[Fault]:
    """Faults of each snippet's further languages. `now` is compared with their approvals."""
    own = draft.values.get("locale", "")
    for index, snippet in draft.values.get("snippets", {}).items():
        locales, at = snippet.get("locales", {}), ("snippets", index, "locales")
        if len(locales) > MAX_LOCALES:
            one_too_many = list(locales)[MAX_LOCALES]
            text = f"snippet has {len(locales)} further languages, expected at most {MAX_LOCALES}"
            yield Fault((*at, one_too_many), Code.LOCALE, text)
        seen: dict[str, str] = {}
        for locale, text in locales.items():
            other = seen.setdefault(locale.lower(), locale)
            if not is_tag(locale):
                fault = f"{locale[:64]!r} is not a language tag, expected one as in de or pt-BR"
                yield Fault((*at, locale), Code.LOCALE, fault)
            elif locale.lower() == own.lower():
                yield Fault((*at, locale), Code.LOCALE, f"{locale!r} is the island's own language, expected another")
            elif other != locale:
                yield Fault((*at, locale), Code.LOCALE, f"{locale!r} is {other!r} once more, expected each once")
            yield from _text(text, (*at, locale), now)


def _text(text: dict[Any, Any], at: ValuePath, now: datetime) -> Iterator[Fault]:
    """Faults of one answer in a further language."""
    if "title" in text:
        yield from line_faults(text["title"], (*at, "title"))
    if "answer" in text and not text["answer"].strip():
        fault = "answer is empty, expected one; without the language, viewers get the island's own"
        yield Fault((*at, "answer"), Code.ANSWER_EMPTY, fault)
    yield from markdown_faults(text, "answer", at)
    if "approved_by" in text:
        yield from line_faults(text["approved_by"], (*at, "approved_by"))
    if text.get("approved_at", now) > now:
        fault = f"'approved_at' is {text['approved_at'].isoformat()}, expected not after now"
        yield Fault((*at, "approved_at"), Code.APPROVAL, f"{fault}, {now.isoformat(timespec='seconds')}")
