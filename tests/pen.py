"""An author's side for tests: a sample island trained once, signed and published in milliseconds as often as needed."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from msgspec import structs

from edge.config import asset_folder, model_files
from edge.host import utc_now
from edge.publish.compile import Prepared, prepare_island, sign_island
from edge.publish.keys import newest_sealing_key
from edge.publish.repository import Repository
from edge.publish.source import read_island
from edge.records import IslandName
from edge.triage import MODEL_FILES, Triage, load_triage

DROP = IslandName("northwind", "hoodie-drop")

RENEWED_AFTER = timedelta(minutes=3)
"""A timestamp is good for ten minutes, and a run of all tests takes longer."""


class Pen:
    """Publishes the sample drop into copies of one publisher's home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.triage: Triage = load_triage(model_files(MODEL_FILES))
        source = read_island(asset_folder("islands") / "northwind" / "hoodie-drop.toml").source()
        self.asking: Prepared = prepare_island(source, triage=self.triage)
        """The drop as its author wrote it: it asks for consent."""
        self.prepared: Prepared = structs.replace(self.asking, source=structs.replace(source, consent=None))
        """The drop without `[consent]`, so that a test of something else does not depend on what viewers agree to."""
        self.example = source.snippets[0].examples[0]
        """A question that the author wrote: it is an exact match, so every model answers it."""
        Repository(home).init(now=utc_now(), tenants=[DROP.tenant])
        self.publish(home)
        self._signed_at = utc_now()

    def copy_home(self, to: Path) -> Path:
        """A home of its own, with the drop published as revision 1."""
        now = utc_now()
        if now - self._signed_at > RENEWED_AFTER:
            # In a thread: some tests copy a home within the event loop, which our own code may not block.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(Repository(self.home).renew, now=now).result()
            self._signed_at = now
        shutil.copytree(self.home, to)
        return to

    def publish(self, home: Path, prepared: Prepared | None = None) -> int:
        """Publish the drop's next revision, or `prepared` as that; its number."""
        repository, now = Repository(home), utc_now()
        key = repository.tenant_key(DROP.tenant)
        content, sealing = prepared or self.prepared, newest_sealing_key(repository.keys, DROP.tenant)
        signed = repository.publish_island(
            DROP,
            lambda revision: sign_island(content, revision=revision, signer=key, now=now, sealing=sealing),
            now=now,
        )
        return signed.custom.revision

    def withdraw(self, home: Path) -> None:
        """Take the drop back."""
        Repository(home).withdraw(DROP, why="a test takes it back", now=utc_now())
