"""`skerry keys ceremony`, `rotate`, `revoke`, `renew` and `status`, and a PoP's client that follows."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from edge.errors import StorageError
from edge.host import durable
from edge.publish.repository import Repository, root_switch
from edge.trust import TrustedMetadata
from tests.follower import follow

Skerry = Callable[..., Result]


@pytest.fixture
def holders_trust(
    skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]], sign: Callable[..., Result], home: Path
) -> TrustedMetadata:
    """A home whose root ada, ben and cleo sign (two must), and whose targets dora signs; a PoP follows."""
    skerry("keys", "init", "--tenant", "acme")
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust)
    public = holders("ada", "ben", "cleo", "dora")
    drafts = tmp_path / "drafts"
    people = [part for name in ("ada", "ben", "cleo") for part in ("--root", public[name])]
    result = skerry("keys", "ceremony", "prepare", *people, "--targets", public["dora"], "--out", drafts)
    assert 0 == result.exit_code, result.output
    assert ["2.root.json", "3.targets.json"] == sorted(path.name for path in drafts.iterdir())
    for draft, name in (("2.root.json", "ada"), ("2.root.json", "cleo"), ("3.targets.json", "dora")):
        assert 0 == sign(drafts / draft, name).exit_code
    result = skerry("keys", "ceremony", "assemble", drafts)
    assert 0 == result.exit_code, result.output
    return trust


def _roles(skerry: Skerry) -> dict[str, dict[str, object]]:
    found = json.loads(skerry("keys", "status", "--json").stdout)
    return {role["role"]: role for role in found["roles"]}


def test_ceremony_gives_root_and_targets_to_holders(skerry: Skerry, holders_trust: TrustedMetadata, home: Path) -> None:
    """A running PoP follows; a new PoP starts from the new root.json alone."""
    follow(home, holders_trust)
    newcomer = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, newcomer)
    roles = _roles(skerry)

    assert (2, 2) == (holders_trust.root_version, newcomer.root_version)
    assert ["ada", "ben", "cleo"] == [key["holder"] for key in roles["root"]["keys"]]  # type: ignore[attr-defined]
    assert (2, 1) == (roles["root"]["threshold"], roles["targets"]["threshold"])
    assert "unused      root-1, targets: revoked, or waiting for a ceremony\n" in skerry("keys", "status").output


def test_assembling_too_few_signatures_changes_nothing(
    skerry: Skerry, holders_trust: TrustedMetadata, tmp_path: Path, home: Path, sign: Callable[..., Result]
) -> None:
    """The error says how many signatures there are; the last one completes the change."""
    drafts = tmp_path / "renewal"
    skerry("keys", "renew", "root", "--out", drafts)
    sign(drafts / "3.root.json", "ben")
    result = skerry("keys", "ceremony", "assemble", drafts)
    follow(home, holders_trust)

    assert 1 == result.exit_code
    assert "role 'root' version 3 carries 1 valid signatures, expected 2 by the keys in root version 2" in result.output
    assert "let the others sign the draft, too: skerry keys ceremony sign DRAFT --key KEY.json\n" in result.output
    assert 2 == holders_trust.root_version
    sign(drafts / "3.root.json", "ada")
    assert 0 == skerry("keys", "ceremony", "assemble", drafts).exit_code
    follow(home, holders_trust)
    assert 3 == holders_trust.root_version


def test_signature_for_another_draft_is_noticed(
    skerry: Skerry, holders_trust: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """A signature does not count for a draft that was changed afterwards."""
    del holders_trust
    first, second = tmp_path / "first", tmp_path / "second"
    skerry("keys", "renew", "root", "--out", first)
    skerry("keys", "rotate", "timestamp", "--out", second)
    sign(first / "3.root.json", "ada")
    (signature,) = first.glob("*.sig")
    (second / signature.name).write_bytes(signature.read_bytes())
    result = skerry("keys", "ceremony", "assemble", second)

    assert 1 == result.exit_code
    assert "is for another draft of role 'root', expected sha256 " in result.output


def test_draft_that_was_overtaken_is_refused(
    skerry: Skerry, holders_trust: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """A draft that does not follow the version in force is refused, signed or not."""
    del holders_trust
    for name in ("first", "second"):
        skerry("keys", "renew", "root", "--out", tmp_path / name)
        for holder in ("ada", "ben"):
            sign(tmp_path / name / "3.root.json", holder)
    assert 0 == skerry("keys", "ceremony", "assemble", tmp_path / "first").exit_code
    result = skerry("keys", "ceremony", "assemble", tmp_path / "second")

    assert "error: draft of role 'root' is version 3, expected 4: prepare it again\n" == result.output


def test_change_that_needs_others_says_so(skerry: Skerry, holders_trust: TrustedMetadata, home: Path) -> None:
    """The error names the missing signers; nothing has changed, and no new key is left."""
    del holders_trust
    keys = sorted((home / "keys").iterdir())
    result = skerry("keys", "rotate", "timestamp")

    assert 1 == result.exit_code
    assert "let the others sign a draft: repeat the command with --out DIR\n" in result.output
    assert "new key     timestamp.2 was deleted again, because the change failed\n" in result.output
    assert keys == sorted((home / "keys").iterdir())


def test_sign_shows_what_is_signed(
    skerry: Skerry, holders_trust: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """It shows holders, thresholds and expiry, and no secret."""
    del holders_trust
    skerry("keys", "renew", "root", "--out", tmp_path / "renewal")
    shown = sign(tmp_path / "renewal" / "3.root.json", "ben").output

    assert "by signing you agree to:\n            role root, version 3, expires 20" in shown
    assert "root: 2 of ada (" in shown
    assert "correct horse" not in shown


def test_draft_cannot_draw_over_what_is_shown(
    skerry: Skerry, holders_trust: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """Control characters in a draft do not reach the terminal of the holder who signs it."""
    del holders_trust
    skerry("tenant", "add", "bob", "--out", tmp_path / "bob")
    path = tmp_path / "bob" / "4.targets.json"
    document = json.loads(path.read_text())
    roles = document["signed"]["delegations"]["roles"]
    roles[-1]["name"] = "bob\r\x1b[2K"
    (key_id,) = roles[-1]["keyids"]
    document["signed"]["delegations"]["keys"][key_id]["x-skerry-holder"] = "mallory\x1b[1A"
    path.write_text(json.dumps(document))
    shown = sign(path, "dora").output

    assert "tenant bob\\u000d\\u001b[2K: 1 of mallory?[1A (" in shown
    assert "\x1b" not in shown


def test_draft_without_a_canonical_form_is_refused(
    skerry: Skerry, holders_trust: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """A fraction has no canonical form, so a signature over it would be ambiguous."""
    del holders_trust
    skerry("keys", "renew", "root", "--out", tmp_path / "renewal")
    path = tmp_path / "renewal" / "3.root.json"
    document = json.loads(path.read_text())
    document["signed"]["x-weight"] = 0.5
    path.write_text(json.dumps(document))
    result = sign(path, "ben")

    assert 1 == result.exit_code
    assert f"{path} is not TUF metadata" in result.output


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_rotated_role_reaches_a_running_pop(skerry: Skerry, home: Path, role: str) -> None:
    """If all keys are in the home, one command is enough; the old key is no longer valid."""
    skerry("keys", "init", "--tenant", "acme")
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust)
    before = set(Repository(home).state().keys(role))
    result = skerry("keys", "rotate", role)
    follow(home, trust)

    assert 0 == result.exit_code, result.output
    assert 2 == trust.root_version
    assert before.isdisjoint(Repository(home).state().keys(role))
    assert trust.fresh_until("acme") is not None
    assert 0 == skerry("keys", "renew", "acme").exit_code
    follow(home, trust)


def test_tenant_key_rotated_with_overlap(skerry: Skerry, home: Path) -> None:
    """Both keys are valid until the old one is revoked."""
    skerry("keys", "init", "--tenant", "acme")
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    old = Repository(home).tenant_key("acme").public
    skerry("keys", "rotate", "acme")
    new = Repository(home).tenant_key("acme").public
    follow(home, trust)
    during = trust.role("acme")
    first = next(iter(Repository(home).state().keys("acme").values())).keyid
    result = skerry("keys", "revoke", "acme", first[:8])
    follow(home, trust)
    after = trust.role("acme")

    assert 0 == result.exit_code, result.output
    assert during is not None
    assert after is not None
    assert ({old, new}, {new}) == (set(during.keys.values()), set(after.keys.values()))


def test_last_key_of_a_role_cannot_be_revoked(skerry: Skerry, home: Path) -> None:
    """A role without enough keys could never be signed again."""
    skerry("keys", "init", "--tenant", "acme")
    key_id = _roles(skerry)["timestamp"]["keys"][0]["key_id"]  # type: ignore[index]
    result = skerry("keys", "revoke", "timestamp", str(key_id)[:8])

    expected = "role 'timestamp' needs 1 of its 1 keys, so none can be removed before another is added"
    assert f"error: {expected}; run: skerry keys rotate timestamp --home {home}\n" == result.output


def test_unknown_key_is_named(skerry: Skerry, home: Path) -> None:
    """The error lists the known keys."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("keys", "revoke", "acme", "ffffffffffff")

    assert result.output.startswith("error: 'ffffffffffff' names 0 keys of role 'acme', expected 1 of ")
    assert result.output.endswith(f"; run: skerry keys status --home {home}\n")


def test_holder_needs_a_passphrase(skerry: Skerry, tmp_path: Path) -> None:
    """A holder's key is encrypted unless --plain is given."""
    result = skerry("keys", "holder", "ada", "--keys", tmp_path / "keys")

    assert 2 == result.exit_code
    assert (
        "a holder's key needs a passphrase: add --passphrase-file FILE ('-' to be asked), or --plain" in result.output
    )


def test_forged_public_key_is_refused(skerry: Skerry, holders: Callable[..., dict[str, Path]], tmp_path: Path) -> None:
    """A holder cannot give another holder's key as their own."""
    skerry("keys", "init")
    path = holders("ada")["ada"]
    path.write_text(path.read_text().replace('"ada"', '"eve"'))
    result = skerry("keys", "ceremony", "prepare", "--root", path, "--out", tmp_path / "drafts")

    assert f"error: {path} does not prove that 'eve' has the key, expected a file of: " in result.output


def test_status_is_calm_on_a_new_home(skerry: Skerry) -> None:
    """A new home has no warnings."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("keys", "status", "--check")

    assert 0 == result.exit_code, result.output
    assert "root\t1 of 1\t" in result.output
    assert "warning" not in result.output


def test_change_that_happened_although_it_failed_keeps_its_key(skerry: Skerry, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk is full just after the new root was written, the new key is kept: the root names it."""
    skerry("keys", "init", "--tenant", "acme")
    real, failures = durable.replace_file, iter([StorageError("cannot write: No space left on device")])

    def full(path: Path, content: bytes, **options: Callable[[str], None]) -> None:
        if path.name == "timestamp.json" and (error := next(failures, None)):
            raise error
        real(path, content, **options)

    monkeypatch.setattr(root_switch, "replace_file", full)
    result = skerry("keys", "rotate", "timestamp")
    renewed = skerry("keys", "renew", "acme")

    assert "error: cannot write: No space left on device\n" in result.output
    assert 0 == renewed.exit_code, renewed.output
    assert "timestamp.2" in [key["name"] for key in _roles(skerry)["timestamp"]["keys"]]  # type: ignore[attr-defined]


def test_stolen_online_keys_are_replaced_by_holders(
    skerry: Skerry, holders_trust: TrustedMetadata, home: Path, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """The holders sign the root later; numbering still goes down to honest numbers."""
    with Repository(home).change(datetime.now(UTC)) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 10**12
    follow(home, holders_trust)
    drafts = tmp_path / "recovery"
    skerry("recover", "online-keys", "--out", drafts)
    follow(home, holders_trust)
    for name in ("ben", "cleo"):
        sign(drafts / "3.root.json", name)
    result = skerry("keys", "ceremony", "assemble", drafts)
    follow(home, holders_trust)

    assert 0 == result.exit_code, result.output
    assert Repository(home).state().snapshot.version < 10**12
    assert 3 == holders_trust.root_version
