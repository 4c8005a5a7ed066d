"""A private key as a signer of python-tuf."""

from pathlib import Path

from securesystemslib.signer import Key, SecretsHandler, Signature, Signer

from edge.errors import ConfigError
from edge.publish.keys.key_store import KeyStore
from edge.publish.keys.private_key import PrivateKey
from edge.trust import Ed25519Key

_SCHEME = "skerry-key:"


class TufSigner(Signer):
    """Signs TUF metadata with a private key of one role."""

    def __init__(self, key: PrivateKey) -> None:
        self._key = key
        self._public = Ed25519Key.from_raw(key.public)

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> "TufSigner":
        """The signer for `skerry-key:PATH`. Raises `ConfigError` if the file is not `public_key`'s; as `KeyStore`."""
        del secrets_handler  # `KeyStore` finds the passphrase itself
        path = Path(priv_key_uri.removeprefix(_SCHEME))
        signer = cls(KeyStore(path.parent).load(path.stem))
        if signer.public_key.keyval != public_key.keyval:
            raise ConfigError(f"{path} is not the key {public_key.keyid}, restore that key with: cp YOUR-COPY {path}")
        return signer

    @property
    def public_key(self) -> Ed25519Key:
        """The public half, as in TUF metadata."""
        return self._public

    def sign(self, payload: bytes) -> Signature:
        """The key's signature over `payload`."""
        return Signature(self._public.keyid, self._key.sign(payload).hex())
