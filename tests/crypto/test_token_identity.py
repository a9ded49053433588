"""One token under several signatures: whoever has an ECDSA signature can write down another that holds.

(r, n - s) holds wherever (r, s) does. RFC 9053 and RFC 7518 ask for neither, so both are taken, everywhere
alike. What nothing may rest on, then, is that a second signature means a second token: it is the claims that
say which device spoke and when, never the bytes of a signature or of the file.
"""

from __future__ import annotations

from pathlib import Path

import cbor2
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import utils

from iotassess.codec.keys_model import CURVES
from iotassess.model.assessment import Assessment
from tests.crypto import making, second
from tests.crypto.making import P256, P384, cose, jws, read
from tests.evidence import suit_builder, x509_builder
from tests.examples import PROFILES, judge, request

N = CURVES["P-256"][2]
TOKEN = PROFILES / "sensor-node" / "evidence" / "psa-token.cbor"


def other_s(signature: bytes, order: int = N) -> bytes:
    half = len(signature) // 2
    s = order - int.from_bytes(signature[half:])
    return signature[:half] + s.to_bytes(half)


def other_s_in_der(signature: bytes, order: int) -> bytes:
    r, s = utils.decode_dss_signature(signature)
    return utils.encode_dss_signature(r, order - s)


def resigned(message: bytes) -> bytes:
    """The same COSE_Sign1 with the other signature, and not a byte of it changed besides."""
    signature = cbor2.loads(message).value[3]
    assert message.endswith(signature)
    return message[: -len(signature)] + other_s(signature)


@pytest.mark.parametrize("private", [P256, P384])
def test_both_signatures_of_a_cose_message_hold(private):
    alg, order = ("ES256", N) if private is P256 else ("ES384", CURVES["P-384"][2])
    data = cose(private, alg, signature=lambda made: other_s(made, order))
    assert data != cose(private, alg)
    row = making.Row("s", data, *making.FINE, (), (private,), cose(private, alg))
    making.hold(row)
    making.agree(row, second.cose_holds)


def test_both_signatures_of_a_json_token_hold():
    row = making.Row("s", jws(P256, signature=other_s), *making.FINE, (), (P256,), jws(P256))
    making.hold(row)
    making.agree(row, second.jws_holds)


def test_both_signatures_of_a_manifest_hold():
    from tests.evidence import suit_reading

    plan = suit_builder.good()
    plan.blocks = lambda payload: [resigned(cbor2.dumps(suit_builder.cose_block(payload)))]
    one, other = (suit_reading.read(data) for data in (suit_builder.good().build(), plan.build()))
    assert one.sha256 != other.sha256
    assert one.authenticity == other.authenticity == "authenticated"
    assert one.claims == other.claims
    assert one.shown == other.shown


def certificate_with_other_s() -> bytes:
    one = asn1.Certificate.load(x509_builder.der(x509_builder.device()))
    one["signature_value"] = other_s_in_der(one["signature_value"].native, CURVES["P-384"][2])
    return one.dump(force=True)


def test_both_signatures_of_a_certificate_hold():
    one = x509_builder.read(x509_builder.device(), x509_builder.middle())
    other = x509_builder.read(certificate_with_other_s(), x509_builder.middle())
    assert one.sha256 != other.sha256
    assert one.authenticity == other.authenticity == "authenticated"
    assert one.shown == other.shown


@second.needs_openssl
def test_the_second_implementation_takes_both_certificates():
    trusted = [x509_builder.der(x509_builder.middle())]
    for leaf in (x509_builder.der(x509_builder.device()), certificate_with_other_s()):
        assert second.chain_holds([leaf], trusted, x509_builder.NOON)


def test_one_certificate_under_two_signatures_is_no_chain():
    both = [
        *map(x509_builder.der, (x509_builder.device(), x509_builder.middle())),
        certificate_with_other_s(),
    ]
    data = b"".join(map(second.as_pem, both))
    found = x509_builder.read(data, x509_builder.root())
    assert (found.authenticity, x509_builder.ids(found)) == ("unverified", ["x509-malformed"])
    good = x509_builder.read(b"".join(map(second.as_pem, both[:2])), x509_builder.root())
    assert good.authenticity == "authenticated"


SPARE_BITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_spare_bits_of_base64url_do_not_change_what_a_token_is():
    """64 bytes end four bits into their last character (RFC 4648 section 3.5): 16 ways to write the same."""
    token = jws(P256)
    last = SPARE_BITS.index(chr(token[-1]))
    assert last % 16 == 0
    other = token[:-1] + SPARE_BITS[last + 1].encode()
    good, found = read(token, P256), read(other, P256)
    assert good.authenticity == "authenticated"
    assert (found.authenticity, [one.id for one in found.problems]) == ("unsigned", ["artefact-unrecognised"])


# --- what an assessment makes of it -------------------------------------------------------------


def outcome(result: Assessment) -> object:
    """All that a result says of the product, without the list of artefacts."""
    return (
        [(one.id, one.message) for one in result.discrepancies],
        [(one.id, one.level, one.proven, one.claimed) for one in result.baselines],
        [
            (one.id, requirement.id, requirement.verdict, requirement.grade)
            for one in result.baselines
            for requirement in one.requirements
        ],
    )


def assessed(*more: Path) -> Assessment:
    profile = PROFILES / "sensor-node" / "good.yaml"
    return judge(profile, request("sensor-node", *more), baselines=("enisa-gp-tm",))


def test_a_second_signature_makes_no_second_token(tmp_path):
    copy, other = tmp_path / "copy.cbor", tmp_path / "other.cbor"
    copy.write_bytes(TOKEN.read_bytes())
    other.write_bytes(resigned(TOKEN.read_bytes()))
    assert copy.read_bytes() != other.read_bytes()
    alone, with_copy, with_other = assessed(), assessed(copy), assessed(other)
    assert outcome(with_copy) == outcome(with_other) == outcome(alone)
    added = [one for one in with_other.artefacts if one.path.endswith("other.cbor")]
    assert [one.authenticity for one in added] == ["authenticated"]
