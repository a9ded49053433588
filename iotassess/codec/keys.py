"""Verification keys: read from PEM, DER, JWK or COSE_Key; matched to algorithms; used.

The door of the key rooms: :mod:`keys_model` (the key), :mod:`keys_verify` (what fits, and whether a
signature holds) and :mod:`keys_formats` (the four encodings).
"""

from __future__ import annotations

from iotassess.codec.keys_formats import from_cose_key, from_jwk, load_pem_or_der
from iotassess.codec.keys_model import Key, KeyFault, ec_key, from_cryptography, from_symmetric
from iotassess.codec.keys_verify import fits, is_mac, is_supported, verify

__all__ = [
    "Key",
    "KeyFault",
    "ec_key",
    "fits",
    "from_cose_key",
    "from_cryptography",
    "from_jwk",
    "from_symmetric",
    "is_mac",
    "is_supported",
    "load_pem_or_der",
    "verify",
]
