"""A key in custody as python-tuf wants a signer to be."""

from pathlib import Path

from securesystemslib.signer import Key, SecretsHandler, Signature, Signer

from edge.errors import ConfigError
from edge.publish.keys.key_store import KeyStore, PrivateKey
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
        """The signer for `skerry-key:PATH`; raises `ConfigError` unless the file there is `public_key`'s."""
        del secrets_handler  # custody has its own way to a passphrase
        path = Path(priv_key_uri.removeprefix(_SCHEME))
        signer = cls(KeyStore(path.parent).load(path.stem))
        if signer.public_key.keyval != public_key.keyval:
            raise ConfigError(f"{path} is not the key {public_key.keyid}, restore that with: cp YOUR-COPY {path}")
        return signer

    @property
    def public_key(self) -> Ed25519Key:
        """The public half, as metadata names it."""
        return self._public

    def sign(self, payload: bytes) -> Signature:
        """The key's signature over `payload`."""
        return Signature(self._public.keyid, self._key.sign(payload).hex())
