"""Replace one answer within seconds, when something broke and the published answer is no longer true.

The new revision is made from the published island, not from its source. So exactly one answer changes, and the person
who acts does not need the author's file, which may have been edited since. The head and the golden questions stay,
because viewers still ask the same: nothing is trained, only signatures are new. The replacement lasts until the source
is published the next time (`skerry island publish`).
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from edge.errors import RefusedError, StorageError
from edge.publish.compile import Prepared, sign_island
from edge.publish.keys import newest_sealing_key
from edge.publish.repository import Repository, SignedIsland, revision_in, target_path
from edge.publish.source import (
    ConsentSource,
    IslandSource,
    PurposeLocale,
    PurposeSource,
    SnippetLocale,
    SnippetSource,
    answer_problem,
)
from edge.records import Automation, Island, IslandName, SignedSnippet, SnippetDocument
from edge.records.consent import PurposeDocument, SignedPurpose
from edge.records.locales import SignedLocale
from edge.trust import open_stored_island

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def publish_hotfix(
    name: IslandName,
    *,
    snippet_id: str,
    answer: str,
    approved_by: str,
    repository: Repository,
    now: Callable[[], datetime],
) -> SignedIsland:
    """Publish a revision in which snippet `snippet_id` has `answer`. In force on return, for everybody.

    The snippet becomes one that the machine answers, even if it was for people before. It loses its answers in further
    languages.

    Raises `RefusedError` if the island or snippet does not exist, if the answer breaks a rule, or if the island was
    published at the same time: run it again. Raises `ConfigError` without the tenant's key, `StorageError` if the
    published file is damaged.
    """
    problem = answer_problem(answer)
    if problem:
        raise RefusedError(f"nothing was published: {problem}")
    key = repository.tenant_key(name.tenant)
    sealing = newest_sealing_key(repository.keys, name.tenant)
    # Before the island is read: what is published after this line gets the next revision.
    last = revision_in(repository.state().tenants[name.tenant], name)
    island = published_island(name, repository, key.public)
    prepared = _with_answer(island, snippet_id=snippet_id, answer=answer, approved_by=approved_by)
    moment = now()

    def sign(revision: int) -> SignedIsland:
        # `island` was read before the lock was taken. Signing it now would undo what was published in between.
        if revision != last + 1:
            raise RefusedError(f"island '{name}' was published at the same time, run the command again")
        return sign_island(prepared, revision=revision, signer=key, now=moment, sealing=sealing)

    return repository.publish_island(name, sign, now=moment)


def published_island(name: IslandName, repository: Repository, public: bytes) -> Island:
    """The island in force. Raises `RefusedError` if there is none, `StorageError` if its file is damaged."""
    target = repository.state().tenants[name.tenant].targets.get(name.target_path)
    if target is None:
        raise RefusedError(
            f"island '{name}' is not published, expected one that is listed by:"
            f" skerry island status --home {repository.home}"
        )
    path = repository.folder / target_path(name, target.hashes["sha256"])
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != target.hashes["sha256"]:
        raise StorageError(f"{path} is damaged, restore it or publish the island's source again")
    return open_stored_island(data, name=name, keys={name.tenant: public})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} could not be read: {error.strerror}") from error


def _with_answer(island: Island, *, snippet_id: str, answer: str, approved_by: str) -> Prepared:
    ids = [snippet.id for snippet in island.snippets]
    if snippet_id not in ids:
        raise RefusedError(
            f"island '{island.name}' has no snippet {snippet_id[:64]!r}, expected one of {', '.join(ids)}"
        )
    snippets = []
    for snippet in island.snippets:
        source = _source(snippet)
        if snippet.id == snippet_id:
            source = msgspec.structs.replace(
                source,
                automation=Automation.ANSWER,
                answer=answer,
                approved_by=approved_by or source.approved_by,
                # They say what is no longer true, too. Viewers get the new answer, with a note about its language.
                locales={},
                # The author set it for the old answer. Where the mean is promised, the new one must be as sure as if
                # each were: nobody has seen yet what it is good for.
                target_precision=island.target_precision if island.promise_policy.is_of_all else None,
            )
        snippets.append(source)
    return Prepared(
        source=_island_source(island, tuple(snippets)),
        about=island.about or (),
        examples={snippet.id: snippet.examples for snippet in island.snippets},
        head=island.head,
        golden=island.golden,
    )


def _source(snippet: SignedSnippet) -> SnippetSource:
    document = msgspec.json.decode(snippet.document, type=SnippetDocument)
    return SnippetSource(
        id=snippet.id,
        automation=snippet.automation,
        lane=snippet.lane,
        approved_by=document.approved_by,
        target_precision=snippet.target_precision,
        risk_flags=snippet.risk_flags,
        answer=document.answer,
        script=snippet.script or "",
        examples=snippet.examples,
        locales={one.locale: _locale(one) for one in snippet.locales or ()},
    )


def _locale(signed: SignedLocale) -> SnippetLocale:
    document = msgspec.json.decode(signed.document, type=SnippetDocument)
    return SnippetLocale(
        title=signed.title,
        answer=document.answer,
        approved_by=document.approved_by,
        approved_at=document.approved_at,
    )


def _island_source(island: Island, snippets: tuple[SnippetSource, ...]) -> IslandSource:
    """A source that would compile to `island`. Fields that both have are copied if set; `max_stale_s` is written out.

    An island does not store who approved it as a whole. The first snippet's approver stands in; every snippet has its
    own.
    """
    shared = set(Island.__struct_fields__) & set(IslandSource.__struct_fields__) - {"snippets"}
    fields = {field: value for field in shared if (value := getattr(island, field)) is not msgspec.UNSET}
    # Else the default would give new offers to an island whose author has not published it since there are any.
    fields["offers"] = island.offers or None
    # An island of an earlier release promises each answer, and an incident must not change that.
    fields["promise"] = island.promise_policy
    fields["consent"] = _consent_source(island)
    approved_by = snippets[0].approved_by
    return IslandSource(**fields, max_stale=_duration(island.max_stale_s), approved_by=approved_by, snippets=snippets)


def _consent_source(island: Island) -> ConsentSource | None:
    if island.purposes is msgspec.UNSET:
        return None
    return ConsentSource(purposes={purpose.id: _purpose_source(purpose) for purpose in island.purposes})


def _purpose_source(purpose: SignedPurpose) -> PurposeSource:
    own, *further = (msgspec.json.decode(text.document, type=PurposeDocument) for text in purpose.texts)
    return PurposeSource(
        version=purpose.version,
        allows=purpose.allows,
        text=own.text,
        valid=_duration(purpose.valid_s),
        approved_by=own.approved_by,
        locales={
            one.locale: PurposeLocale(text=one.text, approved_by=one.approved_by, approved_at=one.approved_at)
            for one in further
        },
    )


def _duration(seconds: int) -> str:
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"
