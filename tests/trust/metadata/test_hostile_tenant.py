"""A hostile tenant signs any content with its own, good key: the worst that may happen is a refusal."""

import copy
import json
import random
from typing import Any

from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical

from edge.errors import RefusedError
from edge.trust import TrustedMetadata
from tests.trust.simulator.repository_simulator import RepositorySimulator
from tests.trust.simulator.signed_island import NAME

VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53,
    2**64,
    10**400,
    1.5,
    float("inf"),
    "",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "2026-09-01T00:00:00Z",
    "../../etc",
    "\u0000",
    "\ud800",
    "\u202e",
    "acme/x.island",
    [],
    [[]],
    {},
    {"sha256": "00"},
    {"": {}},
    {"x": {"revision": 1, "at": "2026-09-01T00:00:00Z", "why": "?"}},
]


def test_role_with_anything_in_any_place_is_taken_or_refused(
    repository: RepositorySimulator, trusted: TrustedMetadata
) -> None:
    """Every value of the signed part, replaced by every strange one, ends in a role or in a refusal of that tenant."""
    repository.list_hashes = False
    repository.withdraw(NAME, 1)
    repository.set_numbered_island("acme", 2)
    taken = refused = 0
    for place in _places(repository.roles["acme"].to_dict()):
        for value in VALUES:
            repository.publish("acme")
            path = f"metadata/{repository.roles['acme'].version}.acme.json"
            repository.files[path] = _signed(repository, _replaced(repository.roles["acme"].to_dict(), place, value))

            outcome = repository.refresh(trusted)

            refused += "acme" in outcome.refused
            taken += "acme" not in outcome.refused
            assert set(outcome.refused) <= {"acme"}
    assert taken > 10
    assert refused > 200


def test_any_bytes_are_refused(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """Random bytes, and random pieces of good files, in the place of a role are refused, never raised."""
    repository.list_hashes = False
    rng = random.Random(7)
    for _ in range(300):
        repository.publish("acme")
        path = f"metadata/{repository.roles['acme'].version}.acme.json"
        good = repository.files[path]
        start, end = sorted(rng.randrange(len(good)) for _ in range(2))
        repository.files[path] = rng.choice((good[start:end], good[:start] + rng.randbytes(8) + good[end:]))

        outcome = repository.refresh(trusted)

        assert isinstance(outcome.refused["acme"], RefusedError)


def _places(value: Any, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [prefix]
    inner = [place for key, item in value.items() for place in _places(item, (*prefix, key))]
    return [prefix, *inner] if prefix else inner


def _replaced(document: dict[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(document)
    parent = changed
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return changed


def _signed(repository: RepositorySimulator, document: dict[str, Any]) -> bytes:
    signer = repository.signers["acme"][0]
    try:
        payload = str(encode_canonical(document)).encode()
    except (FormatError, UnicodeEncodeError):
        payload = b""  # no canonical form, nothing to sign
    signature = signer.sign(payload)
    return json.dumps({"signed": document, "signatures": [signature.to_dict()]}).encode()
