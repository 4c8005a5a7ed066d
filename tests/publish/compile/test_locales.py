"""Answers in further languages, from the author's file to what a PoP opens, and through a hotfix and a rollback."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from edge.errors import Reason, RefusedError
from edge.publish.compile import Prepared, prepare_island, sign_island
from edge.publish.keys import PrivateKey
from edge.publish.release import publish_hotfix, roll_back, stale_translations
from edge.publish.repository import Repository
from edge.publish.source.island_file import parse_island
from edge.records import Island, IslandName, SnippetDocument
from edge.triage import Triage
from edge.trust import open_stored_island, read_signature_input, verify_snippet

NOW = datetime(2026, 10, 1, 12, 30, 15, 250_000, tzinfo=UTC)
APPROVED = datetime(2026, 9, 20, 10, tzinfo=UTC)
DROP = IslandName("acme", "drop")
GERMAN = """
[snippets.locales.de]
title = "Rückgabe"
answer = "Du hast **30 Tage** Zeit."
approved_by = "Jana Brandt"
approved_at = 2026-09-20T10:00:00Z

[snippets.locales.pt-BR]
title = "Devolução"
answer = "Você tem **30 dias**."
approved_by = "Rui Sá"
approved_at = 2026-09-20T10:00:00Z
"""


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    """The tenant's key."""
    return PrivateKey.generate("tenant.acme")


@pytest.fixture
def prepare(island_text: str, triage: Triage) -> Callable[[str], Prepared]:
    """Prepares the island with further text after its last snippet."""
    return lambda more: prepare_island(
        parse_island((island_text + more).encode(), path="d.toml").source(), triage=triage
    )


def test_each_language_is_signed_for_itself(prepare: Callable[[str], Prepared], key: PrivateKey) -> None:
    """With its own text, approver and date, as a browser verifies it; the island's own is as without the others."""
    island = opened(sign_island(prepare(GERMAN), revision=7, signer=key, now=NOW).data, key)
    plain = opened(sign_island(prepare(""), revision=7, signer=key, now=NOW).data, key)
    snippet = island.snippets[-1]
    german, portuguese = snippet.locales or ()
    document = verify_snippet(german.instead_in(snippet), keys={"": key.public}, name=DROP, revision=7)

    assert ("de", "pt-BR") == (german.locale, portuguese.locale)
    assert "Rückgabe" == german.title
    assert (
        SnippetDocument(
            tenant="acme",
            island="drop",
            revision=7,
            snippet=snippet.id,
            locale="de",
            answer="Du hast **30 Tage** Zeit.",
            approved_by="Jana Brandt",
            approved_at=APPROVED,
            expires=island.expires,
        )
        == document
    )
    assert int(island.expires.timestamp()) == read_signature_input(german.signature_input).expires
    assert plain == replace(island, snippets=(*island.snippets[:-1], replace(snippet, locales=msgspec.UNSET)))


def opened(data: bytes, key: PrivateKey) -> Island:
    """The island as a PoP opens it."""
    return open_stored_island(data, name=DROP, keys={"": key.public})


def test_island_without_further_languages_has_no_word_of_them(
    prepare: Callable[[str], Prepared], key: PrivateKey
) -> None:
    """So it is written as by releases that knew none."""
    data = sign_island(prepare(""), revision=7, signer=key, now=NOW).data

    assert all("locales" not in snippet for snippet in msgspec.msgpack.decode(data)["snippets"])


WRONG = {
    "the signature of another language": (
        lambda de, pt: (replace(de, signature=pt.signature), pt),
        Reason.SIGNATURE_INVALID,
        "snippet 'refund' has a signature that does not match",
    ),
    "other bytes than were signed": (
        lambda de, pt: (replace(de, document=de.document.replace(b"30", b"90")), pt),
        Reason.HASH_MISMATCH,
        "snippet 'refund' does not match the digest that was signed",
    ),
    "a language under the name of another": (
        lambda _de, pt: (replace(pt, locale="de"),),
        Reason.METADATA_INVALID,
        "island acme/drop has snippet 'refund' in the language 'de', but its document is in 'pt-BR'",
    ),
    "one language twice": (
        lambda de, _pt: (de, de),
        Reason.METADATA_INVALID,
        "island acme/drop has snippet 'refund' in the language 'de' twice, expected each once",
    ),
    "no document": (
        lambda de, _pt: (replace(de, document=b"{}"),),
        Reason.METADATA_INVALID,
        "island acme/drop has snippet 'refund' in the language 'de', which is not a snippet document",
    ),
}


@pytest.mark.parametrize(("change", "reason", "text"), WRONG.values(), ids=WRONG)
def test_pop_refuses_an_island_with(
    change: Callable[..., tuple[object, ...]],
    reason: Reason,
    text: str,
    prepare: Callable[[str], Prepared],
    key: PrivateKey,
) -> None:
    """Every language is verified as the island's own is."""
    island = opened(sign_island(prepare(GERMAN), revision=7, signer=key, now=NOW).data, key)
    *others, last = island.snippets
    changed = replace(island, snippets=(*others, replace(last, locales=change(*(last.locales or ())))))

    with pytest.raises(RefusedError) as caught:
        opened(msgspec.msgpack.encode(changed), key)

    assert (reason, text) == (caught.value.reason, caught.value.text)


def test_language_of_another_snippet(prepare: Callable[[str], Prepared], key: PrivateKey) -> None:
    """Its signature is sound, and it is not this snippet's answer."""
    island = opened(sign_island(prepare(GERMAN), revision=7, signer=key, now=NOW).data, key)
    first, *others = island.snippets
    moved = replace(island, snippets=(replace(first, locales=others[-1].locales), *others))

    with pytest.raises(RefusedError, match="snippet is signed as 'refund'") as caught:
        opened(msgspec.msgpack.encode(moved), key)
    assert Reason.SIGNATURE_INVALID is caught.value.reason


def test_hotfix_and_rollback(prepare: Callable[[str], Prepared], tmp_path: Path) -> None:
    """A new answer has no further languages, since they say what is no longer true. A rollback has them again."""
    repository = Repository(tmp_path)
    repository.init(now=NOW, tenants=[DROP.tenant])
    key, prepared = repository.tenant_key(DROP.tenant), prepare(GERMAN)
    repository.publish_island(DROP, lambda number: sign_island(prepared, revision=number, signer=key, now=NOW), now=NOW)

    def fix(snippet: str) -> None:
        publish_hotfix(
            DROP, snippet_id=snippet, answer="Wait.", approved_by="Ops", repository=repository, now=lambda: NOW
        )

    fix(prepared.source.snippets[0].id)
    kept = languages(repository)
    fix(prepared.source.snippets[-1].id)
    fixed = languages(repository)
    roll_back(repository, DROP, now=NOW, to=1)

    expected = {("de", "Jana Brandt", APPROVED), ("pt-BR", "Rui Sá", APPROVED)}
    assert (expected, set(), expected) == (kept, fixed, languages(repository))


STALE = {
    "nothing has changed": ({}, {}, []),
    "a new answer": ({"answer": "Within 14 days."}, {}, ["de", "pt-BR"]),
    "and a new translation": ({"answer": "Within 14 days."}, {"answer": "Binnen 14 Tagen."}, ["pt-BR"]),
    "and one that was approved again": ({"answer": "Within 14 days."}, {"approved_at": NOW}, ["pt-BR"]),
    "a new snippet": ({"id": "another", "answer": "Within 14 days."}, {}, []),
}


@pytest.mark.parametrize(("own", "german", "expected"), STALE.values(), ids=STALE)
def test_stale_translations(
    prepare: Callable[[str], Prepared], tmp_path: Path, own: dict[str, Any], german: dict[str, Any], expected: list[str]
) -> None:
    """Those that are as before although the answer is another now; nobody has published yet: none."""
    repository = Repository(tmp_path)
    repository.init(now=NOW, tenants=[DROP.tenant])
    prepared = prepare(GERMAN)
    *others, snippet = prepared.source.snippets
    locales = {**snippet.locales, "de": replace(snippet.locales["de"], **german)}
    changed = replace(prepared.source, snippets=(*others, replace(snippet, locales=locales, **own)))
    unpublished = stale_translations(changed, repository=repository)
    key = repository.tenant_key(DROP.tenant)
    repository.publish_island(DROP, lambda number: sign_island(prepared, revision=number, signer=key, now=NOW), now=NOW)
    found = stale_translations(changed, repository=repository)

    assert () == unpublished
    assert [(snippet.id, locale) for locale in expected] == [(one.snippet, one.locale) for one in found]


def languages(repository: Repository) -> set[tuple[str, str, datetime]]:
    """Each further language that is in force: by whom and when it was approved, as its document says."""
    target = repository.state().tenants[DROP.tenant].targets[DROP.target_path]
    path = repository.folder / f"targets/{DROP.tenant}/{target.hashes['sha256']}.{DROP.island}.island"
    island = opened(path.read_bytes(), repository.tenant_key(DROP.tenant))
    found = [msgspec.json.decode(one.document, type=SnippetDocument) for one in island.snippets[-1].locales or ()]
    return {(one.locale, one.approved_by, one.approved_at) for one in found}
