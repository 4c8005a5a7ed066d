import pytest
from nacl.signing import SigningKey
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import KEY_FOR_TYPE_AND_SCHEME, Key, Signature, SSlibKey

from edge.errors import ConfigError
from edge.trust import Ed25519Key, register_keys

RFC_8032_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
RFC_8032_SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246551"
    "41438e7a100b"
)
"""RFC 8032, section 7.1, test 1: the empty message."""


def key_fields(public: object = RFC_8032_PUBLIC) -> dict[str, object]:
    """A key as metadata spells it."""
    return {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public}}


def test_register_keys_makes_the_library_use_ours() -> None:
    """Keys read by the library are ours, however often the registration is called."""
    register_keys()
    register_keys()

    assert type(Key.from_dict("id", key_fields())) is Ed25519Key


def test_register_keys_that_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the library uses another key class, the program does not start: it would verify a hundred times slower."""
    elsewhere = {("ed25519", "ed25519"): SSlibKey}
    monkeypatch.setattr("securesystemslib.signer._key.KEY_FOR_TYPE_AND_SCHEME", elsewhere)

    with pytest.raises(ConfigError) as refused:
        register_keys()

    assert KEY_FOR_TYPE_AND_SCHEME is not elsewhere
    assert (
        "signatures would be verified by securesystemslib.signer._key.SSlibKey, expected edge.trust.keys.Ed25519Key;"
        " run: pip install --require-hashes -r deploy/requirements/pop.txt"
    ) == refused.value.text


def test_verify_signature_of_the_standard() -> None:
    """The first vector of RFC 8032 verifies, and not over any other message."""
    key = Ed25519Key.from_dict("id", key_fields())

    key.verify_signature(Signature("id", RFC_8032_SIGNATURE), b"")
    with pytest.raises(UnverifiedSignatureError):
        key.verify_signature(Signature("id", RFC_8032_SIGNATURE), b"other")


@pytest.mark.parametrize("written", ["", "zz" * 64, RFC_8032_SIGNATURE[:-2], RFC_8032_SIGNATURE.upper(), 7, None])
def test_verify_signature_written_wrongly(written: str) -> None:
    """A signature that is not 64 bytes in lower-case hexadecimal is invalid, and does not crash."""
    with pytest.raises(UnverifiedSignatureError):
        Ed25519Key.from_dict("id", key_fields()).verify_signature(Signature("id", written), b"")


@pytest.mark.parametrize("public", [None, 7, "", "00", RFC_8032_PUBLIC.upper(), RFC_8032_PUBLIC + " ", "g" * 64])
def test_key_written_wrongly(public: object) -> None:
    """A key is 32 bytes in lower-case hexadecimal, in one spelling."""
    with pytest.raises(ValueError, match="public key is not 64 lower-case hexadecimal digits"):
        Ed25519Key.from_dict("id", key_fields(public))


def test_key_from_raw_has_the_library_s_id() -> None:
    """The id of a key made from its bytes is the one that the library computes, and it reads back the same."""
    raw = bytes(SigningKey(bytes(range(32))).verify_key)
    key = Ed25519Key.from_raw(raw)

    assert "63d00ee3cf4f5c61ad94efa696c68f13b608fe56ecea13fb144a6fd18e9235b9" == key.keyid
    assert raw == key.raw
    assert key == Ed25519Key.from_dict(key.keyid, key.to_dict())
