"""A PoP's signature under its status."""

import pytest
from nacl.signing import SigningKey

from edge.errors import Reason, RefusedError
from edge.trust import PopSigner, verify_status

SEED = bytes(range(32))
DOCUMENT = b'{"pop":"ams"}'


def test_signature_is_the_keys_over_these_bytes() -> None:
    """The signature over the same bytes by the same key verifies."""
    signer = PopSigner(SEED)

    verify_status(DOCUMENT, public=signer.public, signature=signer.sign(DOCUMENT))


FORGED = {
    "other bytes": (b'{"pop":"fra"}', PopSigner(SEED).public, PopSigner(SEED).sign(DOCUMENT)),
    "another key": (DOCUMENT, PopSigner(bytes(32)).public, PopSigner(SEED).sign(DOCUMENT)),
    "a signature made for another purpose": (
        DOCUMENT,
        PopSigner(SEED).public,
        SigningKey(SEED).sign(DOCUMENT).signature,
    ),
    "a short signature": (DOCUMENT, PopSigner(SEED).public, b"\0" * 63),
    "no signature": (DOCUMENT, PopSigner(SEED).public, b""),
    "a key that is no point": (DOCUMENT, b"\xff" * 32, PopSigner(SEED).sign(DOCUMENT)),
    "a short key": (DOCUMENT, b"\0" * 31, PopSigner(SEED).sign(DOCUMENT)),
}


@pytest.mark.parametrize("case", FORGED)
def test_forged(case: str) -> None:
    """Every other signature is refused with the same text, which names the expected key."""
    document, public, signature = FORGED[case]

    with pytest.raises(RefusedError) as caught:
        verify_status(document, public=public, signature=signature)
    assert Reason.SIGNATURE_INVALID is caught.value.reason
    expected = f"the signature of {len(signature)} bytes under the status is not by key {public.hex()}"
    assert expected == caught.value.text


def test_seed_shows_nowhere() -> None:
    """A signer's `repr` does not show its seed."""
    assert SEED.hex() not in repr(PopSigner(SEED))
    assert repr(SEED) not in repr(PopSigner(SEED))
