"""What a start opens in a publisher's home, opened without changing anything."""

from edge.errors import ConfigError
from edge.publish.repository import Repository


def check_home(repository: Repository) -> None:
    """Read the repository in force and open the keys of its timestamp, which a start signs again.

    Blocking. Raises as `PublisherServer.run`: `ConfigError` or `StorageError` with what to do.
    """
    allowed = repository.state().keys("timestamp")
    keys = repository.keys
    own = [name for name in keys.names_for("timestamp") if keys.public(name) in allowed]
    for name in own:
        keys.load(name)
    if not own:
        path = keys.folder / "timestamp.json"
        raise ConfigError(f"no key {path}, restore it with: cp YOUR-COPY {path}")
