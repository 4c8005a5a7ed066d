"""`skerry status` says until when timestamp and snapshot are valid, and who renews them."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.cli.publisher.online import echo_online_roles
from edge.host.admin.place import socket_in
from edge.publish.fleet import online_roles
from edge.publish.keys import Passphrase
from edge.publish.repository import Repository
from edge.records import FleetStatus, KeyPlace, OnlineRole

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOME = Path("/srv/home")
LENT = "skerry publisher serve --home /srv/home, if systemd or a vault lends it the key, which is not in the home"


def _status(*online: OnlineRole) -> FleetStatus:
    return FleetStatus(at=NOW, everyone=True, islands=(), pops=(), online=online)


def _role(key: KeyPlace | None = KeyPlace.PLAIN, *, minutes: int = 9) -> OnlineRole:
    return OnlineRole(role="timestamp", expires=NOW + timedelta(minutes=minutes), key=key)


RENEWED_BY: dict[str, tuple[OnlineRole, Path | None, str]] = {
    "its key is here": (_role(), HOME, "9 min\tskerry publisher serve --home /srv/home"),
    "it is encrypted": (
        _role(KeyPlace.ENCRYPTED),
        HOME,
        "9 min\tskerry publisher serve --home /srv/home, if it has the passphrase",
    ),
    "it is elsewhere": (
        _role(KeyPlace.ELSEWHERE),
        HOME,
        f"9 min\t{LENT}",
    ),
    "the publisher is on another machine": (_role(None), None, "9 min\tskerry publisher serve --home DIR"),
    "it is good for days": (_role(minutes=3 * 1440), HOME, "3 d\tskerry publisher serve --home /srv/home"),
}


@pytest.mark.parametrize("case", RENEWED_BY)
def test_who_renews_a_role(capsys: pytest.CaptureFixture[str], case: str) -> None:
    """One row for each role, with the time that is left."""
    role, home, expected = RENEWED_BY[case]
    echo_online_roles(_status(role), home=home)
    line = capsys.readouterr().out.splitlines()[2]

    assert f"timestamp\t{role.expires:%Y-%m-%dT%H:%M:%SZ}\t{expected}" == line


def test_publisher_that_runs_here(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """By itself or under `skerry solo`: it renews, and no command that would find its port in use is named."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(socket_in(tmp_path)))
        listener.listen()
        echo_online_roles(_status(_role(), _role(KeyPlace.ENCRYPTED)), home=tmp_path)
    lines = capsys.readouterr().out.splitlines()[2:4]

    who = "the publisher that runs here"
    assert [who, f"{who}, if it has the passphrase"] == [line.rpartition("\t")[2] for line in lines]


def test_role_that_has_expired(capsys: pytest.CaptureFixture[str]) -> None:
    """The status says what PoPs do until somebody renews it."""
    echo_online_roles(_status(_role(minutes=-1)), home=HOME)
    said = capsys.readouterr().out

    assert "\texpired\tskerry publisher serve" in said
    assert "\nPoPs call their islands stale until it is signed again" in said


def test_status_of_an_older_publisher(capsys: pytest.CaptureFixture[str]) -> None:
    """It does not say, so nothing is printed."""
    echo_online_roles(_status(), home=None)

    assert "" == capsys.readouterr().out


def test_where_the_keys_are(tmp_path: Path) -> None:
    """In the home, encrypted there, or nowhere in it. No passphrase is needed to see it."""
    repository = Repository(tmp_path / "home", passphrase=Passphrase(b"correct horse battery"))
    repository.init(now=datetime.now(UTC))
    encrypted = online_roles(Repository(repository.home))
    (repository.keys.folder / "snapshot.json").unlink()
    without = online_roles(Repository(repository.home))

    assert [("timestamp", KeyPlace.ENCRYPTED), ("snapshot", KeyPlace.ENCRYPTED)] == _places(encrypted)
    assert [("timestamp", KeyPlace.ENCRYPTED), ("snapshot", KeyPlace.ELSEWHERE)] == _places(without)
    assert repository.state().timestamp.expires == encrypted[0].expires


def test_status_of_a_home(skerry: Callable[..., object], home: Path) -> None:
    """Also of one without PoPs."""
    skerry("keys", "init")
    output = getattr(skerry("status"), "output", "")

    assert "\nrole\tvalid until\tleft\trenewed by\ntimestamp\t" in output
    assert f"\t9 min\tskerry publisher serve --home {home}\n" in output


def _places(roles: tuple[OnlineRole, ...]) -> list[tuple[str, KeyPlace | None]]:
    return [(role.role, role.key) for role in roles]
