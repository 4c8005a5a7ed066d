"""The systemd units in `deploy/systemd`."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = DEPLOY / "systemd" / "skerry.service"
UNITS = {
    "pop": UNIT,
    "publisher": DEPLOY / "systemd" / "skerry-publisher.service",
    "desk": DEPLOY / "systemd" / "skerry-desk.service",
}

MAX_EXPOSURE = 2.0
"""Of ten, by `systemd-analyze security`: what an HTTP server needs is open, and nothing else."""

OF_ONE_UNIT = {"Description", "ExecStart", "ExecStartPre", "User", "StateDirectory", "MemoryHigh", "MemoryMax"}
"""What differs because the services differ."""

OF_THE_POP = {
    "DynamicUser", "RuntimeDirectory", "ConfigurationDirectory", "Environment", "LogRateLimitIntervalSec",
    "LogRateLimitBurst",
}  # fmt: skip
"""What publisher and desk do not have: their files belong to a user who stays, they do not write a line a
question, and no store of theirs asks whether the machine was started since."""


def settings(unit: Path) -> dict[str, dict[str, str]]:
    """Section, name and value of a unit's settings."""
    sections: dict[str, dict[str, str]] = {}
    for line in unit.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            section[name] = value
    return sections


MAX_QUESTIONS_PER_S = 4_000
"""More than one process answers from its cache. Each writes a line."""


def setting(name: str) -> int:
    """The number that a setting of the PoP's unit begins with."""
    (number,) = re.findall(rf"^{name}=(\d+)s?$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    return int(number)


def test_no_line_of_a_question_is_dropped() -> None:
    """Of a service that writes more than journald's limit, errors are dropped, too."""
    lines_per_s = setting("LogRateLimitBurst") / setting("LogRateLimitIntervalSec")

    assert lines_per_s > MAX_QUESTIONS_PER_S


@pytest.mark.parametrize("name", ["publisher", "desk"])
def test_service_is_restricted_as_the_pop_is(name: str) -> None:
    """A line of one unit is in the other, unless the table above says why not."""
    pop, other = settings(UNIT), settings(UNITS[name])
    left_out = OF_ONE_UNIT | OF_THE_POP

    assert pop["Unit"] | {"Description": ""} == other["Unit"] | {"Description": ""}
    assert {name: value for name, value in pop["Service"].items() if name not in left_out} == {
        name: value for name, value in other["Service"].items() if name not in left_out
    }


@pytest.mark.parametrize("name", UNITS)
def test_service_starts_again_for_as_long_as_it_takes(name: str) -> None:
    """Systemd's own limit, five starts in ten seconds, would end a PoP for good on a disk that is full for a minute."""
    unit = settings(UNITS[name])

    assert ("0", "always") == (unit["Unit"]["StartLimitIntervalSec"], unit["Service"]["Restart"])


@pytest.mark.requires("systemd-analyze")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_knows_every_line(name: str, tmp_path: Path) -> None:
    """Its own check has nothing to say, and calls the service hardly exposed."""
    unit = tmp_path / UNITS[name].name
    # The program is not installed here.
    text = UNITS[name].read_text(encoding="utf-8").replace("/opt/skerry/bin/skerry", "/bin/true")
    unit.write_text(text, encoding="utf-8")

    known = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", unit], capture_output=True, text=True, check=True
    )
    (exposure,) = re.findall(rf"Overall exposure level for {unit.name}: (\d+\.\d)", judged.stdout)

    assert (0, "") == (known.returncode, known.stdout + known.stderr)
    assert float(exposure) <= MAX_EXPOSURE


def test_container_has_the_limits_of_the_unit() -> None:
    """Memory, open files and the time to stop are the same, and nothing is left of the rights that the unit drops."""
    unit = settings(UNIT)["Service"]
    service = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))["services"]["skerry"]

    assert {
        "mem_limit": unit["MemoryMax"].lower(),
        "ulimits": {"nofile": int(unit["LimitNOFILE"])},
        "stop_grace_period": f"{unit['TimeoutStopSec']}s",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }.items() <= service.items()
