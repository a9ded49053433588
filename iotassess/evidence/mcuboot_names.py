"""Numbers of the MCUboot image format and their names (MCUboot, ``bootutil/image.h`` and design.md)."""

from __future__ import annotations

from typing import Final

MAGIC: Final = 0x96F3B83D
"""First word of the header, little-endian."""

MAGIC_BYTES: Final = MAGIC.to_bytes(4, "little")

UNPROTECTED_AREA: Final = 0x6907
PROTECTED_AREA: Final = 0x6908

KEYHASH: Final = 0x01
PUBKEY: Final = 0x02
RSA2048: Final = 0x20
ECDSA: Final = 0x22
RSA3072: Final = 0x23
ED25519: Final = 0x24
SIG_PURE: Final = 0x25
DEPENDENCY: Final = 0x40
SECURITY_COUNTER: Final = 0x50
BOOT_RECORD: Final = 0x60

TLV_NAMES: Final[dict[int, str]] = {
    KEYHASH: "KEYHASH",
    PUBKEY: "PUBKEY",
    0x10: "SHA256",
    0x11: "SHA384",
    0x12: "SHA512",
    RSA2048: "RSA2048_PSS",
    0x21: "ECDSA224",
    ECDSA: "ECDSA_SIG",
    RSA3072: "RSA3072_PSS",
    ED25519: "ED25519",
    SIG_PURE: "SIG_PURE",
    0x30: "ENC_RSA2048",
    0x31: "ENC_KW",
    0x32: "ENC_EC256",
    0x33: "ENC_X25519",
    0x34: "ENC_X25519_SHA512",
    DEPENDENCY: "DEPENDENCY",
    SECURITY_COUNTER: "SEC_CNT",
    BOOT_RECORD: "BOOT_RECORD",
    0x70: "DECOMP_SIZE",
    0x71: "DECOMP_SHA",
    0x72: "DECOMP_SIGNATURE",
    0x73: "COMP_DEC_SIZE",
    0x74: "UUID_VID",
    0x75: "UUID_CID",
}

HASHES: Final[dict[int, tuple[str, str]]] = {
    0x10: ("sha-256", "sha256"),
    0x11: ("sha-384", "sha384"),
    0x12: ("sha-512", "sha512"),
}
"""TLV type: name in results (IANA Named Information), and name in hashlib."""

SIGNATURES: Final = frozenset({RSA2048, 0x21, ECDSA, RSA3072, ED25519})
"""TLVs that are a signature over the image hash (or, pure, over what is hashed)."""

ENCRYPTION: Final = frozenset({0x30, 0x31, 0x32, 0x33, 0x34})
"""TLVs that carry the payload's key, encrypted to the device."""

FLAGS: Final[dict[int, str]] = {
    0x1: "PIC",
    0x4: "ENCRYPTED_AES128",
    0x8: "ENCRYPTED_AES256",
    0x10: "NON_BOOTABLE",
    0x20: "RAM_LOAD",
    0x100: "ROM_FIXED",
    0x200: "COMPRESSED_LZMA1",
    0x400: "COMPRESSED_LZMA2",
    0x800: "COMPRESSED_ARM_THUMB",
}

ENCRYPTED: Final = 0x4 | 0x8
COMPRESSED: Final = 0x200 | 0x400

CIPHERS: Final[dict[int, str]] = {0x4: "A128CTR", 0x8: "A256CTR"}
"""Flag: cipher of the payload (IANA COSE name); MCUboot encrypts with AES in counter mode."""

SWAP_TYPES: Final[dict[int, str]] = {1: "none", 2: "test", 3: "permanent", 4: "revert", 5: "fail"}
"""Low half of the byte swap_info in the slot's trailer."""
