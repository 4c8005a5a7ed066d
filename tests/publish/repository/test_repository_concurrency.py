"""Two publishers at once, each in a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from edge.publish.repository import Repository
from edge.records import IslandName

PUBLISH = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from edge.publish.repository.repository import Repository
from edge.publish.repository.state import SignedIsland
from edge.records import IslandName, TargetCustom

now = datetime.now(UTC)
repository = Repository(Path(sys.argv[1]))

def sign(revision):
    custom = TargetCustom(revision=revision, opens=now, expires=now, max_stale_s=1)
    return SignedIsland(data=f"{sys.argv[2]} {revision}".encode(), custom=custom)

for _ in range(10):
    print(repository.publish_island(IslandName("acme", "drop"), sign, now=now).custom.revision)
    repository.renew(now=datetime.now(UTC))
"""


def test_two_processes_publish_the_same_island(
    repository: Repository, reference_read: Callable[[Path, IslandName], bytes | None]
) -> None:
    """Every publication gets a revision of its own, and none is lost."""
    before = repository.state().timestamp.version
    publishers = [
        subprocess.Popen([sys.executable, "-c", PUBLISH, str(repository.home), name], stdout=subprocess.PIPE, text=True)
        for name in ("first", "second")
    ]
    revisions = [int(line) for publisher in publishers for line in publisher.communicate(timeout=60)[0].split()]

    assert [0, 0] == [publisher.returncode for publisher in publishers]
    assert list(range(1, 21)) == sorted(revisions)
    found = reference_read(repository.home, IslandName("acme", "drop"))
    assert found is not None
    assert found.endswith(b" 20")
    # One for each change; the clock may have moved on meanwhile.
    assert repository.state().timestamp.version >= before + 40
