"""Where are private keys stored, and which process may change what they sign?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.keys.encryption import Passphrase, checked_passphrase, find_passphrase, read_passphrase
    from edge.publish.keys.home_lock import lock_home, locked_keys
    from edge.publish.keys.key_store import KeyStore, PrivateKey
    from edge.publish.keys.rekey import change_passphrase
    from edge.publish.keys.tuf_signer import TufSigner
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "encryption": "Passphrase checked_passphrase find_passphrase read_passphrase",
            "home_lock": "lock_home locked_keys",
            "key_store": "KeyStore PrivateKey",
            "rekey": "change_passphrase",
            "tuf_signer": "TufSigner",
        },
    )

__all__ = [
    "KeyStore",
    "Passphrase",
    "PrivateKey",
    "TufSigner",
    "change_passphrase",
    "checked_passphrase",
    "find_passphrase",
    "lock_home",
    "locked_keys",
    "read_passphrase",
]
