"""Until when are the roles valid that the publisher signs by itself, and where are their keys?"""

from edge.publish.repository import Repository, State, key_name
from edge.records import KeyPlace, OnlineRole

_ONLINE = ("timestamp", "snapshot")


def online_roles(repository: Repository) -> tuple[OnlineRole, ...]:
    """Timestamp and snapshot as they are in force. Needs no passphrase.

    Raises `ConfigError` without a repository, `StorageError` if it is damaged.
    """
    state = repository.state()
    return tuple(
        OnlineRole(role=role, expires=state.expires(role), key=_place(repository, state, role)) for role in _ONLINE
    )


def online_expiries(repository: Repository) -> tuple[OnlineRole, ...]:
    """The same for readers on other machines: not where the keys are.

    Raises `ConfigError` without a repository, `StorageError` if it is damaged.
    """
    state = repository.state()
    return tuple(OnlineRole(role=role, expires=state.expires(role)) for role in _ONLINE)


def _place(repository: Repository, state: State, role: str) -> KeyPlace:
    """Where the best of the role's keys is."""
    keys = repository.keys
    present = [name for name in keys.names_for(key_name(role)) if keys.public(name) in state.keys(role)]
    if not present:
        return KeyPlace.ELSEWHERE
    return KeyPlace.ENCRYPTED if all(map(keys.is_encrypted, present)) else KeyPlace.PLAIN
