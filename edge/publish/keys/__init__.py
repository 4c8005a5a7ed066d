"""Where are private keys stored, and which process may change what they sign?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.keys.encryption import Passphrase, checked_passphrase, find_passphrase, read_passphrase
    from edge.publish.keys.home_lock import lock_home, locked_keys
    from edge.publish.keys.key_store import KEYS_FOLDER, WITNESS_ROLE, KeyStore
    from edge.publish.keys.private_key import SEALING, PrivateKey, SealingKey
    from edge.publish.keys.rekey import change_passphrase
    from edge.publish.keys.sealing import make_sealing_keys, newest_sealing_key, sealing_keys, tenant_key_files
    from edge.publish.keys.tuf_signer import TufSigner
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "encryption": "Passphrase checked_passphrase find_passphrase read_passphrase",
            "home_lock": "lock_home locked_keys",
            "key_store": "KEYS_FOLDER KeyStore WITNESS_ROLE",
            "private_key": "PrivateKey SEALING SealingKey",
            "rekey": "change_passphrase",
            "sealing": "make_sealing_keys newest_sealing_key sealing_keys tenant_key_files",
            "tuf_signer": "TufSigner",
        },
    )

__all__ = [
    "KEYS_FOLDER",
    "SEALING",
    "WITNESS_ROLE",
    "KeyStore",
    "Passphrase",
    "PrivateKey",
    "SealingKey",
    "TufSigner",
    "change_passphrase",
    "checked_passphrase",
    "find_passphrase",
    "lock_home",
    "locked_keys",
    "make_sealing_keys",
    "newest_sealing_key",
    "read_passphrase",
    "sealing_keys",
    "tenant_key_files",
]
