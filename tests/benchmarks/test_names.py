"""Every benchmark can be run by its name."""

import importlib.util

import pytest

from benchmarks.__main__ import ALL, SLOW
from benchmarks.__main__ import __doc__ as page


@pytest.mark.parametrize("name", ALL)
def test_name_of_a_benchmark(name: str) -> None:
    """Its module is there."""
    assert importlib.util.find_spec(ALL[name]) is not None


@pytest.mark.parametrize("name", SLOW)
def test_slow_benchmark_is_said_to_be_slow(name: str) -> None:
    """The page of the command names it."""
    assert f"`{name}`" in (page or "")
