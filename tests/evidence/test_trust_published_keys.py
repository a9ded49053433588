"""Test keys that everybody has: recognised by thumbprint, and by the signatures that they made."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import keys
from iotassess.evidence import key_recovery, published_keys
from iotassess.evidence.key_recovery import is_recoverable, recover, signers
from iotassess.evidence.published_keys import own_keys, recognise, title
from iotassess.evidence.published_keys import test_key as kind_of_test_key
from tests.evidence.signing import ALICE, BOB, EDDY, SECRET, public, raw_ecdsa

CURVES = {
    "P-256": (ec.SECP256R1(), hashes.SHA256(), "ES256", 32),
    "P-384": (ec.SECP384R1(), hashes.SHA384(), "ES384", 48),
    "P-521": (ec.SECP521R1(), hashes.SHA512(), "ES512", 66),
    "secp256k1": (ec.SECP256K1(), hashes.SHA256(), "ES256K", 32),
}


def digest(data, algorithm):
    running = hashes.Hash(algorithm)
    running.update(data)
    return running.finalize()


def holds_for(private, alg, data=b"data"):
    """Sign, and give what tells whether the signature holds with a key."""
    if isinstance(private, ed25519.Ed25519PrivateKey):
        signature = private.sign(data)
    else:
        algorithm, size = next((row[1], row[3]) for row in CURVES.values() if row[2] == alg)
        signature = raw_ecdsa(private, data, algorithm, size)
    return lambda key: keys.verify(key, alg, data, signature)


# --- recovery -----------------------------------------------------------------------------------


@pytest.mark.parametrize("curve_name", CURVES)
@given(scalar=st.integers(1, 2**255), data=st.binary(max_size=40))
def test_a_signature_gives_away_its_key(curve_name, scalar, data):
    curve, algorithm, _, _ = CURVES[curve_name]
    private = ec.derive_private_key(scalar, curve)
    r, s = utils.decode_dss_signature(private.sign(data, ec.ECDSA(algorithm)))
    found = signers(curve_name, r, s, digest(data, algorithm))
    assert private.public_key() in found
    assert len(found) == 2


@pytest.mark.parametrize("curve_name", CURVES)
def test_what_is_recovered_is_what_verifies(curve_name):
    curve, _, alg, _ = CURVES[curve_name]
    private = ec.derive_private_key(4711, curve)
    found = recover(alg, holds_for(private, alg))
    assert keys.from_cryptography(private.public_key()) in found


@given(r=st.integers(1, 2**256 - 2**225), s=st.integers(1, 2**256 - 2**225), data=st.binary(max_size=8))
def test_numbers_that_no_key_signed_with_are_no_crash(r, s, data):
    order = key_recovery._CURVES["P-256"].order
    assert len(signers("P-256", r % order or 1, s % order or 1, digest(data, hashes.SHA256()))) in (0, 2)


def test_a_digest_of_zero_is_no_crash():
    r, s = utils.decode_dss_signature(ALICE.sign(b"x", ec.ECDSA(hashes.SHA256())))
    assert signers("P-256", r, s, bytes(32)) == []


def test_two_points_of_one_abscissa_are_not_added():
    curve = key_recovery._CURVES["P-256"]
    assert key_recovery._sum(curve, (5, 1), (5, curve.prime - 1)) is None


def test_only_ecdsa_gives_away_its_key():
    assert [alg for alg in ("ES256", "ESP256", "ES384", "ES512", "ES256K") if not is_recoverable(alg)] == []
    assert [alg for alg in ("EdDSA", "PS256", "HMAC 256/256", "ML-DSA-44", "?") if is_recoverable(alg)] == []
    assert recover("EdDSA", holds_for(EDDY, "EdDSA")) == []


# --- recognition --------------------------------------------------------------------------------


def test_a_signature_by_a_published_key_is_recognised(monkeypatch):
    assert recognise("ES256", holds_for(ALICE, "ES256")) is None
    monkeypatch.setitem(published_keys._PUBLIC, public(ALICE).thumbprint, "somebody's")
    found = recognise("ES256", holds_for(ALICE, "ES256"))
    assert found == public(ALICE)
    assert recognise("ES256", holds_for(BOB, "ES256")) is None
    assert recognise("ES256", lambda key: False) is None


def test_an_own_ed25519_key_is_tried(monkeypatch):
    spki = EDDY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    table = {
        "00": published_keys.OwnKey("secret", None),
        public(EDDY).thumbprint: published_keys.OwnKey("eddy", spki),
    }
    monkeypatch.setattr(published_keys, "own_keys", lambda: table)
    monkeypatch.setattr(
        published_keys, "_own_public", published_keys._own_public.__wrapped__
    )  # not remembered
    assert recognise("EdDSA", holds_for(EDDY, "EdDSA")) == public(EDDY)
    assert recognise("EdDSA", lambda key: False) is None
    assert title(public(EDDY)) == "iotassess's TEST ONLY key eddy"


def test_a_key_that_is_not_published_is_none():
    for key in (public(ALICE), public(SECRET), public(EDDY)):
        assert kind_of_test_key(key) is None
        assert title(key) is None


def test_an_rsa_key_is_known_by_its_pkcs1_form_too(monkeypatch):
    private = rsa.generate_private_key(65537, 2048)
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    monkeypatch.setitem(published_keys._RSA, digest(der, hashes.SHA256()).hex(), "MCUboot's")
    assert kind_of_test_key(public(private)) == "published"


def test_a_secret_is_known_by_its_hash(monkeypatch):
    monkeypatch.setitem(published_keys._SECRETS, digest(SECRET, hashes.SHA256()).hex(), "a specification's")
    assert (kind_of_test_key(public(SECRET)), title(public(SECRET))) == ("published", "a specification's")


def test_the_tables_hold_digests_and_say_where_the_key_is_published():
    for table in (published_keys._PUBLIC, published_keys._RSA, published_keys._SECRETS):
        assert table
        for thumbprint, where in table.items():
            assert re.fullmatch("[0-9a-f]{64}", thumbprint)
            assert re.search(r"\(|appendix|section", where), where


def test_the_keys_of_each_source_are_listed():
    known = [
        *published_keys._PUBLIC.values(),
        *published_keys._RSA.values(),
        *published_keys._SECRETS.values(),
    ]
    for source, count in (
        ("RFC 9500", 4),
        ("Matter's test", 4),
        ("Matter's development", 2),
        ("cose-wg/Examples", 10),
        ("RFC 8152", 2),
        ("mcu-tools/mcuboot", 12),
        ("veraison", 3),
        ("RFC 9783", 2),
        ("go-fdo", 1),
    ):
        assert sum(source in where for where in known) >= count, source


def test_a_tree_without_list_of_own_keys_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(published_keys, "OWN_KEYS_FILE", tmp_path / "none.json")
    assert own_keys.__wrapped__() == {}


# --- this repository's keys ---------------------------------------------------------------------

FIXTURE_KEYS = Path(__file__).parents[2] / "fixtures" / "keys"


def test_every_test_only_key_is_listed():
    listed = {own.name for own in own_keys().values()}
    private = {path.name.split(".")[0] for path in FIXTURE_KEYS.glob("*.key.pem")}
    assert private
    assert {name for name in private if not name.startswith("rogue")} <= listed
    for path in FIXTURE_KEYS.glob("*.pub.pem"):
        key = keys.from_cryptography(load_pem_public_key(path.read_bytes()))
        expected = None if path.name.startswith("rogue") else "own"
        assert kind_of_test_key(key) == expected, path.name


def test_every_test_only_secret_is_listed():
    secrets = list(FIXTURE_KEYS.glob("*.jwk.json"))
    assert secrets
    for path in secrets:
        assert kind_of_test_key(keys.from_jwk(json.loads(path.read_text()))) == "own", path.name


# --- other people's -----------------------------------------------------------------------------


def interop():
    folder = os.environ.get("IOTASSESS_INTEROP")
    if not folder:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(folder)


def test_all_published_test_keys_are_recognised():
    folder = interop() / "keys"
    listed = json.loads((folder / "keys.json").read_text())["keys"]
    for name, row in listed.items():
        (key,) = (
            keys.load_pem_or_der((folder / row["pem"]).read_bytes())
            if "pem" in row
            else [keys.from_jwk(json.loads((folder / row["jwk"]).read_text()))]
        )
        thrown_away = "thrown away" in row["provenance"][0]
        assert kind_of_test_key(key) == (None if thrown_away else "published"), name


def test_all_mcuboot_test_keys_are_listed_where_they_can_be_read():
    listed = json.loads((interop() / "mcuboot" / "known-test-keys.json").read_text())["keys"]
    known = {**published_keys._PUBLIC, **published_keys._RSA}
    for row in listed:
        if row["private_half_published"] and "224" not in row["kind"]:
            assert row["keyhash_sha256"] in known, row["path"]
