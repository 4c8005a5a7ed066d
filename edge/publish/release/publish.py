"""Publish an island from its source: compile, sign, write."""

from collections.abc import Callable
from datetime import datetime

from edge.host import ignore
from edge.publish.compile import Progress, prepare_island, sign_island
from edge.publish.keys import newest_sealing_key
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
    """Publish the next revision of an island. In force on return, for `who`; None is everybody.

    `source` must have no lint errors. Raises `ConfigError` if the tenant or its key is missing; this is checked before
    the slow part starts. Raises `RefusedError` if `who` is given and no revision is published that others could keep.
    """
    name = IslandName(source.tenant, source.island)
    key = repository.tenant_key(name.tenant)
    sealing = newest_sealing_key(repository.keys, name.tenant)
    prepared = prepare_island(source, triage=triage, progress=progress)
    published = now()

    def sign(revision: int) -> SignedIsland:
        return sign_island(prepared, revision=revision, signer=key, now=published, sealing=sealing)

    if who is None:
        return repository.publish_island(name, sign, now=published)
    sign_rolled_out = roll_out_over(sign, who, state=repository.state(), name=name)
    return repository.publish_island(name, sign_rolled_out, now=published)
