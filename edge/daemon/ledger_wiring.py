"""Makes the parts that look after a PoP's logs: they write, end and archive them, and show them to a witness."""

import shlex
from collections.abc import Awaitable, Callable

from edge.daemon.archiving import archive_of
from edge.daemon.handoff import OriginSessions
from edge.daemon.ledger import INTERVAL_S, LogEndings
from edge.daemon.payloads import SealingKeys
from edge.daemon.sync import PopShelf
from edge.daemon.wiring import Dependencies
from edge.daemon.witnessing import PopLogs, Witnessing
from edge.errors import ConfigError, RefusedError
from edge.ledger import NoteKey, SignatureType, read_key
from edge.store.ledger import CosignedNotes
from edge.wire.publisher import WITNESS_PATH, WitnessClient

Tasks = list[tuple[str, Callable[[], Awaitable[None]]]]


def ledger_tasks(deps: Dependencies, shelf: Callable[[], PopShelf], sessions: OriginSessions) -> Tasks:
    """The tasks about logs, by name. `sessions` are those to desks.

    Raises `ConfigError` if the settings of the witness are faulty.
    """
    witness, notes = _witness_tasks(deps), CosignedNotes(deps.config.state_dir)
    startup, identity = deps.startup, deps.startup.identity
    archive = archive_of(
        deps.config,
        deps.ledger,
        upstream=deps.upstream,
        origins=startup.files.origins,
        sessions=sessions,
        signer=identity.signer if identity is not None else None,
    )
    endings = LogEndings(
        config=deps.config,
        ledger=deps.ledger,
        shelf=shelf,
        now=deps.clock,
        metrics=deps.metrics.ledger,
        archive=archive,
        cosigned=notes.get if witness else None,
        interval_s=min(INTERVAL_S, deps.config.ledger.close_after_s),
    )
    deps.payloads.sealing_key, deps.payloads.ledger = SealingKeys(shelf), deps.ledger
    return [
        ("keep the ledger", deps.ledger.writer.keep),
        ("end logs", endings.keep),
        ("keep payloads", deps.payloads.run),
        *witness,
    ]


def _witness_tasks(deps: Dependencies) -> Tasks:
    """The task that shows the logs; none if no witness is configured, or this PoP has no key."""
    section, identity, publisher = deps.config.witness, deps.startup.identity, deps.config.publisher
    if not section.key:
        return []
    witness = _witness_key(section.key)
    if not deps.config.fleet.enabled:
        raise ConfigError(
            "witness.key is set and fleet.enabled is false, expected true: the witness knows a PoP by the key of its"
            " status; set it in pop.toml, or leave witness.key empty, then run: skerry pop serve --config FILE"
        )
    if identity is None:
        # The start has said that the key cannot be opened.
        return []
    # A token for the publisher is nobody else's business.
    session, via = (deps.session, {}) if section.url else (deps.upstream.session, {"via": deps.upstream.via})
    url = section.url or f"{publisher.url.rstrip('/')}/{WITNESS_PATH}"
    witnessing = Witnessing(
        PopLogs(deps.ledger, CosignedNotes(deps.config.state_dir)),
        WitnessClient(session, url, timeout_s=section.timeout_s, **via),
        witness=witness,
        signer=identity.signer,
        interval_s=section.interval_s,
        metrics=deps.metrics.witness,
    )
    deps.ledger.witness = lambda: witnessing.seen
    return [("show logs", witnessing.keep)]


def _witness_key(text: str) -> NoteKey:
    try:
        key = read_key(text)
    except RefusedError as error:
        raise ConfigError(f"witness.key: {error.text}; to see it, run: skerry publisher witness --home HOME") from error
    if key.type is not SignatureType.COSIGNATURE:
        text = f"witness.key is the key of a log, {shlex.quote(key.name)}, expected a witness's"
        raise ConfigError(f"{text}; to see it, run: skerry publisher witness --home HOME")
    return key
