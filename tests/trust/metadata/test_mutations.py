"""The tests notice a check left out of the client. All are tried by `python -m tests.trust.simulator.mutations`."""

import pytest

from tests.trust.simulator.mutations import Laboratory, mutations

SOME = (0, 13, 26)
"""Of some 40: three that lie apart; each takes seconds."""


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """A copy of the project."""
    return Laboratory(tmp_path_factory.mktemp("laboratory"))


def test_every_check_is_found() -> None:
    """Both modules have their checks, and each can be taken out without breaking the source."""
    found = mutations()

    assert len(found) > 40
    assert {"client", "verify"} == {one.module for one in found}
    for one in found:
        compile(one.source, one.module, "exec")


@pytest.mark.parametrize("number", SOME)
def test_missing_check_is_noticed(laboratory: Laboratory, number: int) -> None:
    """A test fails without it."""
    mutation = mutations()[number]

    assert laboratory.noticed_by(mutation), f"nobody notices that this is missing: {mutation}"
