"""RSA signatures in another form than RFC 8017 gives them, and forged ones that are nearly right."""

from __future__ import annotations

import hashlib
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.crypto import making, second
from tests.crypto.making import Row, cose, rsa_key

SHA_256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of RFC 8017 section 9.2 up to the digest."""


def raw_rsa(key: Any, encoded: bytes) -> bytes:
    """The private operation on an encoded message of the tester's own."""
    numbers = key.private_numbers()
    n = numbers.public_numbers.n
    return pow(int.from_bytes(encoded), numbers.d, n).to_bytes(256)


def block(middle: bytes, start: bytes = b"\x00\x01", fill: bytes = b"\xff", size: int = 256) -> bytes:
    return start + fill * (size - len(start) - len(middle) - 1) + b"\x00" + middle


def info() -> bytes:
    return SHA_256_INFO + hashlib.sha256(making.structure(cbor2.dumps({1: -257}))).digest()


def cube_root(value: int) -> int:
    low, high = 0, 1 << (value.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high) // 2
        if middle**3 < value:
            low = middle + 1
        else:
            high = middle
    return low


def by_cube_root() -> bytes:
    """Bleichenbacher's forgery of 2006: with e = 3, a root of the right beginning with anything behind it."""
    beginning = b"\x00\x01" + b"\xff" * 8 + b"\x00" + info()
    return cube_root(int.from_bytes(beginning + bytes(256 - len(beginning)))).to_bytes(256)


PKCS1: dict[str, Any] = {
    "the digest without what names its hash": lambda: block(info()[len(SHA_256_INFO) :]),
    "the hash named without parameters": lambda: block(
        bytes.fromhex("302f300b0609608648016503040201") + info()[len(SHA_256_INFO) - 2 :]
    ),
    "bytes behind the digest, and short padding": lambda: (
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + info() + bytes(256 - 11 - len(info()))
    ),
    "padding of zeros": lambda: block(info(), fill=b"\x00"),
    "the padding for encryption": lambda: block(info(), start=b"\x00\x02"),
    "padding with one other byte": lambda: b"\x00\x01\xfe" + block(info())[3:],
    "the digest under the name of SHA-512": lambda: block(
        info().replace(bytes.fromhex("0960864801650304020105"), bytes.fromhex("0960864801650304020305"))
    ),
}


def rsa_row(name: str, key: Any, alg: str, signature: Any) -> Row:
    return Row(name, cose(key, alg, signature=signature), *making.BAD, (key,), cose(key, alg))


def pss(salt: Any, mask: Any = None, hash_: Any = None) -> Any:
    used = hash_ or hashes.SHA256()
    scheme = padding.PSS(padding.MGF1(mask or used), salt)
    return lambda: rsa_key().sign(making.structure(cbor2.dumps({1: -37})), scheme, used)


def rsa_rows() -> list[Row]:
    key = rsa_key()
    rows = [rsa_row(name, key, "RS256", raw_rsa(key, make())) for name, make in PKCS1.items()]
    modulus = key.public_key().public_numbers().n
    rows += [
        rsa_row(f"{name} under {alg}", key, alg, edit)
        for alg in ("RS256", "PS256")
        for name, edit in {
            "a byte less": lambda signature: signature[:-1],
            "a zero before": lambda signature: b"\0" + signature,
            "a zero behind": lambda signature: signature + b"\0",
            "zero": bytes(256),
            "one": bytes(255) + b"\x01",
            "the modulus less one": (modulus - 1).to_bytes(256),
            "nothing": b"",
        }.items()
    ]
    rows += [
        rsa_row("PSS without salt", key, "PS256", pss(0)()),
        rsa_row("PSS with SHA-384", key, "PS256", pss(48, None, hashes.SHA384())()),
        rsa_row("a mask with SHA-1", key, "PS256", pss(32, hashes.SHA1())()),  # noqa: S303
        rsa_row("PKCS #1 v1.5 under PS256", key, "PS256", lambda _: making.sign(key, "RS256", PSS_DATA)),
        rsa_row("PSS under RS256", key, "RS256", lambda _: making.sign(key, "PS256", RS_DATA)),
    ]
    three = rsa_key(2048, 3)
    rows.append(rsa_row("a cube root for the exponent 3", three, "RS256", by_cube_root()))
    return rows


PSS_DATA, RS_DATA = making.structure(cbor2.dumps({1: -37})), making.structure(cbor2.dumps({1: -257}))


def test_an_rsa_signature_has_one_encoding():
    rows = rsa_rows()
    assert len(rows) == 27
    for row in rows:
        making.hold(row)


@second.needs_openssl
def test_the_second_implementation_agrees_on_rsa():
    for row in rsa_rows():
        making.agree(row, second.cose_holds)


def test_an_rsa_signature_is_less_than_the_modulus():
    """signature + n is the same number modulo n; of some messages it still fits into 256 bytes."""
    key = rsa_key()
    modulus = key.public_key().public_numbers().n
    for count in range(200):
        payload = cbor2.dumps({**making.CLAIMS, 267: count})
        twin = cose(key, "RS256", payload=payload)
        value = int.from_bytes(cbor2.loads(twin).value[3]) + modulus
        if value < 1 << 2048:
            break
    larger = cose(key, "RS256", payload=payload, signature=value.to_bytes(256))
    making.hold(Row("plus n", larger, *making.BAD, (key,), twin))
