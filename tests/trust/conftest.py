"""What tests of trust share."""

import msgspec
import pytest

from edge.trust import TrustedMetadata
from tests.trust.simulator.repository_simulator import RepositorySimulator
from tests.trust.simulator.signed_island import NAME, custom_of, make_island


@pytest.fixture
def repository() -> RepositorySimulator:
    """Two tenants; `acme` has an island, signed with its one key."""
    simulator = RepositorySimulator("acme", "northwind")
    island_key = simulator.signers["acme"][0].signing_key
    island = make_island(island_key)
    simulator.set_island(NAME, msgspec.msgpack.encode(island), custom_of(island))
    simulator.publish("acme")
    return simulator


@pytest.fixture
def trusted(repository: RepositorySimulator) -> TrustedMetadata:
    """A client that has seen the repository as it is."""
    client = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(client)
    client.take_changes()
    return client
