"""The whole way of one authored island into force."""

from collections.abc import Callable
from datetime import datetime

from edge.host import ignore
from edge.publish.compile import Progress, prepare_island, sign_island
from edge.publish.release.rollout import RolloutTarget, roll_out_over
from edge.publish.repository import Repository, SignedIsland
from edge.publish.source import IslandSource
from edge.records import IslandName
from edge.triage import Triage


def publish_source(
    source: IslandSource,
    *,
    repository: Repository,
    triage: Triage,
    now: Callable[[], datetime],
    who: RolloutTarget | None = None,
    progress: Progress = ignore,
) -> SignedIsland:
    """Compile, sign and publish an island without lint errors; in force on return, for `who`, or (None) everybody.

    Raises `ConfigError` when the tenant or its key is missing here, before the slow part starts.
    """
    name = IslandName(source.tenant, source.island)
    key = repository.tenant_key(name.tenant)
    prepared = prepare_island(source, triage=triage, progress=progress)
    published = now()

    def sign(revision: int) -> SignedIsland:
        return sign_island(prepared, revision=revision, signer=key, now=published)

    if who is None:
        return repository.publish_island(name, sign, now=published)
    sign_rolled_out = roll_out_over(sign, who, state=repository.state(), name=name)
    return repository.publish_island(name, sign_rolled_out, now=published)
