"""`skerry keys ceremony`, `rotate`, `revoke`, `renew` and `status`, as people run them; a PoP's client follows."""

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
def in_hands(
    skerry: Skerry, tmp_path: Path, holders: Callable[..., dict[str, Path]], sign: Callable[..., Result], home: Path
) -> TrustedMetadata:
    """A home whose root lies with ada, ben and cleo (two must sign) and whose targets lie with dora; a PoP follows."""
    skerry("keys", "init", "--tenant", "acme")
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust)
    public = holders("ada", "ben", "cleo", "dora")
    rite = tmp_path / "rite"
    people = [part for name in ("ada", "ben", "cleo") for part in ("--root", public[name])]
    result = skerry("keys", "ceremony", "prepare", *people, "--targets", public["dora"], "--out", rite)
    assert 0 == result.exit_code, result.output
    assert ["2.root.json", "3.targets.json"] == sorted(path.name for path in rite.iterdir())
    for draft, name in (("2.root.json", "ada"), ("2.root.json", "cleo"), ("3.targets.json", "dora")):
        assert 0 == sign(rite / draft, name).exit_code
    result = skerry("keys", "ceremony", "assemble", rite)
    assert 0 == result.exit_code, result.output
    return trust


def _roles(skerry: Skerry) -> dict[str, dict[str, object]]:
    found = json.loads(skerry("keys", "status", "--json").stdout)
    return {role["role"]: role for role in found["roles"]}


def test_ceremony_puts_root_and_targets_into_hands(skerry: Skerry, in_hands: TrustedMetadata, home: Path) -> None:
    """A PoP that ran all along follows; one that starts from the new root.json needs no earlier one."""
    follow(home, in_hands)
    newcomer = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, newcomer)
    roles = _roles(skerry)

    assert (2, 2) == (in_hands.root_version, newcomer.root_version)
    assert ["ada", "ben", "cleo"] == [key["holder"] for key in roles["root"]["keys"]]  # type: ignore[attr-defined]
    assert (2, 1) == (roles["root"]["threshold"], roles["targets"]["threshold"])
    assert "unused      root-1, targets: revoked, or waiting for a ceremony\n" in skerry("keys", "status").output


def test_assembling_too_few_signatures_changes_nothing(
    skerry: Skerry, in_hands: TrustedMetadata, tmp_path: Path, home: Path, sign: Callable[..., Result]
) -> None:
    """The text says how many there are; the last signature makes it complete."""
    rite = tmp_path / "renewal"
    skerry("keys", "renew", "root", "--out", rite)
    sign(rite / "3.root.json", "ben")
    result = skerry("keys", "ceremony", "assemble", rite)
    follow(home, in_hands)

    assert 1 == result.exit_code
    assert "role 'root' version 3 carries 1 valid signatures, expected 2 by the keys in root version 2" in result.output
    assert "let the others sign the draft, too: skerry keys ceremony sign DRAFT --key KEY.json\n" in result.output
    assert 2 == in_hands.root_version
    sign(rite / "3.root.json", "ada")
    assert 0 == skerry("keys", "ceremony", "assemble", rite).exit_code
    follow(home, in_hands)
    assert 3 == in_hands.root_version


def test_signature_for_another_draft_is_noticed(
    skerry: Skerry, in_hands: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """A draft that was changed after somebody signed it is not counted as signed by them."""
    del in_hands
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
    skerry: Skerry, in_hands: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """Signed or not: it does not follow what is in force."""
    del in_hands
    for name in ("first", "second"):
        skerry("keys", "renew", "root", "--out", tmp_path / name)
        for holder in ("ada", "ben"):
            sign(tmp_path / name / "3.root.json", holder)
    assert 0 == skerry("keys", "ceremony", "assemble", tmp_path / "first").exit_code
    result = skerry("keys", "ceremony", "assemble", tmp_path / "second")

    assert "error: draft of role 'root' is version 3, expected 4: prepare it again\n" == result.output


def test_change_that_needs_others_says_so(skerry: Skerry, in_hands: TrustedMetadata, home: Path) -> None:
    """Nothing has changed, and no key is left behind."""
    del in_hands
    keys = sorted((home / "keys").iterdir())
    result = skerry("keys", "rotate", "timestamp")

    assert 1 == result.exit_code
    assert "let the others sign a draft: repeat the command with --out DIR\n" in result.output
    assert "new key     timestamp.2 is gone again, for the change did not happen\n" in result.output
    assert keys == sorted((home / "keys").iterdir())


def test_sign_shows_what_is_signed(
    skerry: Skerry, in_hands: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """Holders by name, thresholds, expiry; no secret."""
    del in_hands
    skerry("keys", "renew", "root", "--out", tmp_path / "renewal")
    shown = sign(tmp_path / "renewal" / "3.root.json", "ben").output

    assert "you put your name to:\n            role root, version 3, good until 20" in shown
    assert "root: 2 of ada (" in shown
    assert "correct horse" not in shown


def test_draft_cannot_draw_over_what_is_shown(
    skerry: Skerry, in_hands: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """Control characters in a draft do not reach the terminal of the holder who signs it."""
    del in_hands
    skerry("tenant", "add", "bob", "--out", tmp_path / "bob")
    path = tmp_path / "bob" / "4.targets.json"
    document = json.loads(path.read_text())
    roles = document["signed"]["delegations"]["roles"]
    roles[-1]["name"] = "bob\r\x1b[2K"
    (key_id,) = roles[-1]["keyids"]
    document["signed"]["delegations"]["keys"][key_id]["x-skerry-holder"] = "mallory\x1b[1A"
    path.write_text(json.dumps(document))
    shown = sign(path, "dora").output

    assert "tenant bob??[2K: 1 of mallory?[1A (" in shown
    assert "\x1b" not in shown


def test_draft_without_a_canonical_form_is_refused(
    skerry: Skerry, in_hands: TrustedMetadata, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """A fraction has none, so nobody could say what the signature is over."""
    del in_hands
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
    """With every key at home it takes one command; the old key is worth nothing afterwards."""
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
    """Both keys are good until the old one is revoked."""
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
    """The text lists the keys that there are."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("keys", "revoke", "acme", "ffffffffffff")

    assert result.output.startswith("error: 'ffffffffffff' names 0 keys of role 'acme', expected 1 of ")
    assert result.output.endswith(f"; run: skerry keys status --home {home}\n")


def test_holder_needs_a_passphrase(skerry: Skerry, tmp_path: Path) -> None:
    """A ceremony's key that lies plain is somebody's decision, never a default."""
    result = skerry("keys", "holder", "ada", "--keys", tmp_path / "keys")

    assert 2 == result.exit_code
    assert "a holder's key is encrypted: add --passphrase-file FILE ('-' to be asked), or --plain" in result.output


def test_forged_public_key_is_refused(skerry: Skerry, holders: Callable[..., dict[str, Path]], tmp_path: Path) -> None:
    """Nobody can hand over a key that is another's under their own name."""
    skerry("keys", "init")
    path = holders("ada")["ada"]
    path.write_text(path.read_text().replace('"ada"', '"eve"'))
    result = skerry("keys", "ceremony", "prepare", "--root", path, "--out", tmp_path / "rite")

    assert f"error: {path} does not prove that 'eve' has the key, expected a file of: " in result.output


def test_status_is_calm_on_a_new_home(skerry: Skerry) -> None:
    """Nothing expires soon."""
    skerry("keys", "init", "--tenant", "acme")
    result = skerry("keys", "status", "--check")

    assert 0 == result.exit_code, result.output
    assert "root\t1 of 1\t" in result.output
    assert "warning" not in result.output


def test_change_that_happened_although_it_failed_keeps_its_key(skerry: Skerry, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up right after the new root was written: the key that it names must not be thrown away."""
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
    skerry: Skerry, in_hands: TrustedMetadata, home: Path, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """The root is signed elsewhere, days later perhaps; versions are still counted on from the last honest one."""
    with Repository(home).change(datetime.now(UTC)) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 10**9
    follow(home, in_hands)
    rite = tmp_path / "recovery"
    skerry("recover", "online-keys", "--out", rite)
    follow(home, in_hands)
    for name in ("ben", "cleo"):
        sign(rite / "3.root.json", name)
    result = skerry("keys", "ceremony", "assemble", rite)
    follow(home, in_hands)

    assert 0 == result.exit_code, result.output
    assert Repository(home).state().snapshot.version < 10
    assert 3 == in_hands.root_version
