"""`edge.publish.release.rollback`: the content of an earlier revision is published as a new revision."""

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
    """Publishes the sample drop, with another answer in each revision."""

    def __init__(self, home: Path, pen: Pen, now: datetime) -> None:
        self.repository = Repository(home)
        self.repository.init(now=now, tenants=[DROP.tenant])
        self.prepared, self.now = pen.prepared, now

    def publish(self, answer: str, *, who: RolloutTarget | None = None) -> None:
        """Publish the next revision, to `who` or to everybody."""
        key, prepared = self.repository.tenant_key(DROP.tenant), _answering(self.prepared, answer)
        sign = lambda revision: sign_island(prepared, revision=revision, signer=key, now=self.now)  # noqa: E731
        if who is not None:
            sign = roll_out_over(sign, who, state=self.repository.state(), name=DROP)
        self.repository.publish_island(DROP, sign, now=self.now)

    def roll_back(self, to: int | None = None) -> RolledBack:
        """Roll back to revision `to`, or to the one before."""
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
    """An author who has published two revisions."""
    author = Author(tmp_path / "home", pen, now)
    author.publish("first")
    author.publish("second")
    return author


def test_content_before_becomes_a_new_revision(author: Author) -> None:
    """The old content gets the next revision number, so that no PoP refuses it as a replay."""
    assert RolledBack(revision=3, content_of=1) == author.roll_back()
    assert (3, "first") == author.published()


def test_rollback_of_a_rollback(author: Author) -> None:
    """It goes back to the revision that was in force before, not to the one that was written before."""
    author.roll_back()

    assert RolledBack(revision=4, content_of=2) == author.roll_back()
    assert (4, "second") == author.published()


def test_named_revision(author: Author) -> None:
    """A named revision is found, with any number of revisions in between."""
    author.publish("third")
    author.publish("fourth")

    assert RolledBack(revision=5, content_of=2) == author.roll_back(to=2)
    assert (5, "second") == author.published()


def test_rollback_during_a_rollout(author: Author) -> None:
    """Everybody gets the revision that the others kept."""
    author.publish("third", who=RolloutTarget(10, ()))

    assert RolledBack(revision=4, content_of=2) == author.roll_back()
    assert (4, "second") == author.published()


def test_withdrawn_content_needs_its_revision_number(author: Author) -> None:
    """Content that was withdrawn for a reason is not published again by accident."""
    author.repository.withdraw(DROP, why="wrong price", now=author.now)
    with pytest.raises(RefusedError, match="is not published, choose the revision to publish again with --to"):
        author.roll_back()
    author.publish("third")
    with pytest.raises(RefusedError, match="lists an earlier revision that was not withdrawn of island "):
        author.roll_back()

    assert RolledBack(revision=4, content_of=1) == author.roll_back(to=1)


def test_approval_survives_a_rollback(author: Author) -> None:
    """The approver of an answer and the time of approval stay; only the signature is new."""
    author.now += timedelta(days=1)
    author.roll_back()
    target = author.repository.state().tenants[DROP.tenant].targets[DROP.target_path]
    path = f"targets/{DROP.tenant}/{target.hashes['sha256']}.{DROP.island}.island"
    island = msgspec.msgpack.decode((author.repository.folder / path).read_bytes(), type=Island)

    assert author.now - timedelta(days=1) == _first(island).approved_at
    assert f"created={int(author.now.timestamp())};" in island.snippets[0].signature_input


def test_expired_content(author: Author) -> None:
    """An expired revision is not published again."""
    author.now = author.prepared.source.expires + timedelta(seconds=1)
    with pytest.raises(RefusedError, match=r"revision 1 expired at .*, publish its source with a later 'expires'"):
        author.roll_back()


def test_unknown_revision(author: Author) -> None:
    """The error says where it was looked for."""
    expected = (
        "no role signed by a present key of 'northwind' lists revision 9 of island 'northwind/hoodie-drop',"
        " publish its source instead"
    )
    with pytest.raises(RefusedError) as caught:
        author.roll_back(to=9)

    assert expected == caught.value.text


def test_planted_file_is_refused(author: Author) -> None:
    """Somebody without a key cannot publish anything by writing to the repository's folder."""
    targets = author.repository.folder / "targets" / DROP.tenant
    for path in targets.iterdir():
        path.write_bytes(path.read_bytes().replace(b"first", b"worst"))

    with pytest.raises(RefusedError, match=r"has sha256 [0-9a-f]{64}, expected "):
        author.roll_back()
    metadata = author.repository.metadata / f"2.{DROP.tenant}.json"
    metadata.write_bytes(re.sub(rb'"sha256":"[0-9a-f]{64}"', b'"sha256":"' + b"0" * 64 + b'"', metadata.read_bytes()))
    with pytest.raises(RefusedError, match="no role signed by a present key of 'northwind' lists "):
        author.roll_back()


def test_missing_file(author: Author) -> None:
    """The error ends with the command that restores the file."""
    for path in (author.repository.folder / "targets" / DROP.tenant).iterdir():
        path.unlink()

    with pytest.raises(ConfigError, match=r"cannot read .*: No such file or directory, restore it with: cp YOUR-COPY "):
        author.roll_back()
