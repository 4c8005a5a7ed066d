"""An author's side for tests: a sample island trained once, signed and published in milliseconds as often as needed."""

import shutil
from pathlib import Path

from edge.config import asset_folder, model_files
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island, sign_island
from edge.publish.repository import Repository
from edge.publish.source import read_island
from edge.records import IslandName
from edge.triage import MODEL_FILES, Triage, load_triage

DROP = IslandName("northwind", "hoodie-drop")


class Pen:
    """Publishes the sample drop into copies of one publisher's home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.triage: Triage = load_triage(model_files(MODEL_FILES))
        source = read_island(asset_folder("islands") / "northwind" / "hoodie-drop.toml").source()
        self.prepared: Prepared = prepare_island(source, triage=self.triage)
        self.example = source.snippets[0].examples[0]
        """A question that the author wrote: it is an exact match, so every model answers it."""
        Repository(home).init(now=utc_now(), tenants=[DROP.tenant])
        self.publish(home)

    def copy_home(self, to: Path) -> Path:
        """A home of its own, with the drop published as revision 1."""
        shutil.copytree(self.home, to)
        return to

    def publish(self, home: Path, prepared: Prepared | None = None) -> int:
        """Publish the drop's next revision, or `prepared` as that; its number."""
        repository, now = Repository(home), utc_now()
        key = repository.tenant_key(DROP.tenant)
        content = prepared or self.prepared
        signed = repository.publish_island(
            DROP, lambda revision: sign_island(content, revision=revision, signer=key, now=now), now=now
        )
        return signed.custom.revision

    def withdraw(self, home: Path) -> None:
        """Take the drop back."""
        Repository(home).withdraw(DROP, why="a test takes it back", now=utc_now())
