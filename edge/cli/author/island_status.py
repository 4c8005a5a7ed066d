"""Islands and roles of a repository, as tables for people."""

from edge.cli.options import echo_table, time_text
from edge.cli.terminal import echo
from edge.publish.release import RepositoryStatus


def echo_status(status: RepositoryStatus) -> None:
    """Print the islands, then the roles."""
    echo_table(
        ("island", "revision", "state", "opens", "expires", "bytes", "rollout", "why"),
        [
            (
                island.island,
                str(island.revision),
                island.state,
                time_text(island.opens),
                time_text(island.expires),
                "-" if island.size_bytes is None else str(island.size_bytes),
                island.rollout or "-",
                island.why or "-",
            )
            for island in status.islands
        ],
    )
    echo()
    echo_table(
        ("role", "version", "expires", "signature", "key"),
        [
            (
                role.role,
                str(role.version),
                time_text(role.expires),
                "expired" if role.is_expired else "good",
                "here" if role.has_key else "elsewhere",
            )
            for role in status.roles
        ],
    )
