"""Every option that names a file with a secret: the file is checked first, as the settings of a PoP are."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.publish.fleet import issue_token
from tests.certificates import Authority

PUBLIC = {"--ca-file", "--tls-cert", "--nats-ca", "--root-key", "--targets-key", "--key-file"}
"""Options with files that anybody may read: certificates, and public keys."""

OWN_CHECKS = {"--passphrase-file", "--new-passphrase-file", "--key", "--keys"}
"""Options whose files `edge.publish.keys` checks: its own tests show it."""

URL = ("--url", "http://127.0.0.1:1")
SERVE = ("publisher", "serve", "--port", "0", "--home")
COMMANDS: dict[str, tuple[str, ...]] = {
    "ask --token-file": ("ask", *URL, "--token-file", "SECRET", "acme/drop", "when?"),
    "island export --token-file": (
        *("island", "export", "acme/drop", "--zammad", "http://127.0.0.1:1"),
        *("--token-file", "SECRET", "--output", "HOME"),
    ),
    "stats --token-file": ("stats", *URL, "--token-file", "SECRET"),
    "status --token-file": ("status", *URL, "--token-file", "SECRET"),
    **{
        f"{command} --proxy-login-file": (
            *(command, "--url", "http://pop.test", "--proxy", "http://127.0.0.1:1", "--proxy-login-file", "SECRET"),
            *more,
        )
        for command, more in {"ask": ("acme/drop", "when?"), "stats": (), "status": ()}.items()
    },
    "verify --proxy-login-file": (
        *("verify", "http://pop.test/", "--proxy", "http://127.0.0.1:1", "--proxy-login-file", "SECRET"),
    ),
    **{
        f"ledger {command} --proxy-login-file": (
            *("ledger", command, "http://pop.test", "--key", "00" * 32, "--proxy", "http://127.0.0.1:1"),
            *("--proxy-login-file", "SECRET", *more),
        )
        for command, more in {
            "bundle": ("--receipt", "00" * 32, "--output", "HOME"),
            "export": ("HOME",),
            "prove": ("--leaf", "00" * 32),
            "verify": (),
        }.items()
    },
    "audit --proxy-login-file": (
        *("audit", "http://pop.test", "--transcript", "HOME/x", "--key", "00" * 32, "--author", "a", "--channel", "b"),
        *("--openings", "HOME/x", "--proxy", "http://127.0.0.1:1", "--proxy-login-file", "SECRET"),
    ),
    "publisher serve --tokens": (*SERVE, "HOME", "--tokens", "SECRET"),
    "publisher serve --tls-key": (*SERVE, "HOME", "--tls-cert", "CERTIFICATE", "--tls-key", "SECRET"),
    "publisher serve --nats-nkey": (*SERVE, "HOME", "--nats", "nats://127.0.0.1:1", "--nats-nkey", "SECRET"),
    "desk serve --tls-key": (
        *("desk", "serve", "--port", "0", "--home", "HOME"),
        *("--tls-cert", "CERTIFICATE", "--tls-key", "SECRET"),
    ),
    "desk serve --publisher-token": (
        *("desk", "serve", "--port", "0", "--home", "HOME"),
        *("--publisher", "http://127.0.0.1:1", "--publisher-token", "SECRET"),
    ),
    "publisher token --tokens": ("publisher", "token", "fra-1", "--tokens", "SECRET"),
}
"""A call in which the option names the file SECRET."""


def secret_options(command: click.Command, path: str = "") -> Iterator[str]:
    """Commands and options whose name speaks of a secret and whose value is a file."""
    if isinstance(command, click.Group):
        context = click.Context(command, **cli.context_settings)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from secret_options(inner, f"{path} {name}".strip())
        return
    for option in command.params:
        name = max(option.opts, key=len)
        is_file = isinstance(option.type, click.Path) and isinstance(option, click.Option)
        if is_file and re.search("token|nkey|key|secret|passphrase|login", name) and name not in PUBLIC | OWN_CHECKS:
            yield f"{path} {name}"


def test_table_has_every_option() -> None:
    """A new option is in the table, or known as public."""
    assert set(secret_options(cli)) == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_option_with_a_file_that_others_may_read(tmp_path: Path, name: str) -> None:
    """The command stops, and says what to run."""
    secret = tmp_path / "secret"
    certificate, key = Authority(tmp_path / "ca").issue("publisher")
    if name.endswith("--tls-key"):
        secret.write_bytes(key.read_bytes())
    elif name.endswith("--tokens"):
        issue_token(secret, "ams-1")
    else:
        secret.write_text("pelargonium\n")
    secret.chmod(0o644)
    known = {"SECRET": str(secret), "HOME": str(tmp_path / "home"), "CERTIFICATE": str(certificate)}
    result = CliRunner().invoke(cli, [known.get(word, word) for word in COMMANDS[name]])

    expected = f"error: {secret} has mode 0644, expected 0600, so others may know it; run: chmod 600 {secret}\n"
    assert (1, expected) == (result.exit_code, result.stderr)
