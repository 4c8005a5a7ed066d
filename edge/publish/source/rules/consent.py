"""Rules about `[consent]`: its purposes, what they allow, and their sentences."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from edge.publish.source.finding import Code, Fault, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.publish.source.rules.locales import MAX_LOCALES
from edge.publish.source.rules.values import character_faults, duration_faults, is_tag, line_faults, name_faults
from edge.records.consent import MAX_PURPOSES

MAX_TEXT_CHARACTERS = 300
"""A sentence above a button. Nobody reads a longer one before pressing it."""

MAX_VERSION = 1_000_000


def consent_faults(draft: IslandDraft, *, now: datetime) -> Iterator[Fault]:
    """Faults of `[consent]`. `now` is compared with approvals."""
    consent = draft.values.get("consent")
    if consent is None:
        return
    purposes, own = consent.get("purposes", {}), draft.values.get("locale", "")
    at: ValuePath = ("consent", "purposes")
    if not draft.document["consent"].get("purposes"):
        text = "[consent] has no purpose, expected [consent.purposes.ID]; leave it out to ask for no consent"
        yield Fault(("consent",), Code.CONSENT, text)
    if len(purposes) > MAX_PURPOSES:
        text = f"the island has {len(purposes)} purposes, expected at most {MAX_PURPOSES}"
        yield Fault((*at, list(purposes)[MAX_PURPOSES]), Code.CONSENT, text)
    for name, purpose in purposes.items():
        yield from name_faults(name, (*at, name))
        yield from _purpose(purpose, (*at, name))
        yield from _locales(purpose.get("locales", {}), (*at, name, "locales"), own, now)


def _purpose(purpose: dict[Any, Any], at: ValuePath) -> Iterator[Fault]:
    version, allows = purpose.get("version", 1), list(purpose.get("allows", {0: ""}).values())
    if not 1 <= version <= MAX_VERSION:
        yield Fault((*at, "version"), Code.CONSENT, f"'version' is {version}, expected 1 to {MAX_VERSION:,}")
    if not allows:
        yield Fault((*at, "allows"), Code.CONSENT, "'allows' is empty, expected at least one step")
    for step in sorted({step for step in allows if allows.count(step) > 1}):
        yield Fault((*at, "allows"), Code.CONSENT, f"'allows' has {step} twice, expected each once")
    if "valid" in purpose:
        yield from duration_faults(purpose["valid"], (*at, "valid"))
    if purpose.get("approved_by"):
        yield from line_faults(purpose["approved_by"], (*at, "approved_by"))
    yield from _text(purpose, at)


def _locales(locales: dict[str, Any], at: ValuePath, own: str, now: datetime) -> Iterator[Fault]:
    if len(locales) > MAX_LOCALES:
        text = f"purpose has {len(locales)} further languages, expected at most {MAX_LOCALES}"
        yield Fault((*at, list(locales)[MAX_LOCALES]), Code.LOCALE, text)
    seen = {own.lower()}
    for locale, text in locales.items():
        if not is_tag(locale):
            fault = f"{locale[:64]!r} is not a language tag, expected one as in de or pt-BR"
            yield Fault((*at, locale), Code.LOCALE, fault)
        elif locale.lower() in seen:
            fault = f"{locale!r} is there once already, or the island's own language, expected another"
            yield Fault((*at, locale), Code.LOCALE, fault)
        seen.add(locale.lower())
        yield from _text(text, (*at, locale))
        if "approved_by" in text:
            yield from line_faults(text["approved_by"], (*at, locale, "approved_by"))
        if text.get("approved_at", now) > now:
            fault = f"'approved_at' is {text['approved_at'].isoformat()}, expected not after now"
            yield Fault((*at, locale, "approved_at"), Code.APPROVAL, f"{fault}, {now.isoformat(timespec='seconds')}")


def _text(texts: dict[Any, Any], at: ValuePath) -> Iterator[Fault]:
    text = texts.get("text")
    if text is None:
        return
    if not text.strip():
        yield Fault((*at, "text"), Code.TEXT, "'text' is empty, expected the sentence that viewers agree to")
    if len(text) > MAX_TEXT_CHARACTERS:
        found = f"'text' is {len(text)} characters, expected at most {MAX_TEXT_CHARACTERS}"
        yield Fault((*at, "text"), Code.TEXT, found)
    yield from character_faults(text, (*at, "text"))
