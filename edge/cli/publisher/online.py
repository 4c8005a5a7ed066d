"""Until when timestamp and snapshot are valid, and who renews them, for `skerry status`."""

from pathlib import Path

from edge.cli.options import echo_table, life_text, time_text
from edge.cli.terminal import echo
from edge.host.admin import is_listening
from edge.records import FleetStatus, KeyPlace, OnlineRole


def echo_online_roles(status: FleetStatus, *, home: Path | None) -> None:
    """Print a table of the roles. `home` is the publisher's, None if it is on another machine."""
    if not status.online:
        return
    echo()
    publisher = _publisher_of(home)
    rows = [
        (one.role, time_text(one.expires), life_text(one.expires - status.at), _renewed_by(one, publisher))
        for one in status.online
    ]
    echo_table(("role", "valid until", "left", "renewed by"), rows)
    if any(one.expires <= status.at for one in status.online):
        echo("PoPs call their islands stale until it is signed again, and stop serving each after its `max_stale`")


def _publisher_of(home: Path | None) -> str:
    """The publisher that runs, by itself or under `skerry solo`, or the command that starts one."""
    if home is not None and is_listening(home):
        return "the publisher that runs here"
    return f"skerry publisher serve --home {home or 'DIR'}"


def _renewed_by(role: OnlineRole, publisher: str) -> str:
    if role.key is None or role.key is KeyPlace.PLAIN:
        return publisher
    if role.key is KeyPlace.ENCRYPTED:
        return f"{publisher}, if it has the passphrase"
    return f"{publisher}, if systemd or a vault lends it the key, which is not in the home"
