"""A PoP with the limits that it has by default: most requests of one address in a hurry are refused, as described."""

from pathlib import Path

import pytest

from tests.contract.fuzzing import fuzz
from tests.contract.servers import served_pop
from tests.pen import Pen


@pytest.mark.timeout(90)
async def test_pop_with_its_limits(pen: Pen, tmp_path: Path) -> None:
    """Nothing but 2xx, 4xx that are described, 429 and 503. Desk and publisher have no other limits than these.

    Without schemathesis' values at the edge of each schema, which `test_fuzzed` sends: they take most of the time.
    """
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance"
    phases = "examples,fuzzing,stateful"
    async with served_pop(tmp_path, pen, has_limits=True) as served:
        status, output = await fuzz(served, tmp_path, examples=10, seed=11, checks=checks, phases=phases)

    assert 0 == status, output
