"""The lines of `deploy/operate.md`, followed one by one on two bare Debian machines, answer a question."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.bare_debian import ROOT, bare_debian, wheels

pytestmark = [pytest.mark.journey, pytest.mark.requires("mmdebstrap"), pytest.mark.timeout(900)]
"""The first run on a machine makes the Debian, which takes minutes; `.ci/run` does so before the tests."""


def test_page_from_nothing_to_production(tmp_path: Path) -> None:
    """The wheel is built and installed by the locks; publisher, fleet and PoP are set up; a viewer is answered."""
    dist, machines = tmp_path / "dist", tmp_path / "machines"
    machines.mkdir()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    apart = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    followed = subprocess.run(
        [*apart, sys.executable, "-m", "tests.packaging.machine", machines, bare_debian(), wheels(), dist],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert 0 == followed.returncode, followed.stdout
    answer, _, later = followed.stdout.partition("# skerry ask ")[2].partition("# curl ")
    assert "outcome  ANSWER" in answer
    assert '{"ready":true,"has_begun":true,"not_ready":[]' in later
    assert 3 == later.count("acme/drop\trevision 1\t1 of 1")
