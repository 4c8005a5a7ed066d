"""Until when timestamp and snapshot are valid, and who renews them, for `skerry status`."""

from pathlib import Path

from edge.cli.options import echo_table, life_text, time_text
from edge.cli.terminal import echo
from edge.records import FleetStatus, KeyPlace, OnlineRole


def echo_online_roles(status: FleetStatus, *, home: Path | None) -> None:
    """Print a table of the roles. `home` is the publisher's, None if it is on another machine."""
    if not status.online:
        return
    echo()
    rows = [
        (one.role, time_text(one.expires), life_text(one.expires - status.at), _renewed_by(one, home))
        for one in status.online
    ]
    echo_table(("role", "valid until", "left", "renewed by"), rows)
    if any(one.expires <= status.at for one in status.online):
        echo("PoPs call their islands stale until it is signed again, and stop serving each after its `max_stale`")


def _renewed_by(role: OnlineRole, home: Path | None) -> str:
    serve = f"skerry publisher serve --home {home or 'DIR'}"
    if role.key is None or role.key is KeyPlace.PLAIN:
        return serve
    if role.key is KeyPlace.ENCRYPTED:
        return f"{serve}, if it has the passphrase"
    return f"{serve}, if systemd or a vault lends it the key, which is not in the home"
