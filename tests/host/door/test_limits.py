"""`edge.host.door.limits`: a process may open as many files as it is allowed, and keeps some for itself."""

import resource

import pytest

from edge.host.door import connections_within, raise_file_limit


@pytest.mark.parametrize(("files", "expected"), [(1_024, 896), (64, 1), (1_048_576, 65_536)])
def test_connections_leave_files_for_the_rest(files: int, expected: int) -> None:
    """The usual limit, one that is too small, and one that is larger than needed."""
    assert expected == connections_within(files)


def test_limit_of_files_is_raised_to_the_hard_one() -> None:
    """As often as it is called."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, before[1]), before[1]))
        found = {raise_file_limit(), raise_file_limit()}
        after = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert ({before[1]}, (before[1], before[1])) == (found, after)
