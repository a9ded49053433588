"""A result as a file, in four forms: each read back by our own decoder, claim by claim, and by others."""

from __future__ import annotations

import dataclasses
import json
import logging
import subprocess
import sys
from functools import cache
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwk, jwt

from iotassess.codec.signing import load_signing_key
from iotassess.crosscheck.appraisal import appraise
from iotassess.evidence.context import Candidate, Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model import ar4si
from iotassess.model.artefact import walk
from iotassess.report import ear as report
from iotassess.report.registry import Look
from iotassess.signing import ear
from tests.crosscheck.appraisal_scene import corim, measured, token
from tests.examples import AS_OF, PROFILES, TWINS, challenge, judge, request

CDDL = Path(__file__).with_name("ear-03.cddl")
LABELS = {report.RESULT_CLAIM: "-75201", report.TOKEN_CLAIM: "-75202"}
PRIVATE = {
    "ES256": ec.derive_private_key(0xEA4, ec.SECP256R1()),
    "ES384": ec.derive_private_key(0xEA4, ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.from_private_bytes(b"e" * 32),
}


@cache
def assessed(product, twin):
    return judge(PROFILES / product / f"{twin}.yaml", request(product))


@cache
def rendered(product, twin):
    return report.render(assessed(product, twin), Look())


def with_tokens(*tokens, **more):
    """An assessment of these tokens alone."""
    artefacts = (*tokens, corim())
    changed = {"artefacts": artefacts, "appraisals": appraise(artefacts), **more}
    return dataclasses.replace(assessed("sensor-node", "good"), **changed)


@pytest.fixture
def key(tmp_path):
    return make_key(tmp_path)


def make_key(folder, alg="ES256"):
    path = folder / f"{alg}.pem"
    path.write_bytes(PRIVATE[alg].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return load_signing_key(path)


def read_back(data, *keys):
    """Have our own decoder read a file, with the public halves of these keys as anchors for results."""
    anchors = tuple(Candidate(f"key {i}", one.public, "user", "results", None) for i, one in enumerate(keys))
    return read(data, Context("result", TrustStore(anchors), AS_OF))


FORMS = {
    "json": (ear.as_json, False),
    "jwt": (ear.as_json, True),
    "cbor": (ear.as_cbor, False),
    "cwt": (ear.as_cbor, True),
}


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def written(form, text, key):
    make, signed = FORMS[form]
    return make(text, key if signed else None)


def claims_of(assessment, *, binary):
    """What the decoder has to find: put together from the appraisals, not from the text."""
    tokens = {one.path: one for one in walk(assessment.artefacts)}
    policies = [report.POLICY + assessment.tool_version]
    policies += [report.EXAMPLE_POLICY] if assessment.example else []
    submods = []
    for one in assessment.appraisals:
        nonce = (tokens[one.token].claims or {}).get("nonce")
        about = {"path": one.token, "sha256": tokens[one.token].sha256, "kind": one.kind}
        about["authenticity"] = one.authenticity
        submods.append(
            {
                "profile": report.APPRAISAL_PROFILE,
                "status": {"value": ar4si.STATUS_VALUES[one.status], "name": one.status},
                "trustworthiness_vector": {e.category: e.value for e in one.entries},
                "appraisal_policy_ids": policies,
                "other": {LABELS[report.TOKEN_CLAIM] if binary else report.TOKEN_CLAIM: about},
                **({} if nonce is None else {"nonce": nonce}),
            }
        )
    worst = ar4si.worst_status(one.status for one in assessment.appraisals)
    return {
        "profile": "tag:ietf.org,2026:rats/ear#03",
        "iat": int(assessment.as_of.start.timestamp()),
        "verifier_id": {"developer": "iotassess", "build": f"iotassess {assessment.tool_version}"},
        "status": {"value": ar4si.STATUS_VALUES[worst], "name": worst},
        "submods": sorted(submods, key=lambda one: one["other"].popitem()[1]["path"]),
        "other": {
            LABELS[report.RESULT_CLAIM] if binary else report.RESULT_CLAIM: {
                "example": assessment.example,
                "profile_sha256": assessment.profile_sha256,
            }
        },
    }


def comparable(claims):
    """The decoder's claims, vectors as numbers, appraisals in the order of their tokens' paths."""
    found = {name: value for name, value in claims.items() if name != "form"}
    submods = []
    for one in found["submods"].values():
        vector = {category: entry["value"] for category, entry in one["trustworthiness_vector"].items()}
        submods.append({**one, "trustworthiness_vector": vector})
    return {**found, "submods": sorted(submods, key=lambda one: one["other"].popitem()[1]["path"])}


# --- read back ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_every_claim_is_read_back_as_the_appraisal_has_it(product, twin, form, key):
    assessment = assessed(product, twin)
    found = read_back(written(form, rendered(product, twin), key), key)
    assert found.kind == "ear"
    assert found.wellformed
    assert found.claims["form"] == form
    assert comparable(found.claims) == claims_of(assessment, binary=form in ("cbor", "cwt"))


def test_it_is_authenticated_by_the_public_half_and_by_nothing_else(form, key, tmp_path):
    data = written(form, rendered("sensor-node", "good"), key)
    signed = FORMS[form][1]
    other = make_key(tmp_path, "EdDSA")
    stranger = load_signing_key(_write(tmp_path, ec.derive_private_key(0x57A, ec.SECP256R1())))
    assert read_back(data, other, key).authenticity == ("authenticated" if signed else "unsigned")
    assert read_back(data).authenticity == ("unverified" if signed else "unsigned")
    assert read_back(data, stranger).authenticity == ("failed" if signed else "unsigned")


def _write(folder, private):
    path = folder / "stranger.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.mark.parametrize("alg", PRIVATE)
def test_every_kind_of_key_signs_both_forms(alg, tmp_path):
    key = make_key(tmp_path, alg)
    for make in (ear.as_json, ear.as_cbor):
        found = read_back(make(rendered("sensor-node", "good"), key), key)
        assert found.authenticity == "authenticated"
        assert [(one.alg, one.thumbprint) for one in found.signatures] == [(alg, key.thumbprint)]


def test_the_only_problems_of_an_honest_result_are_what_it_reports(form, key):
    fresh = token(measured(), claims={"nonce": challenge("sensor-node")})
    text = report.render(with_tokens(fresh, example=False), Look())
    found = read_back(written(form, text, key), key)
    expected = {"eat-freshness-not-shown"} | (set() if FORMS[form][1] else {"cose-unsigned"})
    assert {one.id for one in found.problems} == expected
    assert [one.value for one in found.shown if one.property == "attestation.appraisal"] == ["affirming"]


def test_a_result_that_claims_nothing_is_read_back_as_that(form, key):
    text = report.render(with_tokens(), Look())
    found = read_back(written(form, text, key), key)
    assert found.wellformed
    assert list(found.claims["submods"]) == [report.NOTHING]
    assert {one.id for one in found.problems} >= {"ear-warning"}
    assert "ear-malformed" not in {one.id for one in found.problems}
    assert [one.value for one in found.shown if one.property == "attestation.appraisal"] == ["none"]


def test_several_nonces_of_a_token_are_all_read_back(form, key):
    nonces = [bytes(range(8)).hex(), bytes(range(64)).hex()]
    text = report.render(with_tokens(token(measured(), claims={"nonce": nonces})), Look())
    found = read_back(written(form, text, key), key)
    assert found.claims["submods"]["psa-token"]["nonce"] == nonces


@pytest.mark.parametrize("path", ["\udc80\ud800", "a\nb", "\u202egnp.sffe", "\x1b[2J", "ключ/токен.cbor"])
def test_no_name_of_a_token_makes_a_file_that_cannot_be_read(form, key, path):
    text = report.render(with_tokens(token(measured(), path=path)), Look())
    found = read_back(written(form, text, key), key)
    assert found.wellformed
    assert found.claims["submods"]["psa-token"]["status"]["name"] == "affirming"


def test_our_own_reader_takes_no_example_for_a_product(form, key):
    tokens = token(measured())
    for example, comes_to in ((False, "affirming"), (True, "none")):
        text = report.render(with_tokens(tokens, example=example), Look())
        found = read_back(written(form, text, key), key)
        assert found.claims["submods"]["psa-token"]["status"]["name"] == "affirming"
        shown = [one.value for one in found.shown if one.property == "attestation.appraisal"]
        assert shown == [comes_to]
        warned = [one.message for one in found.problems if one.id == "ear-warning"]
        assert ["example" in one for one in warned] == [True] * example
        assert "ear-malformed" not in {one.id for one in found.problems}


# --- bytes --------------------------------------------------------------------------------------


def test_the_same_text_and_key_give_the_same_bytes(form, key):
    text = rendered("sensor-node", "flawed")
    assert written(form, text, key) == written(form, text, key)


def test_unsigned_json_is_the_text_itself():
    text = rendered("smart-plug", "good")
    assert ear.as_json(text, None) == text.encode()


def test_a_signed_result_that_was_made_better_afterwards_does_not_verify(key):
    text = rendered("sensor-node", "flawed")
    better = json.loads(text)
    for one in (better, *better["submods"].values()):
        one["ear_status"] = "affirming"
    better = json.dumps(better)
    header, _, signature = ear.as_json(text, key).split(b".")
    forged = b".".join((header, ear.as_json(better, key).split(b".")[1], signature))
    assert read_back(forged, key).authenticity == "failed"
    old, new = (cbor2.loads(ear.as_cbor(one, key)).value for one in (text, better))
    forged = cbor2.dumps(cbor2.CBORTag(18, [old[0], {}, new[2], old[3]]))
    assert read_back(forged, key).authenticity == "failed"


def test_a_claim_without_a_label_is_an_error_and_not_left_out():
    claims = {**json.loads(rendered("sensor-node", "good")), "surprise": 1}
    with pytest.raises(KeyError, match="surprise"):
        ear.as_cbor(json.dumps(claims), None)


def test_a_result_about_thousands_of_tokens_is_written(key):
    text = report.render(with_tokens(*(token(path=f"{i:0500}.cbor") for i in range(1500))), Look())
    assert len(text) > 1 << 20
    assert len(cbor2.loads(ear.as_cbor(text, None)).value[266]) == 1500
    assert ear.as_json(text, key).count(b".") == 2


# --- by others ----------------------------------------------------------------------------------


@pytest.fixture
def conforms(caplog):
    """Whether bytes of CBOR are what a rule of the CDDL says."""
    cddl_verifier = pytest.importorskip("cddl_verifier", reason="cddl-verifier is not installed")
    caplog.set_level(logging.CRITICAL + 1, "cddl_verifier")
    text = CDDL.read_text()
    assert not cddl_verifier.schema_diagnostics(text)
    validator = cddl_verifier.Validator(text)
    return lambda data, rule: bool(validator.validate(data, root_type=rule))


@pytest.mark.parametrize(("product", "twin"), TWINS)
def test_the_structure_is_that_of_the_draft(product, twin, key, conforms):
    text = rendered(product, twin)
    assert conforms(ear.as_cbor(text, key), "signed")
    assert conforms(ear.as_cbor(text, None), "unsigned")
    assert conforms(cbor2.dumps(json.loads(text)), "json-result")


def test_a_result_that_claims_nothing_has_the_structure_of_the_draft(conforms):
    text = report.render(with_tokens(), Look())
    assert conforms(ear.as_cbor(text, None), "unsigned")
    assert conforms(cbor2.dumps(json.loads(text)), "json-result")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((265,), "tag:ietf.org,2026:rats/ear#02"),
        ((6,), 1.5),
        ((1004, 2), "more"),
        ((1000,), 3),
        ((266,), {}),
        ((266, "psa-token", 1000), "affirming"),
        ((266, "psa-token", 1001), {}),
        ((266, "psa-token", 1001, 8), 0),
        ((266, "psa-token", 1001, 0), 128),
        ((266, "psa-token", 1003), []),
        ((266, "psa-token", 10), b"short"),
        ((266, "psa-token", -75202, "sha256"), "00"),
    ],
)
def test_the_oracle_sees_what_is_not_of_the_draft(path, value, conforms):
    claims = cbor2.loads(ear.as_cbor(rendered("sensor-node", "good"), None)).value
    plain = json_like(claims)
    assert conforms(cbor2.dumps(cbor2.CBORTag(601, plain)), "unsigned")
    place = plain
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not conforms(cbor2.dumps(cbor2.CBORTag(601, plain)), "unsigned")


def json_like(value):
    """A copy that can be changed: cbor2 gives maps under a tag that cannot."""
    if hasattr(value, "items"):
        return {label: json_like(inner) for label, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def test_the_signed_json_is_a_token_for_joserfc(key):
    text = rendered("sensor-node", "good")
    found = jwt.decode(
        ear.as_json(text, key).decode(), jwk.ECKey.import_key(key.public_pem), algorithms=["ES256"]
    )
    assert found.claims == json.loads(text)
    assert found.header == {"alg": "ES256", "typ": "eat+jwt", "kid": key.thumbprint}


def test_the_signed_cbor_says_in_its_protected_header_what_it_is(key):
    protected, unprotected, payload, _ = cbor2.loads(ear.as_cbor(rendered("sensor-node", "good"), key)).value
    assert cbor2.loads(protected)[3] == ear.CONTENT_TYPE
    assert dict(unprotected) == {}
    assert payload == cbor2.dumps(cbor2.loads(payload))  # no item is longer than it has to be


def test_the_command_verifies_what_was_written(form, key, tmp_path):
    path = tmp_path / "result"
    path.write_bytes(written(form, rendered("sensor-node", "good"), key))
    public = tmp_path / "public.pem"
    public.write_bytes(key.public_pem)
    options = ["-t", f"results={public}", "--nonce", challenge("sensor-node"), "--as-of", "2026-11-01"]
    ran = subprocess.run(
        [sys.executable, "-m", "iotassess", "verify", str(path), *options, "-f", "json"],
        capture_output=True,
        text=True,
    )
    (found,) = json.loads(ran.stdout)["artefacts"]
    assert (found["kind"], found["authenticity"]) == (
        *("ear",),
        "authenticated" if FORMS[form][1] else "unsigned",
    )
    assert ran.returncode == (0 if FORMS[form][1] else 1)
    assert found["claims"]["submods"]["psa-token"]["status"] == {"value": 2, "name": "affirming"}
