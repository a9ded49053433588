"""Test keys that everybody has: the private half, or the secret, is published.

A signature by one of them says nothing about who signed, so it has to be noticed even when nobody named
the key. No key is kept here, only its SHA-256 thumbprint, which is enough for all three questions:

- is this key published? :func:`test_key` hashes it;
- whose is it? :func:`title`;
- is this ECDSA signature by a published key? :func:`recognise` recovers the key that made it
  (:mod:`iotassess.evidence.key_recovery`) and hashes that. One signature costs the same whether ten keys are
  known or ten thousand.

A secret, an Ed25519 or an RSA key cannot be recovered from what it signed: of these a published one is
noticed when somebody names it, or when an artefact carries it. This project's own TEST ONLY keys are in the
repository; their public halves (``own_test_keys.json``, written by the fixture builder) are tried as well.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec import keys
from iotassess.codec.keys import Key
from iotassess.evidence.key_recovery import recover

TestKey = Literal["published", "own"]

_COSE_EXAMPLES: Final = "the example key {} of the COSE working group (cose-wg/Examples)"
_MCUBOOT: Final = "MCUboot's {} (mcu-tools/mcuboot)"
_VERAISON: Final = "Veraison's example {}"
_LIBCSUIT: Final = "libcsuit's {} (kentakayama/libcsuit)"
_MYNEWT: Final = _MCUBOOT.format("testplan/mynewt/{}")
_MATTER: Final = "Matter's test {} (project-chip/connectedhomeip, credentials/test/attestation)"
_MATTER_DEVELOPMENT: Final = (
    "Matter's development {} (project-chip/connectedhomeip, credentials/development/attestation)"
)
_RFC_9500: Final = "RFC 9500's test key {} (section {})"
_CCA: Final = "TF-M's test {} (TrustedFirmware-M/tf-m-tools, iat-verifier/tests/data)"

_PUBLIC: Final[dict[str, str]] = {
    "ade2dad611717e910e295db3ba086fc40490b0daacfc23aace9348077b839b17": (
        "the SUIT drafts' example key (draft-ietf-suit-manifest appendix B)"
    ),
    "45d852b8ab34e60e66d904c289f945edadf3de2446e8eaf61df17333ac5fd8e2": (
        "RFC 9783's example attestation key (appendix A), which TF-M's iat-verifier uses too"
    ),
    "7b1a17147ca907e16cad79901fef13991ec6206e3d148b657068ad6c4cba4626": (
        "TF-M's initial attestation key (TrustedFirmware-M; veraison/psatoken, testvectors/tf-m)"
    ),
    "180ce3e56d727fe1dd5b567220d1e811e53262f7ea4981dbdeac1bdc87e3bf67": (
        "RFC 8392's example key (appendix A.2.3)"
    ),
    "f52e229b8b16a5a0c87ee629e2e7360fb23c2128b506bd0f85f090a21a41c25c": (
        "Nordic's suit-generator key (nrfconnect/suit-generator, tests/key_private.pem)"
    ),
    "66e2b23c32c650217f99e11fb60b51ea72c6667c6dfd1238364435e62d659d5b": _COSE_EXAMPLES.format('"11"'),
    "c6479a15a50ac4cd9b6414e27c69bf37345dc1046dc648875c4898fbd35cc74b": _COSE_EXAMPLES.format(
        '"bilbo.baggins@hobbiton.example"'
    ),
    "89e80bf2675959c41df00cbc9df8d85eb783edc1d4f7626a7a1fc09d1c845cea": _COSE_EXAMPLES.format('"P384"'),
    "51b944cdfa544d4c3273aa6bf350625a7dd53bbb6a71723274f538b19a207760": (
        "RFC 7517's example key (appendix A.1), which Veraison's examples use too"
    ),
    "2bd1bb0c44a897c30a7aa0991cde38d8062fe441de50da0f46825344f602e827": (
        "RFC 7515's example key (appendix A.3)"
    ),
    "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9": (
        "the first test key of RFC 8032 (section 7.1), which RFC 8037 uses too"
    ),
    "7702f967b682116e05e3eb90357b84b898453e2e94da6bf861bed60e6eb831a4": _VERAISON.format(
        "realm key (veraison/evcli, misc/ec384.json)"
    ),
    "c9cc2d940197f8d5b43c8a48f5ceab15450012e0a6b24fabec2c49ba032e517b": _VERAISON.format(
        "CoRIM signing key (veraison/corim-store, sample/corim/key.priv.pem)"
    ),
    "05eecc487dd07ac200f6db33e5de066a925a9fa440b03137afd82b4a954712e0": _VERAISON.format(
        "attestation result key (veraison/rust-ear, misc/skey.pem)"
    ),
    "0928f896cb02326566530a62a1e36329a12d0a4a308f4fc81e8ff5560bca6bca": _CCA.format("CCA platform key"),
    "8b0867300bcb379925c4fd106ebaad43f174f96749ee328ea1185adf2b664ebf": _CCA.format("CCA realm key"),
    "20169a79db725bc40b475f8bb5505000e226698a2e7bc1d1616b2118fa8ce422": _CCA.format("second CCA realm key"),
    "b1e6d37be35d4246d596cb5dea54c113d8e7b5152c81709fb08dc002f914a31e": _LIBCSUIT.format("TAM key"),
    "8679b2bc8c46fd465fe04eb9679d1cc925d6bbef0a07bb4e6b1a89ad5d2dda62": _LIBCSUIT.format(
        "process example key"
    ),
    "6dfa3012ee45ad4ecaafc47d1f727440968071137dfad918cae096cd0bf2d426": _LIBCSUIT.format("device key"),
    "bb868a727f0ef75e890a6a52bccd1d936fb34438afd6f237e8af259865742446": _MCUBOOT.format(
        "cypress-test-ec-p256"
    ),
    "3c23fc4e1d332a0c86e6a8bf6ecf26046d702302e135bf53fc04a009a33a78c5": _MCUBOOT.format(
        "enc-ec256 encryption key"
    ),
    "9a1dc1eb80199d8498f2a75dde0a7b75216e8302bf3a12bd04f153f48f3f24a0": _MCUBOOT.format(
        "enc-x25519 encryption key"
    ),
    "e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087fdc711e4382bb538b6": _MCUBOOT.format("root-ec-p256"),
    "6bcd1e16d80e5fe13a5307e6f1de8344c7e50e537d9962ce35ef6db5e642fae8": _MCUBOOT.format("root-ec-p384"),
    "c1907fa4eac7fae3840a78902b6f0710b037e9968e5c6274a12a28790c7d4e3c": _MCUBOOT.format("root-ed25519"),
    "6754edab1e29affef4a05935adecbeb1a7b8b62397b31e39a61b5bfcaafd63af": _MCUBOOT.format("root-ed25519-2"),
    "b1d87d60173352b9a4808979790fc699fb4c4f83b49cf1970edd96ff4adc36a6": _MCUBOOT.format(
        "root-ed25519-unknown"
    ),
    "e6c097daf1458d0f8b8d43fc4b4b9d4425203484b3afe5570ed074073901bab0": _MCUBOOT.format("bad-ec-p256"),
    "6dc968724fdedb71be7c8ad62540ea148996f96adb5c48e9cc3112c588f26d89": _MYNEWT.format("key_ec256"),
    "1c35c9ccb929906e7792eda384825b41be700c50760493eaf163135933e191aa": _MYNEWT.format("key_ec256_2"),
    "eb28a65877d2b84b92a6a9b5fd762a45e50665933d97fc0c724e70a161f2031a": _COSE_EXAMPLES.format(
        '"meriadoc.brandybuck@buckland.example", RFC 8152 appendix C.7,'
    ),
    "097db572839ac9eeeaecc5b1157557c9447e1254d9efb6b5a01e5a5e31d03317": _COSE_EXAMPLES.format(
        '"peregrin.took@tuckborough.example", RFC 8152 appendix C.7,'
    ),
    "01eee3b6fab2487179ee03cf0da167c8a0c9f8d2a3a1ca9926b9b41b9992124b": _COSE_EXAMPLES.format(
        "on P-256 without a name"
    ),
    "0d8beafa0ae977f8fbc98b052c0e46631527269f936ef953bdf901fca32e90d4": _COSE_EXAMPLES.format(
        "on P-384 without a name"
    ),
    "1cfefb3920e8f4556e9a16486cbd030b60d9ae4d97706dfe5b47b26baf7b4d2f": _COSE_EXAMPLES.format(
        "on P-521 without a name"
    ),
    "b2b04340cfaee616ec9c2c62d261b208e54bb197498df52e8cadede23ac0ba5e": _RFC_9500.format(
        "testECCP256", "2.3"
    ),
    "c4c10105a0be0ed4dd3354428dc38a9bfee64da141ce16e75c94eda272f9dd3a": _RFC_9500.format(
        "testECCP384", "2.3"
    ),
    "acb1b8327fef995e2458fdf5e3c33b2dc0749feabd6a894cb9bda9d70ac06c24": _RFC_9500.format(
        "testECCP521", "2.3"
    ),
    "8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878": _RFC_9500.format(
        "testRSA2048", "2.1"
    ),
    "33cd78c212fd7359bb0e0272efdacd2a399bcb731f262ebb8a4a766e4beecfaa": _MATTER.format(
        "product attestation authority"
    ),
    "937c2199ca45339155ca9b9047bb384a5e7e6969831074d049bdb2eb138abfe3": _MATTER.format(
        "product attestation authority of vendor FFF1"
    ),
    "816499697e0df5a65a03760b73d64f02f609a5ce503caa63f18119996682ce61": _MATTER.format(
        "product attestation authority of vendor FFF1, valid until 2041"
    ),
    "9afbdabbbc3a10e9c7ac444491ca9cf3cab99a59f54c283c18818693e5e483af": _MATTER.format(
        "product attestation intermediate of vendor FFF1, product 8000"
    ),
    "9c3cf8faebc2418583077e0945d4827304c5a54fcd20b6e9021df14034384f61": _MATTER_DEVELOPMENT.format(
        "product attestation authority"
    ),
    "1f54388188b014c27617702efeb219c1682b0b66c51ebf29df85843a80c6efd6": _MATTER_DEVELOPMENT.format(
        "product attestation intermediate of vendor FFF1"
    ),
    "d1802279ab61766c306e5584bd510816617741a70411a2a12cdb2ab18bb55dd1": (
        "go-fdo's manufacturer key (fido-device-onboard/go-fdo, testdata/mfg_key.pem)"
    ),
    "73352ffdb8bb43a7320911582b2a562d5c6fa2156447d3870c56926dece32aa8": (
        "Astarte's sample owner key (astarte-platform/astarte, helpers of the FDO tests)"
    ),
}
"""SHA-256 over the DER SubjectPublicKeyInfo, to whose key it is and where its private half is published."""

_RSA: Final[dict[str, str]] = {
    "fc5701dc6135e1323847bdc40f04d2e5bee5833b23c29f93593d00018cfa9994": _MCUBOOT.format("root-rsa-2048"),
    "449793fb65cd7698753d5b3f35fab15f1e3a45111ff24e1d46741de5ae12d59e": _MCUBOOT.format("root-rsa-3072"),
    "5ac4d62dc5efbed57e705f61b5f2df8e2b73ec5a573c1582144e38131f4c62d7": _MCUBOOT.format(
        "enc-rsa2048 encryption key"
    ),
    "e32a93d4ef8c5f4d503642e2cc7c5eece7693e3246c7766dbb4b54d79441db2a": _MCUBOOT.format("bad-rsa-2048"),
    "263e1b46f29ad5add6fc438abbf6bf227da6d6ff8736a7d654301c19f7fc8c46": _MYNEWT.format("key_rsa"),
    "6347a153696d6c91eaa335290a6115063be9066f665e17a6b7a1da4c5e24e5a7": _MYNEWT.format("key_rsa_2"),
}
"""The same over the PKCS #1 form of RSA keys: what MCUboot writes into its KEYHASH TLV."""

_SECRETS: Final[dict[str, str]] = {
    "835e3893bfef7e28f834ca80280df7e2ab09bc8cb35de41734fe0d7bbbddb165": _COSE_EXAMPLES.format(
        '"our-secret2"'
    ),
    "c8ecc9361a05e285f04c26f9572131a6deab07e9e2b865053c6f75a4d8bd2b32": (
        "RFC 7515's example secret (appendix A.1)"
    ),
    "73ec74458059c70cae3f0ade8663fe0da1dc4b114ed8cdac75364140b4458a4c": _COSE_EXAMPLES.format('"our-secret"'),
    "7ad14021fdc8a526f91421380a6a0a3d7761d317ce222054a65cbbd6a0a88083": (
        "RFC 8392's example secret (appendix A.2.2)"
    ),
    "7b0e4e29c2c0edf2f5a23739d58561dfe320e8a641d7d1d4261c37f22caa68de": (
        "RFC 9783's example secret (appendix A)"
    ),
    "323660ccbbd2afa969708c215c413fd1c7cb57f1e6d8d9f76dea032bb7cf1087": _CCA.format("secret hmac.key"),
    "3ba3f5f43b92602683c19aee62a20342b084dd5971ddd33808d81a328879a547": _LIBCSUIT.format("HMAC secret"),
    "0c0beacef8877bbf2416eb00f2b5dc96354e26dd1df5517320459b1236860f8c": _LIBCSUIT.format(
        "key-wrapping secret"
    ),
}
"""SHA-256 over the secret itself."""

OWN_KEYS_FILE: Final = Path(__file__).with_name("own_test_keys.json")
"""This repository's TEST ONLY keys: ``{"name", "spki_sha256", "spki_base64"}`` of each, or, of a secret,
``{"name", "secret_sha256"}``."""


# --- is it published, and whose is it? ----------------------------------------------------------


class OwnKey(NamedTuple):
    """One of this repository's TEST ONLY keys.

    Attributes:
        name: name of its files in ``fixtures/keys``.
        spki: DER SubjectPublicKeyInfo; None of a secret.
    """

    name: str
    spki: bytes | None


@functools.cache
def own_keys() -> dict[str, OwnKey]:
    """Give this repository's TEST ONLY keys by digest: the thumbprint, or the hash of the secret."""
    if not OWN_KEYS_FILE.exists():  # a source tree whose fixtures were never built
        return {}
    rows: list[dict[str, str]] = json.loads(OWN_KEYS_FILE.read_text(encoding="utf-8"))
    found = {}
    for row in rows:
        spki = base64.b64decode(row["spki_base64"]) if "spki_base64" in row else None
        found[row["secret_sha256"] if spki is None else row["spki_sha256"]] = OwnKey(row["name"], spki)
    return found


def _digests(key: Key) -> Iterator[tuple[dict[str, str], str]]:
    """Give the tables to look in, each with what to look for."""
    if key.kind == "symmetric":
        yield _SECRETS, hashlib.sha256(key.material).hexdigest()
        return
    yield _PUBLIC, key.thumbprint or ""
    if key.kind == "RSA":
        der = key.material.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        yield _RSA, hashlib.sha256(der).hexdigest()


def _look_up(key: Key) -> tuple[TestKey | None, str]:
    for table, digest in _digests(key):
        if digest in table:
            return "published", table[digest]
        if digest in own_keys():
            return "own", f"iotassess's TEST ONLY key {own_keys()[digest].name}"
    return None, ""


def title(key: Key) -> str | None:
    """Say whose published test key this is and where it is published; None for any other key."""
    return _look_up(key)[1] or None


def test_key(key: Key) -> TestKey | None:
    """Tell whether the private half of ``key`` is published: by somebody else, or here."""
    return _look_up(key)[0]


# --- is this signature by a published key? ------------------------------------------------------


def recognise(alg: str, holds: Callable[[Key], bool]) -> Key | None:
    """Find the published test key that made a signature.

    Args:
        alg: IANA COSE algorithm name.
        holds: verifies the signature with a key.

    Returns:
        The key, with which the signature holds; None where no published key made it, or where the
        algorithm hides its key and it is none of this repository's.
    """
    for key in recover(alg, holds):
        if test_key(key) is not None:
            return key
    for found in _own_public():
        if keys.fits(found, alg) and holds(found):
            return found
    return None


@functools.cache
def _own_public() -> tuple[Key, ...]:
    """Give the keys of this repository that no signature gives away; parsing them takes long."""
    listed = (own.spki for own in own_keys().values() if own.spki is not None)  # a secret has none
    parsed = (keys.load_pem_or_der(spki)[0] for spki in listed)
    return tuple(key for key in parsed if isinstance(key, Key) and key.kind != "EC2")
