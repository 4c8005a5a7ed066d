"""`edge.publish.release.rollback`: an earlier content as a new revision."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.compile import Prepared, sign_island
from edge.publish.release import roll_back
from edge.publish.release.rollback import RolledBack
from edge.publish.release.rollout import RolloutTarget, roll_out_over
from edge.publish.repository import Repository
from edge.records import Island, SnippetDocument
from edge.trust import open_stored_island
from tests.pen import DROP, Pen

ReadIsland = Callable[..., bytes | None]


class Author:
    """Publishes the sample drop with another answer each time."""

    def __init__(self, home: Path, pen: Pen, now: datetime) -> None:
        self.repository = Repository(home)
        self.repository.init(now=now, tenants=[DROP.tenant])
        self.prepared, self.now = pen.prepared, now

    def publish(self, answer: str, *, who: RolloutTarget | None = None) -> None:
        """The next revision."""
        key, prepared = self.repository.tenant_key(DROP.tenant), _answering(self.prepared, answer)
        sign = lambda revision: sign_island(prepared, revision=revision, signer=key, now=self.now)  # noqa: E731
        if who is not None:
            sign = roll_out_over(sign, who, state=self.repository.state(), name=DROP)
        self.repository.publish_island(DROP, sign, now=self.now)

    def roll_back(self, to: int | None = None) -> RolledBack:
        """To what was before, or to that revision."""
        return roll_back(self.repository, DROP, now=self.now, to=to)

    def published(self) -> tuple[int, str]:
        """Revision and first answer, verified as a PoP would."""
        target = self.repository.state().tenants[DROP.tenant].targets[DROP.target_path]
        path = f"targets/{DROP.tenant}/{target.hashes['sha256']}.{DROP.island}.island"
        data = (self.repository.folder / path).read_bytes()
        island = open_stored_island(data, name=DROP, keys={"": self.repository.tenant_key(DROP.tenant).public})
        return island.revision, _first(island).answer


def _answering(prepared: Prepared, answer: str) -> Prepared:
    first, *others = prepared.source.snippets
    snippets = (msgspec.structs.replace(first, answer=answer), *others)
    return msgspec.structs.replace(prepared, source=msgspec.structs.replace(prepared.source, snippets=snippets))


def _first(island: Island) -> SnippetDocument:
    return msgspec.json.decode(island.snippets[0].document, type=SnippetDocument)


@pytest.fixture
def author(tmp_path: Path, pen: Pen, now: datetime) -> Author:
    """With two revisions out."""
    author = Author(tmp_path / "home", pen, now)
    author.publish("first")
    author.publish("second")
    return author


def test_content_before_becomes_a_new_revision(author: Author) -> None:
    """The old content is signed again under the next number, so that no PoP takes it for a replay."""
    assert RolledBack(revision=3, content_of=1) == author.roll_back()
    assert (3, "first") == author.published()


def test_rollback_of_a_rollback(author: Author) -> None:
    """What was before is what was in force before, not what was written before."""
    author.roll_back()

    assert RolledBack(revision=4, content_of=2) == author.roll_back()
    assert (4, "second") == author.published()


def test_named_revision(author: Author) -> None:
    """However many lie between."""
    author.publish("third")
    author.publish("fourth")

    assert RolledBack(revision=5, content_of=2) == author.roll_back(to=2)
    assert (5, "second") == author.published()


def test_staged_revision_goes_back_to_what_everybody_has(author: Author) -> None:
    """A rollout that went wrong leaves nothing behind."""
    author.publish("third", who=RolloutTarget(10, ()))

    assert RolledBack(revision=4, content_of=2) == author.roll_back()
    assert (4, "second") == author.published()


def test_withdrawn_content_comes_back_only_by_name(author: Author) -> None:
    """What was taken back for a reason is not brought back by accident."""
    author.repository.withdraw(DROP, why="wrong price", now=author.now)
    with pytest.raises(RefusedError, match="is not published, say which revision to bring back with --to"):
        author.roll_back()
    author.publish("third")
    with pytest.raises(RefusedError, match="has an earlier revision that was not withdrawn in no role signed by a key"):
        author.roll_back()

    assert RolledBack(revision=4, content_of=1) == author.roll_back(to=1)


def test_approval_stays_whoever_signs(author: Author) -> None:
    """Who approved an answer, and when, does not change with its number."""
    author.now += timedelta(days=1)
    author.roll_back()
    target = author.repository.state().tenants[DROP.tenant].targets[DROP.target_path]
    path = f"targets/{DROP.tenant}/{target.hashes['sha256']}.{DROP.island}.island"
    island = msgspec.msgpack.decode((author.repository.folder / path).read_bytes(), type=Island)

    assert author.now - timedelta(days=1) == _first(island).approved_at
    assert f"created={int(author.now.timestamp())};" in island.snippets[0].signature_input


def test_expired_content(author: Author) -> None:
    """An expired revision cannot come back."""
    author.now = author.prepared.source.expires + timedelta(seconds=1)
    with pytest.raises(RefusedError, match=r"revision 1 expired at .*, publish its source with a later 'expires'"):
        author.roll_back()


def test_unknown_revision(author: Author) -> None:
    """It says where it looked."""
    expected = (
        "island 'northwind/hoodie-drop' has revision 9 in no role signed by a key of 'northwind',"
        " publish its source instead"
    )
    with pytest.raises(RefusedError) as caught:
        author.roll_back(to=9)

    assert expected == caught.value.text


def test_planted_file_is_not_brought_back(author: Author) -> None:
    """Who can write to the repository's folder but has no key brings nothing into force."""
    targets = author.repository.folder / "targets" / DROP.tenant
    for path in targets.iterdir():
        path.write_bytes(path.read_bytes().replace(b"first", b"worst"))

    with pytest.raises(RefusedError, match=r"has sha256 [0-9a-f]{64}, expected "):
        author.roll_back()
    metadata = author.repository.metadata / f"2.{DROP.tenant}.json"
    metadata.write_bytes(re.sub(rb'"sha256":"[0-9a-f]{64}"', b'"sha256":"' + b"0" * 64 + b'"', metadata.read_bytes()))
    with pytest.raises(RefusedError, match="in no role signed by a key of 'northwind'"):
        author.roll_back()


def test_missing_file(author: Author) -> None:
    """The operator is told what to restore."""
    for path in (author.repository.folder / "targets" / DROP.tenant).iterdir():
        path.unlink()

    with pytest.raises(ConfigError, match=r"cannot read .*: No such file or directory, restore it with: cp YOUR-COPY "):
        author.roll_back()
