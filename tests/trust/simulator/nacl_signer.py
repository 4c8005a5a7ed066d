"""A signer for tests: PyNaCl, keys in memory."""

from typing import Self

from nacl.signing import SigningKey
from securesystemslib.signer import Key, SecretsHandler, Signature, Signer

from edge.trust import Ed25519Key


class NaclSigner(Signer):
    """Signs TUF metadata with a PyNaCl key."""

    def __init__(self, signing_key: SigningKey) -> None:
        self.signing_key = signing_key
        self._public = Ed25519Key.from_raw(bytes(signing_key.verify_key))

    @classmethod
    def generate(cls) -> Self:
        """A signer with a key of its own."""
        return cls(SigningKey.generate())

    @property
    def public_key(self) -> Key:
        """The public half."""
        return self._public

    @property
    def keyid(self) -> str:
        """How metadata names the key."""
        return self._public.keyid

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> Self:
        """Never used: keys live in memory."""
        raise NotImplementedError(priv_key_uri, public_key, secrets_handler)

    def sign(self, payload: bytes) -> Signature:
        """The signature over `payload`."""
        return Signature(self.keyid, self.signing_key.sign(payload).signature.hex())
