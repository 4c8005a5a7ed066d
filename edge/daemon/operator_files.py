"""All files that an operator puts on a PoP. A start and `skerry pop serve --check` read them by the same function.

Nothing here looks at the state folder, and nothing needs the network.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from edge.config import PopConfig, model_files, restore_model_command
from edge.daemon.callers import CallerFiles, read_caller_files
from edge.daemon.handoff import OriginFiles, read_origin_files
from edge.daemon.people import read_desk_tokens
from edge.daemon.upstream import UpstreamFiles, read_trusted_root, read_upstream_files
from edge.errors import ConfigError, RefusedError
from edge.host.watched import WatchedFile
from edge.triage import MODEL_FILES, Triage, load_triage


class OperatorFiles(NamedTuple):
    """What was read. All but the models are read again when they change."""

    upstream: UpstreamFiles
    origins: dict[str, OriginFiles]
    """By the origin's name: a tenant's, or '' for the default."""
    desk_tokens: WatchedFile[dict[str, str]]
    callers: CallerFiles
    root: WatchedFile[bytes]
    triage: Triage

    @property
    def watched(self) -> Iterator[WatchedFile[Any]]:
        """All files that are read again. Those of settings that are left empty have no path."""
        yield from self.upstream.watched
        for origin in self.origins.values():
            yield from origin.watched
        yield self.desk_tokens
        yield from self.callers.watched
        yield self.root


def read_operator_files(config: PopConfig) -> OperatorFiles:
    """Read every file that the configuration names. Blocking: half a second, for the models.

    Raises `ConfigError` for the first that is missing, open to others, or of another form.
    """
    return OperatorFiles(
        read_upstream_files(config),
        read_origin_files(config),
        read_desk_tokens(config),
        read_caller_files(config),
        read_trusted_root(config),
        _load_triage(config),
    )


def _load_triage(config: PopConfig) -> Triage:
    folder = config.optional_path(config.triage.models_dir)
    try:
        return load_triage(model_files(MODEL_FILES, folder))
    except RefusedError as error:
        raise ConfigError(f"{error.text}; run: {restore_model_command(folder)}", reason=error.reason) from error
