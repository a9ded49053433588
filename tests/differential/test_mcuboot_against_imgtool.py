"""MCUboot images against imgtool, which makes them: both have to read and to reject the same ones."""

from __future__ import annotations

import hashlib
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.evidence.reading import read
from tests.evidence.signing import context, named
from tests.tries import STEP

imgtool = pytest.importorskip("imgtool.main", reason="imgtool is not installed")
image = pytest.importorskip("imgtool.image")
keys = pytest.importorskip("imgtool.keys")

PAYLOAD = random.Random(7).randbytes(3000)  # noqa: S311 - no secret

KEYS = {
    "ES256": keys.ECDSA256P1,
    "ES384": keys.ECDSA384P1,
    "Ed25519": keys.Ed25519,
    "PS256": keys.RSA,
    "PS256-3072": keys.RSA,
}
OPTIONS = {
    "plain": (),
    "counter": ("--security-counter", "1234567890"),
    "zero": ("--security-counter", "0"),
    "auto": ("--security-counter", "auto"),
    "everything": (
        *("--security-counter", "9", "--boot-record", "NSPE", "--dependencies", "(1, 1.2.0+7)"),
        *("--custom-tlv", "0x00a5", "0xdeadbeef", "--load-addr", "0x20000000"),
    ),
    "padded": ("--pad", "--confirm", "--slot-size", "0x8000"),
    "public-key": ("--public-key-format", "full"),
    "non-bootable": ("--non-bootable",),
    "identifiers": ("--vid", "vendor.example", "--cid", "class"),
}
CASES = [(alg, options) for alg in KEYS for options in OPTIONS if alg == "ES256" or options == "everything"]


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """One fresh key of each type."""
    return {
        alg: (kind.generate(3072 if alg.endswith("3072") else 2048) if kind is keys.RSA else kind.generate())
        for alg, kind in KEYS.items()
    }


def run(*arguments: str) -> str:
    result = CliRunner().invoke(imgtool.imgtool, [*map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def sign(folder: Path, key: Any, *options: str, version: str = "1.2.3+4", payload: bytes = PAYLOAD) -> bytes:
    """Sign a payload with the command."""
    pem, source, target = folder / "key.pem", folder / "in.bin", folder / "out.bin"
    key.export_private(str(pem))
    source.write_bytes(payload)
    header = ("--header-size", "0x40", "--pad-header", "--align", "8", "--slot-size", "0x8000")
    run("sign", "-k", pem, *header, "--version", version, *options, source, target)
    return target.read_bytes()


def private(key: Any) -> Any:
    return key.key


def anchor(key: Any) -> Any:
    return named(private(key), "signer")


def accepts(folder: Path, data: bytes, key: Any) -> bool:
    """Whether imgtool takes an image for one of the key. A crash of it is no acceptance."""
    path = folder / "check.bin"
    path.write_bytes(data)
    try:
        result, *_ = image.Image.verify(str(path), key)
    except Exception:  # it stumbles over some
        return False
    return bool(result == image.VerifyResult.OK)


@pytest.mark.parametrize(("alg", "options"), CASES)
def test_what_imgtool_signs_is_authenticated_and_read_alike(tmp_path, made, alg, options):
    key = made[alg]
    data = sign(tmp_path, key, *OPTIONS[options])
    assert accepts(tmp_path, data, key)
    artefact = read(data, context(anchor(key)))
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "mcuboot-image",
        True,
        "authenticated",
    )
    (signature,) = artefact.signatures
    assert (signature.alg, signature.status, signature.key) == (
        alg.removesuffix("-3072"),
        "verified",
        "signer",
    )
    result, version, digest, _ = image.Image.verify(str(tmp_path / "check.bin"), key)
    assert result == image.VerifyResult.OK
    claims = artefact.claims
    assert claims["version"] == "{}.{}.{}+{}".format(*version)
    assert claims["hash"]["computed"] == digest.hex()
    assert claims["payload"]["sha-256"] == hashlib.sha256(PAYLOAD).hexdigest()
    expected = {"counter": 1234567890, "zero": 0, "everything": 9, "auto": (1 << 24) + (2 << 16) + 3}
    assert claims["security_counter"] == expected.get(options)
    ids = [found.id for found in artefact.problems]
    assert ids == ([] if options in expected else ["mcuboot-no-security-counter"])


def test_what_the_options_put_into_an_image_is_read_back(tmp_path, made):
    key = made["ES256"]
    claims = read(sign(tmp_path, key, *OPTIONS["everything"]), context(anchor(key))).claims
    assert claims["dependencies"] == [{"image": 1, "min_version": "1.2.0+7"}]
    assert claims["load_addr"] == 0x20000000
    assert claims["flags"]["names"] == ["RAM_LOAD"]
    public = private(key).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert claims["boot_record"] == {
        "sw_type": "NSPE",
        "sw_version": "1.2.3",
        "measurement_description": "SHA256",
        "measurement_value": "00" * 32,
        "signer_id": hashlib.sha256(public).hexdigest(),
    }
    custom = [tlv for tlv in claims["protected_tlvs"] if tlv["type"]["value"] == 0xA5]
    assert [tlv["value"] for tlv in custom] == ["deadbeef"]
    padded = read(sign(tmp_path, key, *OPTIONS["padded"]), context(anchor(key))).claims
    assert padded["trailer"]["confirmed"] is True
    named_ = read(sign(tmp_path, key, *OPTIONS["identifiers"]), context(anchor(key))).claims
    assert [tlv["type"]["name"] for tlv in named_["protected_tlvs"]] == ["UUID_VID", "UUID_CID"]


@pytest.mark.parametrize("alignment", ["8", "16", "32"])
def test_the_trailer_is_found_for_every_write_unit(tmp_path, made, alignment):
    key = made["Ed25519"]
    more = ("--pad", "--confirm", "--max-align", alignment)
    claims = read(sign(tmp_path, key, *more), context(anchor(key))).claims
    assert (claims["trailer"]["alignment"], claims["trailer"]["confirmed"]) == (int(alignment), True)
    tried = read(sign(tmp_path, key, "--pad", "--max-align", alignment), context(anchor(key)))
    assert tried.claims["trailer"]["confirmed"] is False


@pytest.mark.parametrize("version", ["0.0.0", "1.2.3", "255.255.65535+4294967295", "2.0"])
def test_versions_are_read_alike(tmp_path, made, version):
    key = made["ES256"]
    data = sign(tmp_path, key, version=version)
    accepts(tmp_path, data, key)
    _, theirs, *_ = image.Image.verify(str(tmp_path / "check.bin"), key)
    assert read(data, context(anchor(key))).claims["version"] == "{}.{}.{}+{}".format(*theirs)


def test_a_pure_signature_is_verified(tmp_path, made):
    key = made["Ed25519"]
    data = sign(tmp_path, key, "--pure")
    assert read(data, context(anchor(key))).authenticity == "authenticated"
    changed = data[:100] + bytes([data[100] ^ 1]) + data[101:]
    assert read(changed, context(anchor(key))).authenticity == "failed"


@pytest.mark.parametrize("clear", [False, True])
def test_an_encrypted_image_is_authenticated_only_where_it_is_in_the_clear(tmp_path, made, clear):
    key = made["ES256"]
    recipient = tmp_path / "enc.pem"
    made_for = keys.ECDSA256P1.generate()
    made_for.export_public(str(recipient))
    data = sign(tmp_path, key, "--encrypt", str(recipient), *(("--clear",) if clear else ()))
    artefact = read(data, context(anchor(key)))
    assert artefact.signatures[0].status == "verified"
    assert artefact.authenticity == ("authenticated" if clear else "unverified")
    assert accepts(tmp_path, data, key) is clear


@pytest.mark.parametrize("alg", KEYS)
def test_a_key_that_did_not_sign_is_rejected_by_both(tmp_path, made, alg):
    data = sign(tmp_path, made[alg])
    kind = KEYS[alg]
    other = kind.generate(3072 if alg.endswith("3072") else 2048) if kind is keys.RSA else kind.generate()
    assert not accepts(tmp_path, data, other)
    assert read(data, context(anchor(other))).authenticity == "failed"


@pytest.mark.parametrize("alg", ["ES256", "ES384", "Ed25519", "PS256"])
def test_a_mutated_image_is_rejected_by_both(tmp_path, made, alg):
    """What imgtool rejects is never authenticated; what is authenticated, imgtool accepts."""
    key = made[alg]
    data = sign(tmp_path, key, "--security-counter", "3", payload=PAYLOAD[:64])
    hash_at = data.index(struct.pack("<H", 0x6907)) + 4
    rng = random.Random(alg)  # noqa: S311 - no secret
    places = [*range(0, hash_at, 5), *range(hash_at, len(data))][::STEP]
    trusted = context(anchor(key))
    rejected = 0
    for at in places:
        mutant = data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        ours = read(mutant, trusted).authenticity == "authenticated"
        theirs = accepts(tmp_path, mutant, key)
        # imgtool does not mind half a TLV at the end, and looks at one of the two bytes of a type.
        assert ours == theirs or (theirs and at >= hash_at), (at, ours, theirs)
        rejected += not ours
    assert rejected > len(places) // 2


@pytest.mark.parametrize("cut", [1, 10, 40, 100])
def test_a_truncated_image_is_rejected_by_both(tmp_path, made, cut):
    data = sign(tmp_path, made["ES256"])
    assert read(data[:-cut], context(anchor(made["ES256"]))).authenticity != "authenticated"
    assert not accepts(tmp_path, data[:-cut], made["ES256"])
