"""`skerry tenant`: a tenant whose key never leaves it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from tuf.api.metadata import Metadata, Targets

from edge.publish.keys import KeyStore, TufSigner, read_passphrase
from edge.publish.repository import Repository
from edge.records import IslandName
from edge.trust import TrustedMetadata
from tests.follower import follow

Skerry = Callable[..., Result]
DROP = IslandName("acme", "drop")


class Tenant:
    """The tenant acme on its own machine: its encrypted key, and its folders for the publisher."""

    def __init__(
        self, *, skerry: Skerry, folder: Path, home: Path, passphrase_file: Path, trust: TrustedMetadata
    ) -> None:
        self.skerry, self.folder, self.home, self.trust = skerry, folder, home, trust
        self.passphrase_file = passphrase_file
        self.key = folder / "keys" / "acme.json"

    @property
    def role_file(self) -> Path:
        """Acme's role in force, as the publisher serves it."""
        version = Repository(self.home).state().tenants["acme"].version
        return self.home / "repository" / "metadata" / f"{version}.acme.json"

    def publish(self, *arguments: object, out: str = "sub", key: Path | None = None) -> Path:
        """Sign on the tenant's machine. Returns the folder for the publisher."""
        signing = ("--key", key or self.key, "--passphrase-file", self.passphrase_file)
        folder = self.folder / out
        result = self.skerry("tenant", "publish", *arguments, *signing, "--role", self.role_file, "--out", folder)
        assert 0 == result.exit_code, result.output
        return folder

    def resign(self, submission: Path, change: Callable[[Targets], object]) -> None:
        """Change the role and sign it again with the tenant's key."""
        (path,) = submission.glob("*.acme.json")
        metadata = Metadata[Targets].from_file(str(path))
        change(metadata.signed)
        metadata.sign(
            TufSigner(KeyStore(self.key.parent, passphrase=read_passphrase(self.passphrase_file)).load("acme"))
        )
        path.unlink()
        metadata.to_file(str(submission / f"{metadata.signed.version}.acme.json"))


@pytest.fixture
def acme(
    *,
    skerry: Skerry,
    tmp_path: Path,
    home: Path,
    holders: Callable[..., dict[str, Path]],
    sign: Callable[..., Result],
    passphrase_file: Path,
) -> Tenant:
    """A tenant that was added with its own key, and a PoP that follows."""
    skerry("keys", "init")
    public = holders("acme")["acme"]
    rite = tmp_path / "rite"
    result = skerry("tenant", "add", "acme", "--public", public, "--out", rite)
    assert 0 == result.exit_code, result.output
    assert 0 == sign(rite / "1.acme.json", "acme").exit_code
    result = skerry("keys", "ceremony", "assemble", rite)
    assert 0 == result.exit_code, result.output
    trust = TrustedMetadata.start({}, (home / "root.json").read_bytes())
    follow(home, trust)
    folder = tmp_path / "machine-of-acme"
    return Tenant(skerry=skerry, folder=folder, home=home, passphrase_file=passphrase_file, trust=trust)


@pytest.mark.parametrize("command", [("tenant", "remove"), ("tenant", "rotate"), ("recover", "tenant-key")])
def test_tenant_that_is_not_there(skerry: Skerry, home: Path, command: tuple[str, str]) -> None:
    """The error names the known tenants."""
    skerry("keys", "init", "--tenant", "acme")
    why = ("--why", "stolen") if command[0] == "recover" else ()
    result = skerry(*command, "nobody", *why)

    assert 1 == result.exit_code
    expected = f"tenant 'nobody' has no role in {home}, expected one of acme; run: skerry keys status --home {home}"
    assert expected in result.output


def test_tenants_key_never_leaves_it(skerry: Skerry, acme: Tenant, island_file: Path) -> None:
    """The publisher serves islands that the tenant signed, without a key of the tenant."""
    result = skerry("tenant", "accept", acme.publish(island_file))
    follow(acme.home, acme.trust)
    role = acme.trust.role("acme")

    assert 0 == result.exit_code, result.output
    assert role is not None
    assert (2, ["drop"]) == (role.version, list(role.islands))
    assert not [path for path in (acme.home / "keys").iterdir() if "acme" in path.name]


def test_publisher_with_a_key_of_the_tenant_does_not_sign_a_submission(skerry: Skerry, acme: Tenant) -> None:
    """A submission needs the tenant's own signature."""
    rotated = skerry("tenant", "rotate", "acme")
    assert 0 == rotated.exit_code, rotated.output
    submission = acme.publish()
    (path,) = submission.glob("*.acme.json")
    metadata = Metadata[Targets].from_file(str(path))
    metadata.signatures.clear()
    metadata.to_file(str(path))
    result = skerry("tenant", "accept", submission)

    text = "error: role 'acme' version 2 carries no signature by a key of 'acme', expected the tenant's\n"
    assert text == result.output
    assert 1 == Repository(acme.home).state().tenants["acme"].version


def test_tenant_withdraws_and_publishes_again(skerry: Skerry, acme: Tenant, island_file: Path) -> None:
    """The revision after a withdrawal is the next number."""
    skerry("tenant", "accept", acme.publish(island_file, out="one"))
    skerry("tenant", "accept", acme.publish("--withdraw", "drop", "--why", "wrong price", out="two"))
    follow(acme.home, acme.trust)
    withdrawn = acme.trust.role("acme")
    result = skerry("tenant", "accept", acme.publish(island_file, out="three"))
    follow(acme.home, acme.trust)
    role = acme.trust.role("acme")

    assert 0 == result.exit_code, result.output
    assert withdrawn is not None
    assert role is not None
    assert "wrong price" == withdrawn.withdrawn["drop"].why
    assert 2 == role.islands["drop"].custom.revision


def test_publisher_cannot_publish_for_it(skerry: Skerry, acme: Tenant, island_file: Path) -> None:
    """The publisher has no key; the error names the command that the tenant uses."""
    result = skerry("island", "publish", island_file)

    assert 1 == result.exit_code
    assert f"error: no key of tenant 'acme' is in {acme.home}/keys, restore it with: " in result.output
    command = "skerry tenant publish FILE --key KEY.json --role VERSION.acme.json --out DIR"
    assert f"or publish on the machine that has the key, with: {command}\n" in result.output


THEFTS: dict[str, tuple[Callable[[Targets], object], str]] = {
    "version driven up": (
        lambda role: setattr(role, "version", 10**9),
        "role 'acme' is version 1000000000, expected 3",
    ),
    "revision driven up": (
        lambda role: role.targets[DROP.target_path].unrecognized_fields["custom"].update(revision=2**50),
        f"island 'acme/drop' is revision {2**50}, expected ",
    ),
    "good for ever": (
        lambda role: setattr(role, "expires", datetime.now(UTC).replace(microsecond=0) + timedelta(days=3650)),
        "expected within 30 days",
    ),
    "silent about an island": (
        lambda role: role.targets.clear(),
        "role 'acme' does not list island 'acme/drop', expected it in force or withdrawn",
    ),
    "another tenant's island": (
        lambda role: role.targets.update({"bob/tour.island": role.targets.pop(DROP.target_path)}),
        "role 'acme' lists 'bob/tour.island', expected only 'acme/*'",
    ),
}


@pytest.mark.parametrize("theft", THEFTS)
def test_submission_that_does_not_follow_is_refused(
    skerry: Skerry, acme: Tenant, island_file: Path, theft: str
) -> None:
    """Even the tenant's key can neither skip version numbers nor name other tenants' islands."""
    change, expected = THEFTS[theft]
    skerry("tenant", "accept", acme.publish(island_file, out="one"))
    submission = acme.publish(out="two")
    acme.resign(submission, change)
    result = skerry("tenant", "accept", submission)

    assert 1 == result.exit_code
    assert expected in result.output
    follow(acme.home, acme.trust)


def test_submission_by_another_key_is_refused(
    skerry: Skerry, acme: Tenant, holders: Callable[..., dict[str, Path]]
) -> None:
    """Only keys of the delegation are accepted."""
    eve = holders("eve")["eve"].parent / "keys" / "eve.json"
    result = skerry("tenant", "accept", acme.publish(key=eve))

    assert 1 == result.exit_code
    text = "role 'acme' version 2 carries no signature by a key of 'acme', expected the tenant's"
    assert f"error: {text}\n" == result.output


def test_submission_without_its_island(skerry: Skerry, acme: Tenant, island_file: Path) -> None:
    """A submission that lists an island without its file is refused."""
    submission = acme.publish(island_file)
    next(submission.glob("*.island")).unlink()
    result = skerry("tenant", "accept", submission)

    assert result.output.startswith("error: island 'acme/drop' is listed, but ")


def test_removed_tenant_can_come_back(
    skerry: Skerry, acme: Tenant, tmp_path: Path, sign: Callable[..., Result]
) -> None:
    """Its role's version goes on, because versions in a snapshot never go back."""
    removed = skerry("tenant", "remove", "acme")
    follow(acme.home, acme.trust)
    gone = acme.trust.tenants()
    back = tmp_path / "back"
    skerry("tenant", "add", "acme", "--public", acme.folder / "acme.public", "--out", back)
    assert 0 == sign(back / "2.acme.json", "acme").exit_code
    assembled = skerry("keys", "ceremony", "assemble", back)
    follow(acme.home, acme.trust)

    assert (0, ()) == (removed.exit_code, gone)
    assert 0 == assembled.exit_code, assembled.output
    assert ("acme",) == acme.trust.tenants()


def test_tenant_rotates_its_own_key(
    skerry: Skerry, acme: Tenant, island_file: Path, holders: Callable[..., dict[str, Path]], tmp_path: Path
) -> None:
    """Old and new key are valid together; the old one is revoked when no island in force needs it."""
    skerry("tenant", "accept", acme.publish(island_file, out="one"))
    public = holders("acme-2")["acme-2"]
    rotated = skerry("tenant", "rotate", "acme", "--public", public)
    too_early = skerry("keys", "revoke", "acme", "acme")
    new_key = tmp_path / "machine-of-acme-2" / "keys" / "acme-2.json"
    taken = skerry("tenant", "accept", acme.publish(island_file, out="two", key=new_key))
    follow(acme.home, acme.trust)
    both = acme.trust.role("acme")
    revoked = skerry("keys", "revoke", "acme", "acme")
    follow(acme.home, acme.trust)
    one = acme.trust.role("acme")

    assert [0, 1, 0, 0] == [result.exit_code for result in (rotated, too_early, taken, revoked)], revoked.output
    assert " signs acme/drop, which would no longer be served; publish again with the new key first" in too_early.output
    assert both is not None
    assert one is not None
    assert (2, 1) == (len(both.keys), len(one.keys))
    assert both.version == one.version


def test_taking_the_same_submission_twice(skerry: Skerry, acme: Tenant, island_file: Path) -> None:
    """The error names the version on which a submission must be based."""
    submission = acme.publish(island_file)
    shutil.copytree(submission, acme.folder / "copy")
    skerry("tenant", "accept", submission)
    result = skerry("tenant", "accept", acme.folder / "copy")

    assert "error: role 'acme' is version 2, expected 3: start from the role that is in force\n" == result.output
