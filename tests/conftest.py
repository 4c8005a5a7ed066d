"""What every test shares: a blocked event loop fails it, and a skip is a failure where everything is installed."""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web_app
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import HealthCheck, settings

from edge.records import Automation, HeadWeights, Island, SignedSnippet
from tests.pen import Pen

ROOT = Path(__file__).parent.parent

# How long an example takes says something of the machine, not of the product.
settings.register_profile("skerry", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("skerry")


@pytest.fixture(autouse=True, scope="session")
def private_files() -> None:
    """Files that a test writes are its own: secrets are refused where others may read them."""
    os.umask(0o077)


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """Give other tests the log that they had: a server's command configures the log of its whole process."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


@pytest.fixture(autouse=True)
def servers_are_forgotten() -> Iterator[None]:
    """Free the servers of a test: aiohttp remembers a thousand handlers, and so their servers and models."""
    yield
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture(autouse=True)
def blocked_loops_fail(request: pytest.FixtureRequest) -> Iterator[BlockBuster | None]:
    """Raise where the product blocks the event loop; tests themselves may."""
    if "may_block" in request.keywords:
        yield None
        return
    with blockbuster_ctx("edge") as blockbuster:
        # `make coverage` takes a lock of its own where a file is first traced.
        blockbuster.functions["threading.Lock.acquire"].can_block_in("coverage/collector.py", "lock_data")
        yield blockbuster


@pytest.fixture(autouse=True)
def usual_ports_are_free(request: pytest.FixtureRequest) -> Iterator[None]:
    """One test at a time uses the ports that Skerry has without settings, also where several workers run."""
    if "default_ports" not in request.keywords:
        yield
        return
    with (Path(tempfile.gettempdir()) / "skerry-usual-ports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test time to wait for the others that use the same fixed ports."""
    for item in items:
        if item.get_closest_marker("default_ports"):
            item.add_marker(pytest.mark.timeout(900))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that `requires` a program that is not here."""
    for mark in item.iter_markers("requires"):
        (program,) = mark.args
        if shutil.which(program) is None:
            pytest.skip(f"no {program}, install it with: apt-get install {program}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where `.ci/run` has installed everything, nothing is owed a skip."""
    del item, call
    report = yield
    if report.skipped and os.environ.get("SKERRY_CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def make_snippet() -> Callable[..., SignedSnippet]:
    """A maker of snippet records for rooms that do not look at signatures."""

    def make(name: str, **fields: Any) -> SignedSnippet:
        unsigned: dict[str, Any] = {"document": b"", "digest": "", "signature_input": "", "signature": ""}
        defaults: dict[str, Any] = {"automation": Automation.ANSWER, "examples": (f"{name}?",)}
        return SignedSnippet(id=name, **(unsigned | defaults | fields))

    return make


@pytest.fixture(scope="session")
def make_island() -> Callable[..., Island]:
    """A maker of island records for rooms that look at neither signatures nor head."""

    def make(**fields: Any) -> Island:
        start = datetime(2026, 9, 1, tzinfo=UTC)
        defaults: dict[str, Any] = {
            "tenant": "acme",
            "island": "drop",
            "revision": 1,
            "title": "Acme drop",
            "locale": "en",
            "opens": start,
            "closes": start + timedelta(days=30),
            "expires": start + timedelta(days=60),
            "max_stale_s": 3600,
            "target_precision": 0.9,
            "default_lane": "fast",
            "snippets": (),
            "head": HeadWeights(
                encoder="", snippets=(), weights=b"", bias=b"", examples=b"", example_scale=b"", example_class=b""
            ),
        }
        return Island(**(defaults | fields))

    return make


@pytest.fixture(scope="session")
def pen(tmp_path_factory: pytest.TempPathFactory) -> Pen:
    """A sample island, trained once for the whole run."""
    return Pen(tmp_path_factory.mktemp("pen") / "home")
