"""Opening islands: sound ones, and every kind that is not."""

import hashlib
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec import structs
from nacl.signing import SigningKey

from edge.errors import Reason, RefusedError
from edge.records import Island, IslandName, TargetCustom
from edge.records.locales import SignedLocale
from edge.trust import IslandTarget, TrustedMetadata, open_island, open_stored_island
from tests.trust.simulator.repository_simulator import RepositorySimulator
from tests.trust.simulator.signed_island import EXPIRES, NAME, OPENS, custom_of, make_head, make_island, sign_snippet

KEY = SigningKey(b"\x01" * 32)
OTHER_KEY = SigningKey(b"\x02" * 32)
KEYS = {"tenant-key": bytes(KEY.verify_key)}


def make_target(data: bytes, **custom: Any) -> IslandTarget:
    """A target that lists exactly these bytes, of revision 3."""
    fields = {**custom_of(make_island(KEY)), **custom}
    return IslandTarget(
        path=NAME.target_path,
        length=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        custom=msgspec.convert(fields, TargetCustom),
    )


def encode(island: Island, **fields: object) -> bytes:
    """The island as it travels; `fields` replace or, with None, remove what is written."""
    document = {**msgspec.to_builtins(island, builtin_types=(bytes,)), **fields}
    return msgspec.msgpack.encode({key: value for key, value in document.items() if value is not None})


GOOD = make_island(KEY)
GOOD_DATA = msgspec.msgpack.encode(GOOD)

ISLANDS: dict[str, tuple[bytes, Reason, str]] = {
    "is not MessagePack": (
        b"\xc1" * 20,
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop cannot be read: messagePack data is malformed: invalid opcode '\\xc1' (byte 0)",
    ),
    "is empty": (b"", Reason.METADATA_INVALID, "island acme/hoodie-drop cannot be read: input data was truncated"),
    "is cut off": (
        GOOD_DATA[:-1],
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop cannot be read: input data was truncated",
    ),
    "has bytes after it": (
        GOOD_DATA + b"\x00",
        Reason.METADATA_INVALID,
        (
            "island acme/hoodie-drop cannot be read: messagePack data is malformed: trailing characters"
            f" (byte {len(GOOD_DATA)})"
        ),
    ),
    "has no format": (
        encode(GOOD, format=None),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop cannot be read: object missing required field `format`",
    ),
    "has an unknown format": (
        encode(GOOD, format=2, snippets="in another shape"),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has format 2, expected 1",
    ),
    "has no head": (
        encode(GOOD, head=None),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop cannot be read: object missing required field `head`",
    ),
    "is another island": (
        msgspec.msgpack.encode(make_island(KEY, name=IslandName("acme", "tour"))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop is named 'acme/tour' in its content",
    ),
    "is another tenant's": (
        msgspec.msgpack.encode(make_island(KEY, name=IslandName("northwind", "hoodie-drop"))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop is named 'northwind/hoodie-drop' in its content",
    ),
    "has no snippet": (
        msgspec.msgpack.encode(make_island(KEY, snippets=(), head=make_head())),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has no snippet, expected at least 1",
    ),
    "has one snippet twice": (
        msgspec.msgpack.encode(make_island(KEY, snippets=GOOD.snippets + GOOD.snippets[:1])),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has 2 snippets 'refund-status', expected 1",
    ),
    "has a snippet without a proper name": (
        msgspec.msgpack.encode(make_island(KEY, snippets=(sign_snippet(KEY, "../x"),), head=make_head("../x"))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has a snippet '../x', expected lower-case letters, digits and '-' as its id",
    ),
    "has a head without one snippet": (
        msgspec.msgpack.encode(make_island(KEY, head=make_head("ship-date"))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has a head with 0 classes for snippet 'refund-status', expected 1",
    ),
    "has a head with one snippet twice": (
        msgspec.msgpack.encode(make_island(KEY, head=make_head("ship-date", "refund-status", "ship-date"))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has a head with 2 classes for snippet 'ship-date', expected 1",
    ),
    "has a head with a class of its own": (
        msgspec.msgpack.encode(make_island(KEY, head=make_head("ship-date", "refund-status", "sizes"))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop has a head with a class 'sizes', which is not one of its snippets",
    ),
    "has a snippet of an older revision": (
        msgspec.msgpack.encode(
            make_island(KEY, snippets=(GOOD.snippets[0], sign_snippet(KEY, "ship-date", revision=2)))
        ),
        Reason.SIGNATURE_INVALID,
        (
            "snippet is signed as 'ship-date' of acme/hoodie-drop revision 2, expected 'ship-date' of acme/hoodie-drop"
            " revision 3"
        ),
    ),
    "has a snippet signed by somebody else": (
        msgspec.msgpack.encode(make_island(KEY, snippets=(GOOD.snippets[0], sign_snippet(OTHER_KEY)))),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' is signed by key gTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5Q=, expected a key of 'acme'",
    ),
    "outlives the signature of a snippet": (
        msgspec.msgpack.encode(make_island(KEY, expires=EXPIRES + timedelta(seconds=1))),
        Reason.METADATA_INVALID,
        "island acme/hoodie-drop expires at 1788825601, but the signature of snippet 'refund-status' at 1788825600",
    ),
}


def test_open_island_that_is_sound(repository: RepositorySimulator) -> None:
    """An island that its tenant lists opens with the tenant's delegated keys."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    role = trusted.role("acme")
    assert role is not None
    target = role.islands["hoodie-drop"]

    island = open_island(repository.files[target.repository_path], target=target, name=NAME, keys=role.keys)

    assert (NAME, 3) == (island.name, island.revision)


@pytest.mark.parametrize("situation", ISLANDS)
def test_open_island_refuses(situation: str) -> None:
    """An island that its tenant lists may still break a rule. It is refused with and without its target."""
    data, reason, text = ISLANDS[situation]

    with pytest.raises(RefusedError) as refused:
        open_island(data, target=make_target(data), name=NAME, keys=KEYS)
    with pytest.raises(RefusedError) as refused_stored:
        open_stored_island(data, name=NAME, keys=KEYS)

    assert (reason, text) == (refused.value.reason, refused.value.text)
    assert (reason, text) == (refused_stored.value.reason, refused_stored.value.text)


def in_language(tag: str, **fields: bytes) -> SignedLocale:
    """The first snippet's own document and signature, as if they were in another language."""
    own = GOOD.snippets[0]
    signed = {name: getattr(own, name) for name in ("document", "digest", "signature_input", "signature")}
    return SignedLocale(locale=tag, title="Versand", **{**signed, **fields})


LOCALES: dict[str, tuple[tuple[SignedLocale, ...], str]] = {
    "a language that its document does not name": (
        (in_language("de"),),
        "in the language 'de', but its document is in",
    ),
    "the island's own language": (
        (in_language(GOOD.locale),),
        f"in the language '{GOOD.locale}' twice, expected each once",
    ),
    "no document": ((in_language("de", document=b"{}"),), "in the language 'de', which is not a snippet document"),
}


@pytest.mark.parametrize(("locales", "text"), LOCALES.values(), ids=LOCALES)
def test_further_language_that_is_none(locales: tuple[SignedLocale, ...], text: str) -> None:
    """A page would be told another language than the one that was approved."""
    first, *others = GOOD.snippets
    changed = structs.replace(GOOD, snippets=(structs.replace(first, locales=locales), *others))
    with pytest.raises(RefusedError, match=text) as refused:
        open_stored_island(msgspec.msgpack.encode(changed), name=NAME, keys=KEYS)

    assert Reason.METADATA_INVALID is refused.value.reason


@pytest.mark.parametrize("position", [0, 1, 2, 100, len(GOOD_DATA) - 1])
def test_open_island_with_a_flipped_byte(position: int) -> None:
    """Bytes that are not those listed are refused before they are decoded."""
    data = bytearray(GOOD_DATA)
    data[position] ^= 0x40

    with pytest.raises(RefusedError) as refused:
        open_island(bytes(data), target=make_target(GOOD_DATA), name=NAME, keys=KEYS)

    assert Reason.HASH_MISMATCH == refused.value.reason
    assert (
        f"island acme/hoodie-drop has sha256 {hashlib.sha256(data).hexdigest()},"
        f" expected {hashlib.sha256(GOOD_DATA).hexdigest()}"
    ) == refused.value.text


@pytest.mark.parametrize("change", [-1, 1])
def test_open_island_of_the_wrong_length(change: int) -> None:
    """One byte too many or too few is refused as a wrong length."""
    data = (GOOD_DATA + b"\x00")[: len(GOOD_DATA) + change]

    with pytest.raises(RefusedError) as refused:
        open_island(data, target=make_target(GOOD_DATA), name=NAME, keys=KEYS)

    assert (
        Reason.LENGTH_MISMATCH,
        f"island acme/hoodie-drop is {len(data)} bytes, expected {len(GOOD_DATA)}",
    ) == (refused.value.reason, refused.value.text)


@pytest.mark.parametrize(
    ("custom", "text"),
    [
        ({"revision": 4}, "has revision 3, expected 4 as listed by 'acme'"),
        (
            {"opens": "2026-09-02T00:00:00Z"},
            f"has opens {OPENS}, expected 2026-09-02 00:00:00+00:00 as listed by 'acme'",
        ),
        (
            {"expires": "2026-09-09T00:00:00Z"},
            f"has expires {EXPIRES}, expected 2026-09-09 00:00:00+00:00 as listed by 'acme'",
        ),
        ({"max_stale_s": 60}, "has max_stale_s 21600, expected 60 as listed by 'acme'"),
    ],
)
def test_open_island_other_than_listed(custom: dict[str, Any], text: str) -> None:
    """The fields in the tenant's role and in the island must agree."""
    with pytest.raises(RefusedError) as refused:
        open_island(GOOD_DATA, target=make_target(GOOD_DATA, **custom), name=NAME, keys=KEYS)

    assert (Reason.METADATA_INVALID, f"island acme/hoodie-drop {text}") == (refused.value.reason, refused.value.text)


def test_open_stored_island_after_its_key_was_revoked() -> None:
    """The last good revision opens only if one of the tenant's present keys signed it."""
    with pytest.raises(RefusedError) as refused:
        open_stored_island(GOOD_DATA, name=NAME, keys={"new": bytes(OTHER_KEY.verify_key)})

    assert Reason.SIGNATURE_INVALID == refused.value.reason
