"""`edge.trust.widget`: which bytes the role `targets` lists as the widget's loader, and by whose signature."""

import hashlib
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey
from tuf.api.metadata import TargetFile, Targets

from edge.errors import Reason, RefusedError
from edge.trust import (
    LoaderSignature,
    TrustedMetadata,
    check_loader,
    digest_header,
    loader_path,
    signature_base,
    signature_header,
    signature_input,
    signed_loader,
)
from tests.trust.simulator.repository_simulator import RepositorySimulator

LOADER = b'document.title = "the widget"'
OLD_LOADER = b'document.title = "the widget of an earlier release"'
KEY, FOREIGN = SigningKey(bytes(range(32))), SigningKey(bytes(32))


def list_in(targets: Targets, content: bytes, *, key: SigningKey = KEY, says: bytes | None = None) -> None:
    """Let the role list the loader, signed by `key`; `says`: other bytes that are signed in its place."""
    path, now = loader_path(hashlib.sha256(content).hexdigest()), int(time.time())
    terms = signature_input(public_key=bytes(key.verify_key), created=now, expires=now + 100)
    base = signature_base(digest_header(says or content), terms)
    signed = LoaderSignature(signature_input=terms, signature=signature_header(key.sign(base).signature))
    target = TargetFile.from_data(path, content, ["sha256"])
    target.unrecognized_fields["custom"] = msgspec.to_builtins(signed)
    targets.targets[path] = target


def only_target(targets: Targets) -> TargetFile:
    """The one that is listed."""
    (target,) = targets.targets.values()
    return target


def publish(repository: RepositorySimulator) -> None:
    """Show the role as it is."""
    repository.write_targets()
    repository.write_online()


@pytest.fixture
def repository() -> RepositorySimulator:
    """One whose role `targets` has a key that signs loaders, too."""
    simulator = RepositorySimulator("acme")
    signer = simulator.signers["targets"][0]
    list_in(simulator.targets, LOADER, key=signer.signing_key)
    publish(simulator)
    return simulator


@pytest.fixture
def trusted(repository: RepositorySimulator) -> TrustedMetadata:
    """A PoP that has seen it."""
    client = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(client)
    return client


def test_listed_loader_has_its_signature(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """By the key of the role, which a reader knows from elsewhere."""
    loader, terms = trusted.signed_loader(LOADER)
    key = bytes(repository.signers["targets"][0].signing_key.verify_key)

    assert key == terms.public_key
    assert terms == check_loader(LOADER, loader, keys=[key])


def test_no_metadata_yet(repository: RepositorySimulator) -> None:
    """Nothing is signed."""
    with pytest.raises(RefusedError, match="no role 'targets' is verified yet"):
        TrustedMetadata.start({}, repository.bootstrap).signed_loader(LOADER)


def test_loader_that_is_listed_no_more(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """The PoP that learned of it goes not back: an older role with an older loader is refused, and stays unsigned."""
    older = dict(repository.files)
    repository.targets.targets.clear()
    list_in(repository.targets, OLD_LOADER, key=repository.signers["targets"][0].signing_key)
    publish(repository)
    repository.refresh(trusted)
    repository.files = older
    with pytest.raises(RefusedError) as rolled_back:
        repository.refresh(trusted)
    with pytest.raises(RefusedError) as found:
        trusted.signed_loader(LOADER)

    assert (Reason.ROLLBACK, Reason.NOT_FOUND) == (rolled_back.value.reason, found.value.reason)
    assert trusted.signed_loader(OLD_LOADER)


def _claim_the_path(targets: Targets) -> None:
    # The first digits of the hash are in the path. The whole hash counts.
    only_target(targets).hashes["sha256"] = hashlib.sha256(OLD_LOADER).hexdigest()


Fault = Callable[[Targets], Any]
FAULTS: dict[str, tuple[Fault, Reason]] = {
    "a loader that is not listed": (lambda targets: targets.targets.clear(), Reason.NOT_FOUND),
    "another hash": (_claim_the_path, Reason.HASH_MISMATCH),
    "another length": (lambda targets: setattr(only_target(targets), "length", 1), Reason.HASH_MISMATCH),
    "no signature": (
        lambda targets: only_target(targets).unrecognized_fields.pop("custom"),
        Reason.METADATA_INVALID,
    ),
    "a signature that is a number": (
        lambda targets: only_target(targets).unrecognized_fields["custom"].update(signature=5),
        Reason.METADATA_INVALID,
    ),
    "a key that is not the role's": (lambda targets: list_in(targets, LOADER, key=FOREIGN), Reason.SIGNATURE_INVALID),
    "the signature of another loader": (
        lambda targets: list_in(targets, LOADER, says=OLD_LOADER),
        Reason.SIGNATURE_INVALID,
    ),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_what_a_role_says_wrongly(sentence: str) -> None:
    """The loader counts as unsigned, even though the role's own signature is right."""
    spoil, expected = FAULTS[sentence]
    targets = Targets()
    list_in(targets, LOADER)
    spoil(targets)
    with pytest.raises(RefusedError) as found:
        signed_loader(targets, LOADER, keys=[bytes(KEY.verify_key)])

    assert expected == found.value.reason
