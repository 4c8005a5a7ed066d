"""`skerry keys`."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge.cli import cli
from edge.config import read_pop_config
from edge.desk.access import KnownTokens, TokenKind, issue_desk_token, read_desk_tokens, revoke_desk_token, tokens_path
from edge.publish.repository import Repository

Skerry = Callable[..., Result]


def test_init_makes_everything_and_says_what_comes_next(skerry: Skerry, home: Path) -> None:
    """Keys, root and a PoP's configuration; no secret is printed."""
    result = skerry("keys", "init", "--tenant", "acme")
    seeds = [path.read_text().split('"seed": "')[1][:64] for path in (home / "keys").iterdir()]

    assert 0 == result.exit_code, result.output
    assert 6 == len(seeds)
    assert not [seed for seed in seeds if seed in result.output]
    assert re.search(r"^tenants   acme \(new\)$", result.output, re.MULTILINE)
    assert f"next      skerry island publish --home {home} FILE\n" in result.output


def test_init_prints_what_starts_all_three(skerry: Skerry, home: Path) -> None:
    """Publisher, desk and PoP, in this order."""
    printed = skerry("keys", "init", "--tenant", "acme").output.splitlines()
    started = [line.split()[1] for line in printed if " serve " in line]

    assert ["publisher", "desk", "pop"] == started
    assert f"          skerry solo --home {home}" == printed[-1]


def test_init_makes_tokens_for_the_desk(skerry: Skerry, home: Path) -> None:
    """One for the PoP, which never ends, and one for a person of the tenant; none is printed, both are private."""
    result = skerry("keys", "init", "--tenant", "acme")
    known = {one.name: one for one in read_desk_tokens(tokens_path(home))}
    files = {name: home / f"{name}.token" for name in ("pop-1", "agent-1")}
    tokens = KnownTokens(known.values())
    config = read_pop_config(home / "pop.toml")

    assert {("pop-1", "pop", "", False), ("agent-1", "agent", "acme", True)} == {
        (one.name, one.kind, one.tenant, one.expires is not None) for one in known.values()
    }
    for name, file in files.items():
        secret = file.read_text().strip()
        assert 0o600 == file.stat().st_mode & 0o777
        assert secret not in result.output
        assert known[name] == tokens.find(f"Bearer {secret}", datetime.now(UTC))
    assert ("desk", "http://127.0.0.1:8070") == (config.origin.kind, config.origin.url)
    assert config.origin.token_file is not None
    assert files["pop-1"] == config.path(config.origin.token_file)


def test_init_again_makes_tokens_for_new_tenants_alone(skerry: Skerry, home: Path) -> None:
    """What people and PoP have goes on being good."""
    skerry("keys", "init", "--tenant", "acme")
    before = {name: (home / f"{name}.token").read_bytes() for name in ("pop-1", "agent-1")}
    result = skerry("keys", "init", "--tenant", "bob")

    assert before == {name: (home / f"{name}.token").read_bytes() for name in before}
    assert f"person    {home}/agent-2.token  token for the desk: bob, 30 days\n" in result.output
    assert "agent-1" not in result.output


def test_init_after_a_crash_makes_another_token(skerry: Skerry, home: Path) -> None:
    """A token that the desk has not heard of, or that was revoked, never becomes good."""
    skerry("keys", "init", "--tenant", "acme")
    before = (home / "agent-1.token").read_text()
    revoke_desk_token(tokens_path(home), "agent-1")
    result = skerry("keys", "init")
    after = (home / "agent-1.token").read_text()
    tokens = KnownTokens(read_desk_tokens(tokens_path(home)))

    assert 0 == result.exit_code, result.output
    assert tokens.find(f"Bearer {before.strip()}", datetime.now(UTC)) is None
    assert tokens.find(f"Bearer {after.strip()}", datetime.now(UTC)) is not None


def test_init_after_a_persons_token_has_expired(skerry: Skerry, home: Path) -> None:
    """That person stays out, and no file of the operator is replaced: the new token is another's."""
    skerry("keys", "init", "--tenant", "acme")
    path, long_ago = tokens_path(home), datetime(2020, 1, 1, tzinfo=UTC)
    revoke_desk_token(path, "agent-1")
    for name, lane in (("anna", "fraud"), ("ben", "")):
        issue_desk_token(
            path, kind=TokenKind.AGENT, name=name, tenant="acme", lane=lane, expires=long_ago, now=long_ago
        )
    skerry("keys", "init")
    known = {one.name: one for one in read_desk_tokens(path)}

    assert ("fraud", long_ago, long_ago) == (known["anna"].lane, known["anna"].expires, known["ben"].expires)
    assert "acme" == known["agent-1"].tenant
    assert not (home / "anna.token").exists()


def test_init_makes_another_for_its_own_that_has_expired(skerry: Skerry, home: Path) -> None:
    """Its name and its file stay."""
    skerry("keys", "init", "--tenant", "acme")
    path, long_ago = tokens_path(home), datetime(2020, 1, 1, tzinfo=UTC)
    issue_desk_token(path, kind=TokenKind.AGENT, name="agent-1", tenant="acme", expires=long_ago, now=long_ago)
    skerry("keys", "init")
    secret = (home / "agent-1.token").read_text().strip()

    assert KnownTokens(read_desk_tokens(path)).find(f"Bearer {secret}", datetime.now(UTC)) is not None
    assert not (home / "agent-2.token").exists()


def test_init_in_a_home_whose_desk_is_elsewhere(skerry: Skerry, home: Path) -> None:
    """It makes no token there."""
    skerry("keys", "init")
    (home / "desk-tokens.json").unlink()
    skerry("keys", "init", "--tenant", "acme")

    assert not (home / "desk-tokens.json").exists()
    assert not (home / "agent-1.token").exists()


def test_init_writes_a_configuration_that_a_pop_takes(skerry: Skerry, home: Path) -> None:
    """It points to the publisher's default port and to this root."""
    skerry("keys", "init")
    config = read_pop_config(home / "pop.toml")

    assert "http://127.0.0.1:8090" == config.publisher.url
    assert (home / "root.json").read_bytes() == config.path(config.publisher.trusted_root).read_bytes()


def test_init_after_the_configuration_was_moved(skerry: Skerry, home: Path, tmp_path: Path) -> None:
    """That PoP may run on another machine: its token stays good, and the new one has a name and a folder of its own."""
    skerry("keys", "init", "--tenant", "acme")
    (home / "pop.toml").rename(tmp_path / "pop.toml")
    (home / "pop-1.token").rename(tmp_path / "pop-1.token")
    result = skerry("keys", "init")
    config = read_pop_config(home / "pop.toml")
    tokens = KnownTokens(read_desk_tokens(tokens_path(home)))
    names = [
        known.name
        for folder, name in ((tmp_path, "pop-1"), (home, "pop-2"))
        if (known := tokens.find(f"Bearer {(folder / f'{name}.token').read_text().strip()}", datetime.now(UTC)))
    ]

    assert ["pop-1", "pop-2"] == names
    assert ("pop-2", "pop-2-state") == (config.pop.name, config.pop.state_dir)
    assert "settings of pop-2;" in result.output


def test_init_that_was_killed_before_the_configuration(skerry: Skerry, home: Path) -> None:
    """The next run goes on with the same name and the same token."""
    skerry("keys", "init", "--tenant", "acme")
    token, config = (home / "pop-1.token").read_text(), (home / "pop.toml").read_text()
    (home / "pop.toml").unlink()
    skerry("keys", "init")

    assert (token, config) == ((home / "pop-1.token").read_text(), (home / "pop.toml").read_text())


def test_init_again_adds_tenants_and_keeps_the_rest(skerry: Skerry, home: Path) -> None:
    """Also a configuration that was edited."""
    skerry("keys", "init", "--tenant", "acme")
    (home / "pop.toml").write_text("# mine\n")
    result = skerry("keys", "init", "--tenant", "bob")

    assert "tenants   acme, bob (new)\n" in result.output
    assert "# mine\n" == (home / "pop.toml").read_text()


def test_init_without_tenants_asks_for_one(skerry: Skerry, home: Path) -> None:
    """Nothing can be published yet."""
    result = skerry("keys", "init")

    assert result.output.endswith(f"next      skerry keys init --home {home} --tenant NAME\n")


def test_init_with_a_threshold_above_the_keys(skerry: Skerry, home: Path) -> None:
    """A root that can never be signed is a wrong call, and nothing is made."""
    result = skerry("keys", "init", "--root-keys", "2", "--threshold", "3")

    assert 2 == result.exit_code
    assert "--threshold 3 is more than --root-keys 2" in result.output
    assert not home.exists()


def test_init_with_a_bad_tenant(skerry: Skerry) -> None:
    """One line says what a tenant may be called."""
    result = skerry("keys", "init", "--tenant", "Acme Shop")

    assert 1 == result.exit_code
    assert result.output.startswith("error: 'Acme Shop' cannot be a tenant, choose 1 to 63 lower-case letters")


def test_encrypted_home_publishes(
    skerry: Skerry, home: Path, island_file: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New keys are encrypted; publishing needs the passphrase, and `keys status` does not."""
    made = skerry("keys", "init", "--tenant", "acme", "--passphrase-file", passphrase_file)
    refused = skerry("island", "publish", island_file)
    seen = skerry("keys", "status")
    monkeypatch.setenv("SKERRY_PASSPHRASE_FILE", str(passphrase_file))
    published = skerry("island", "publish", island_file)

    assert "warning" not in made.output
    assert not [path for path in (home / "keys").iterdir() if '"seed"' in path.read_text()]
    assert "is encrypted and there is no passphrase, name the file that holds it with: export SKERRY" in refused.output
    assert 5 == seen.output.count("\tencrypted\t")
    assert 0 == published.exit_code, published.output


def test_plain_home_is_told_how_to_encrypt(skerry: Skerry, home: Path, passphrase_file: Path) -> None:
    """A demo needs no passphrase, and is told how to get one."""
    made = skerry("keys", "init", "--tenant", "acme")
    encrypted = skerry("keys", "encrypt", "--passphrase-file", passphrase_file)
    again = skerry("keys", "encrypt", "--passphrase-file", passphrase_file)

    assert "" == made.stderr
    assert "          stored plain; to encrypt them:\n          skerry keys encrypt --home" in made.stdout
    assert "encrypted   root-1, sealing.acme, snapshot, targets, tenant.acme, timestamp\n" in encrypted.output
    assert "encrypted   nothing: all keys in this home are encrypted already\n" in again.output
    assert 0 == skerry("keys", "init", "--tenant", "bob", "--passphrase-file", passphrase_file).exit_code
    assert not [path for path in (home / "keys").iterdir() if '"seed"' in path.read_text()]


def test_passphrase_is_asked_for(tmp_path: Path, cheap_encryption: None) -> None:
    """With `-` it is typed, unseen."""
    del cheap_encryption
    folder = tmp_path / "ada" / "keys"
    folder.parent.mkdir()
    arguments = ["keys", "holder", "ada", "--keys", str(folder), "--passphrase-file", "-"]
    result = CliRunner().invoke(cli, arguments, input="correct horse battery\n")
    short = CliRunner().invoke(cli, arguments, input="horse\n")

    assert 0 == result.exit_code, result.output
    assert "correct horse" not in result.output
    assert "error: the passphrase in the answer has fewer than 12 characters, make one with: " in short.output


def test_status_check_fails_on_a_warning(skerry: Skerry, home: Path) -> None:
    """`keys status --check` fails on a warning, so that a timer can mail the holders."""
    skerry("keys", "init", "--tenant", "acme")
    Repository(home).renew(now=datetime.now(UTC) - timedelta(hours=1))
    result = skerry("keys", "status", "--check")

    assert 1 == result.exit_code
    assert f"warning: timestamp: has expired, run: skerry publisher serve --home {home}\n" == result.stderr


def test_passphrase_is_changed(
    skerry: Skerry, home: Path, tmp_path: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From then on the new one signs, and the old one is refused."""
    skerry("keys", "init", "--tenant", "acme", "--passphrase-file", passphrase_file)
    new = tmp_path / "new-passphrase"
    new.write_text("another horse, another staple\n")
    new.chmod(0o600)
    command = ("keys", "passphrase", "--passphrase-file", passphrase_file, "--new-passphrase-file", new)
    changed, again = skerry(*command), skerry(*command)

    assert changed.stdout.startswith(
        "changed     root-1, sealing.acme, snapshot, targets, tenant.acme, timestamp\nnext  "
    )
    assert "changed     nothing: all keys in this folder have the new passphrase already\n" == again.stdout
    refused = skerry("keys", "renew", "targets", "--passphrase-file", passphrase_file)
    assert "the passphrase does not open the key, name the file that holds it with: export SKERRY" in refused.output
    monkeypatch.setenv("SKERRY_PASSPHRASE_FILE", str(new))
    assert 0 == skerry("keys", "renew", "targets").exit_code
    assert not [path for path in (home / "keys").iterdir() if "sealed_next" in path.read_text()]


def test_passphrase_of_nothing(skerry: Skerry, tmp_path: Path, passphrase_file: Path) -> None:
    """An operator who leaves out the old passphrase, or names a folder without keys, is told so."""
    new = ("--new-passphrase-file", passphrase_file)
    old = ("--passphrase-file", passphrase_file)

    assert "the old passphrase is needed: add --passphrase-file FILE" in skerry("keys", "passphrase", *new).output
    nowhere = skerry("keys", "passphrase", "--keys", tmp_path / "nowhere", *new, *old)
    assert (
        f"error: there is no folder {tmp_path}/nowhere; name the folder of the keys with: --keys DIR\n"
        == nowhere.output
    )


@pytest.mark.parametrize("keys", ["plain", "encrypted"])
def test_warning_before_the_server_loses_its_keys(
    skerry: Skerry, home: Path, tmp_path: Path, passphrase_file: Path, keys: str
) -> None:
    """It says for how long the timestamp is valid, what becomes of PoPs then, and how to give the passphrase."""
    new = tmp_path / "new-passphrase"
    new.write_text("another horse, another staple\n")
    new.chmod(0o600)
    is_plain = keys == "plain"
    skerry("keys", "init", *(() if is_plain else ("--passphrase-file", passphrase_file)))
    change = ("keys", "passphrase", "--new-passphrase-file", new)
    result = skerry(*(("keys", "encrypt") if is_plain else change), "--passphrase-file", passphrase_file)
    until = Repository(home).state().timestamp.expires

    assert 0 == result.exit_code
    assert f"The one in force is valid until {until:%Y-%m-%dT%H:%M:%SZ} (9 min). Then PoPs call" in result.stderr
    assert "or: export SKERRY_PASSPHRASE_FILE=FILE\n" in result.stderr


def test_no_to_the_warning(skerry: Skerry, home: Path, passphrase_file: Path) -> None:
    """On a terminal the command asks before it takes anything away; after a no every key is as it was."""
    skerry("keys", "init")
    ours, theirs = os.openpty()
    command = ["keys", "encrypt", "--home", str(home), "--passphrase-file", str(passphrase_file)]
    program = [sys.executable, "-c", "from edge.cli import main; main()", *command]
    with subprocess.Popen(
        program, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        os.write(ours, b"n\n")
        said, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)

    assert "encrypt the keys now?" in said
    assert not any(Repository(home).keys.is_encrypted(name) for name in Repository(home).keys.names())
