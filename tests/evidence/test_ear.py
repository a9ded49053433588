"""Attestation results: one fault each, beside a good twin."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import cbor2
import pytest

from iotassess.evidence import ear
from iotassess.evidence.ear_claims import PROFILE, VERAISON_PROFILE
from iotassess.evidence.ear_names import EXAMPLE_POLICY
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact
from tests.evidence import token_builder as build
from tests.evidence.token_builder import DEVICE, NONCE, NOW, STRANGER, anchor, ids, only, read, shown

VERIFIER = anchor("verifier", DEVICE, purpose="results")
VECTOR = {"instance-identity": 2, "executables": 3, "hardware": 2, "configuration": 0}
CBOR_VECTOR = {0: 2, 2: 3, 4: 2, 1: 0}
RAW = b"the evidence that was appraised"


def appraisal(edits: dict[Any, Any] | None = None) -> dict[Any, Any]:
    good = {
        "ear_status": "affirming",
        "ear_trustworthiness_vector": VECTOR,
        "ear_appraisal_policy_ids": ["policy:1", "policy:2"],
    }
    return build.edited(good, edits or {})


def claims(edits: dict[Any, Any] | None = None, **one: Any) -> dict[Any, Any]:
    good = {
        "eat_profile": PROFILE,
        "iat": NOW - 60,
        "ear_verifier_id": {"developer": "https://verifier.example", "build": "v 1"},
        "ear_raw_evidence": build.b64(RAW),
        "eat_nonce": build.b64(NONCE),
        "submods": {"PSA": appraisal(one.get("one"))},
    }
    return build.edited(good, edits or {})


def cbor_claims(edits: dict[Any, Any] | None = None) -> dict[Any, Any]:
    good = {
        265: PROFILE,
        6: NOW - 60,
        1004: {0: "https://verifier.example", 1: "v 1"},
        1002: RAW,
        10: NONCE,
        266: {"PSA": {1000: 2, 1001: CBOR_VECTOR, 1003: ["policy:1"]}},
    }
    return build.edited(good, edits or {})


def legacy(edits: dict[Any, Any] | None = None) -> dict[Any, Any]:
    good = {
        "eat_profile": VERAISON_PROFILE,
        "iat": NOW - 60,
        "ear.verifier-id": {"developer": "https://verifier.example", "build": "v 1"},
        "eat_nonce": build.b64(NONCE),
        "submods": {
            "PSA_IOT": {
                "ear.status": "affirming",
                "ear.trustworthiness-vector": VECTOR,
                "ear.appraisal-policy-id": "policy:1",
                "ear.veraison.annotated-evidence": {"psa-instance-id": build.b64(build.INSTANCE)},
            }
        },
    }
    return build.edited(good, edits or {})


def read_jwt(edits: dict[Any, Any] | None = None, **one: Any) -> Artefact:
    return read(build.jwt(claims(edits, **one)), VERIFIER)


def read_one(**edits: Any) -> Artefact:
    """A result whose one appraisal is edited."""
    return read_jwt(one=edits)


def errors(artefact: Artefact) -> set[str]:
    return {found.id for found in artefact.problems if found.severity == "error"}


# --- the forms ----------------------------------------------------------------------------------


def test_a_good_jwt_is_authenticated_fresh_and_affirming():
    found = read_jwt()
    assert (found.kind, found.wellformed, found.authenticity) == ("ear", True, "authenticated")
    assert (found.purpose, found.fresh, found.problems) == ("results", "nonce", ())
    (statement,) = found.shown
    assert statement.property == "attestation.appraisal"
    assert (statement.value, statement.path, statement.covered) == ("affirming", "submods", True)
    assert found.claims is not None
    assert found.claims["raw_evidence"] == {"size": len(RAW), "sha256": hashlib.sha256(RAW).hexdigest()}
    assert found.claims["verifier_id"] == {"developer": "https://verifier.example", "build": "v 1"}
    assert found.claims["nonce"] == NONCE.hex()
    one = found.claims["submods"]["PSA"]
    assert one["status"] == {"value": 2, "name": "affirming"}
    assert one["appraisal_policy_ids"] == ["policy:1", "policy:2"]
    assert one["trustworthiness_vector"]["executables"] == {
        "value": 3,
        "name": "only approved software was loaded during boot",
        "tier": "affirming",
    }


@pytest.mark.parametrize("tags", [(18,), (61, 18), ()])
def test_a_good_cwt_is_authenticated(tags):
    found = read(build.sign1(cbor_claims(), tags=tags), VERIFIER)
    assert (found.kind, found.authenticity, found.fresh) == ("ear", "authenticated", "nonce")
    assert ids(found) - {"cose-untagged"} == set()
    assert shown(found, "attestation.appraisal") == ["affirming"]
    assert found.claims is not None
    assert found.claims["submods"]["PSA"]["trustworthiness_vector"]["hardware"]["value"] == 2
    assert found.media_type == ear.MEDIA_TYPES["cwt"]


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (json.dumps(claims()).encode(), "json"),
        (cbor2.dumps(cbor_claims()), "cbor"),
        (build.uccs(cbor_claims()), "cbor"),
        (json.dumps({"PSA": appraisal(), "TPM": {"ear.status": "none"}}).encode(), "appraisals"),
    ],
)
def test_a_bare_claims_set_is_unsigned_and_covers_nothing(data, form):
    found = read(data, VERIFIER)
    assert (found.kind, found.authenticity, found.wellformed) == ("ear", "unsigned", True)
    assert "cose-unsigned" in ids(found)
    assert found.claims is not None
    assert found.claims["form"] == form
    assert [statement.covered for statement in found.shown] == [False]
    assert found.fresh is None


def test_a_map_of_appraisals_alone_says_what_it_lacks():
    found = read(json.dumps({"PSA": appraisal()}).encode())
    assert found.claims is not None
    assert "alone" in found.claims["not_evaluated"][0]
    assert shown(found, "attestation.appraisal") == ["affirming"]


def test_the_older_spelling_is_read_and_noted_once():
    found = read(build.jwt(legacy()), VERIFIER)
    assert only(found, "ear-legacy-claims").severity == "note"
    assert errors(found) == set()
    assert found.claims is not None
    one = found.claims["submods"]["PSA_IOT"]
    assert one["appraisal_policy_ids"] == ["policy:1"]
    assert found.device == build.INSTANCE.hex()


def test_the_older_profile_alone_is_noted_too():
    assert only(read_jwt({"eat_profile": VERAISON_PROFILE}), "ear-legacy-claims").at == "profile"


# --- who signed ---------------------------------------------------------------------------------


def test_a_result_by_a_stranger_is_failed_or_unverified():
    data = build.jwt(claims(), STRANGER)
    assert read(data, VERIFIER).authenticity == "failed"
    assert read(data, none=True).authenticity == "unverified"


def test_a_key_in_its_own_header_leaves_it_intact_at_most():
    numbers = STRANGER.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": build.b64(numbers.x.to_bytes(32, "big")),
        "y": build.b64(numbers.y.to_bytes(32, "big")),
    }
    found = read(build.jwt(claims(), STRANGER, jwk=jwk), none=True)
    assert found.authenticity == "intact"
    assert "cose-self-asserted-key" in ids(found)


def test_an_attestation_key_authenticates_no_result():
    found = read(build.jwt(claims()), anchor("device", DEVICE, purpose="attestation"))
    assert found.authenticity == "unverified"


def test_alg_none_is_unsigned():
    found = read(build.jwt(claims(), alg="none"), VERIFIER)
    assert (found.kind, found.authenticity) == ("ear", "unsigned")
    assert [statement.covered for statement in found.shown] == [False]


def test_a_changed_payload_is_failed():
    head, _payload, signature = build.jwt(claims()).split(b".")
    other = build.b64(json.dumps(claims(one={"ear_status": "warning"})).encode()).encode()
    assert read(b".".join([head, other, signature]), VERIFIER).authenticity == "failed"


# --- when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "id_"),
    [
        ({"exp": NOW - 3600}, "eat-expired"),
        ({"nbf": NOW + 3600}, "eat-not-yet-valid"),
        ({"iat": NOW + 3600}, "eat-not-yet-valid"),
        ({"iat": NOW - 60.5}, "eat-iat-float"),
        ({"exp": NOW + 60.5}, "ear-malformed"),
        ({"iat": "yesterday"}, "eat-claim-type"),
        ({"eat_nonce": build.b64(b"other nonce")}, "eat-nonce-mismatch"),
        ({"eat_nonce": build.b64(b"short")}, "eat-nonce-length"),
        ({"eat_nonce": ...}, "eat-nonce-missing"),
        ({"eat_nonce": 7}, "ear-malformed"),
        ({"eat_nonce": []}, "ear-malformed"),
    ],
)
def test_a_time_or_nonce_that_is_wrong_is_an_error(edits, id_):
    found = read_jwt(edits)
    assert id_ in errors(found)
    assert found.fresh is None or id_ in ("ear-malformed",)


def test_without_a_challenge_freshness_is_not_shown():
    found = read(build.jwt(claims({"eat_nonce": ...})), VERIFIER, nonce=None)
    assert {"eat-nonce-missing", "eat-freshness-not-shown"} == ids(found)


def test_the_challenge_of_the_evidence_counts_where_every_appraisal_repeats_it():
    both = {"A": appraisal({"eat_nonce": build.b64(NONCE)}), "B": appraisal({"eat_nonce": build.b64(NONCE)})}
    assert read_jwt({"eat_nonce": ..., "submods": both}).fresh == "nonce"
    one = {"A": both["A"], "B": appraisal()}
    assert read_jwt({"eat_nonce": ..., "submods": one}).fresh is None


def test_several_nonces_and_texts_that_are_no_base64():
    found = read_jwt({"eat_nonce": [build.b64(NONCE), "no base64: ?!"]})
    assert found.claims is not None
    assert found.claims["nonce"] == [NONCE.hex(), b"no base64: ?!".hex()]
    assert found.fresh == "nonce"


# --- the claims ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["eat_profile", "iat", "ear_verifier_id", "submods"])
def test_a_missing_mandatory_claim_is_malformed(name):
    assert "ear-malformed" in errors(read_jwt({name: ...}))


def test_without_appraisals_it_is_no_result_and_shows_nothing():
    for value in (..., {}, 7, []):
        found = read_jwt({"submods": value})
        assert (found.wellformed, found.shown) == (False, ())


@pytest.mark.parametrize(
    ("edits", "at"),
    [
        ({"ear_verifier_id": "somebody"}, "verifier_id"),
        ({"ear_verifier_id": {"build": "1"}}, "verifier_id.developer"),
        ({"ear_verifier_id": {"developer": "x", "build": 1}}, "verifier_id.build"),
        ({"ear_raw_evidence": 7}, "raw_evidence"),
        ({"eat_profile": 7}, "profile"),
    ],
)
def test_a_claim_of_the_wrong_type_is_malformed_there(edits, at):
    assert only(read_jwt(edits), "ear-malformed").at == at


def test_an_unknown_profile_is_a_warning():
    assert (
        only(read_jwt({"eat_profile": "tag:example.com,2026:results"}), "eat-profile-unknown").at == "profile"
    )


def test_what_is_not_known_is_kept():
    found = read_jwt({"extension": {"a": 1}, "sub": "device 7", "jti": "abc"})
    assert found.claims is not None
    assert found.claims["other"] == {"extension": {"a": 1}}
    assert (found.claims["sub"], found.claims["cti"]) == ("device 7", "abc")
    assert found.problems == ()


def test_one_claim_in_two_spellings_counts_for_none():
    found = read_one(**{"ear.status": "affirming"})
    assert "ear-malformed" in errors(found)
    assert shown(found, "attestation.appraisal") == ["none"]
    third = read(
        json.dumps({"submods": {}, "eat_profile": PROFILE, "ear.status": 1, "ear_status": 2}).encode()
    )
    assert "ear-malformed" in errors(third)


# --- status and vector --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "id_"),
    [("warning", "ear-warning"), ("none", "ear-warning"), ("contraindicated", "ear-contraindicated")],
)
def test_a_status_that_does_not_affirm_is_reported_and_shown(status, id_):
    found = read_one(ear_status=status)
    assert only(found, id_).at == "submods.PSA.status"
    assert shown(found, "attestation.appraisal") == [status]


@pytest.mark.parametrize(
    ("value", "room"),
    [(32, "warning"), (-33, "warning"), (95, "warning"), (96, "contraindicated"), (-128, "contraindicated")],
)
def test_a_status_that_promises_more_than_its_vector_is_a_lie_and_the_vector_counts(value, room):
    found = read_one(ear_trustworthiness_vector={**VECTOR, "file-system": value})
    assert only(found, "ear-malformed").at == "submods.PSA.status"
    assert shown(found, "attestation.appraisal") == [room]
    honest = read_one(ear_status=room, ear_trustworthiness_vector={**VECTOR, "file-system": value})
    assert "ear-malformed" not in ids(honest)


@pytest.mark.parametrize("value", [2, 31, -2, -32, 0, 1, -1])
def test_an_entry_that_affirms_or_claims_nothing_leaves_an_affirming_status(value):
    assert read_one(ear_trustworthiness_vector={**VECTOR, "file-system": value}).problems == ()


def test_a_vector_without_claims_affirms_nothing():
    found = read_one(ear_trustworthiness_vector={"hardware": 0})
    assert {"ear-malformed", "ear-warning"} == ids(found)
    assert shown(found, "attestation.appraisal") == ["none"]


def test_a_status_without_vector_stands():
    assert read_one(ear_trustworthiness_vector=...).problems == ()


@pytest.mark.parametrize("value", [128, -129, 2.0, True, "2", None])
def test_an_entry_that_is_no_signed_byte_is_malformed_and_affirms_nothing(value):
    found = read_one(ear_trustworthiness_vector={**VECTOR, "hardware": value})
    assert "ear-malformed" in errors(found)
    assert shown(found, "attestation.appraisal") == ["none"]


@pytest.mark.parametrize("value", [[], 7, {f"c{number}": 2 for number in range(40)}])
def test_a_vector_that_is_none_is_malformed_and_affirms_nothing(value):
    found = read_one(ear_trustworthiness_vector=value)
    assert "ear-malformed" in errors(found)
    assert shown(found, "attestation.appraisal") == ["none"]


@pytest.mark.parametrize("status", ["Affirming", "good", 3, True, None, [], 2.0])
def test_a_status_that_is_none_of_the_four_claims_nothing(status):
    found = read_one(ear_status=status)
    assert {found.at for found in found.problems} == {"submods.PSA.status"}
    assert shown(found, "attestation.appraisal") == ["none"]


def test_a_missing_status_claims_nothing_but_its_vector_still_speaks_against():
    assert shown(read_one(ear_status=...), "attestation.appraisal") == ["none"]
    worse = read_one(ear_status=..., ear_trustworthiness_vector={"hardware": 97})
    assert shown(worse, "attestation.appraisal") == ["contraindicated"]
    assert "no status" in only(worse, "ear-malformed").message


def test_the_worst_appraisal_counts():
    two = {"A": appraisal(), "B": appraisal({"ear_status": "warning"})}
    assert shown(read_jwt({"submods": two}), "attestation.appraisal") == ["warning"]
    two["B"] = 7
    found = read_jwt({"submods": two})
    assert only(found, "ear-malformed").at == "submods.B"
    assert shown(found, "attestation.appraisal") == ["none"]


def test_an_overall_status_must_not_promise_more_than_the_worst_appraisal():
    found = read_jwt({"ear_status": "affirming"}, one={"ear_status": "warning"})
    assert only(found, "ear-malformed").at == "status"
    assert shown(found, "attestation.appraisal") == ["warning"]
    assert read_jwt({"ear_status": "affirming"}).problems == ()


def test_a_worse_overall_status_counts():
    found = read_jwt({"ear_status": "contraindicated"})
    assert only(found, "ear-contraindicated").at == "status"
    assert shown(found, "attestation.appraisal") == ["contraindicated"]


def test_an_overall_status_that_cannot_be_read_claims_nothing():
    found = read_jwt({"ear_status": "fine"})
    assert {"ear-malformed", "ear-warning"} == ids(found)
    assert shown(found, "attestation.appraisal") == ["none"]


def test_a_message_names_some_of_the_entries():
    vector = {"hardware": 99, "executables": 99, "configuration": 99, "file-system": 99}
    found = read_one(ear_status="contraindicated", ear_trustworthiness_vector=vector)
    assert "and 1 more" in only(found, "ear-contraindicated").message


def test_a_category_in_text_is_no_category_in_cbor():
    found = read(cbor2.dumps(cbor_claims({266: {"A": {1000: 2, 1001: {"hardware": 2, 4: 2, 9: 5}}}})))
    assert found.claims is not None
    vector = found.claims["submods"]["A"]["trustworthiness_vector"]
    assert set(vector) == {"hardware (as text)", "hardware", "9"}
    assert vector["9"]["name"] == "a value that is not assigned"


# --- the rest of an appraisal -------------------------------------------------------------------


@pytest.mark.parametrize("value", [[], 7, ["a", 7]])
def test_policies_that_are_no_texts_are_malformed(value):
    assert only(read_one(ear_appraisal_policy_ids=value), "ear-malformed").at == (
        "submods.PSA.appraisal_policy_ids"
    )


def test_too_many_policies_are_cut():
    found = read_one(ear_appraisal_policy_ids=[f"policy:{number}" for number in range(65)])
    assert "65 policies" in only(found, "ear-malformed").message
    assert found.claims is not None
    assert len(found.claims["submods"]["PSA"]["appraisal_policy_ids"]) == 64


def test_extensions_are_read():
    found = read_one(
        eat_profile="tag:example.com,2026:psa",
        ear_veraison_annotated_evidence={"psa-instance-id": build.b64(build.INSTANCE), "x": [1, {"y": 2}]},
        ear_veraison_policy_claims={"certified": True},
        ear_teep_claims={"ueid": build.b64(build.INSTANCE), "oemid": "Av8B"},
        ear_veraison_key_attestation={"akpub": build.b64(b"spki")},
    )
    assert found.problems == ()
    assert found.device == build.INSTANCE.hex()
    assert found.claims is not None
    one = found.claims["submods"]["PSA"]
    assert one["key_attestation"] == {"akpub": b"spki".hex(), "sha256": hashlib.sha256(b"spki").hexdigest()}
    assert one["policy_claims"] == {"certified": True}
    assert one["profile"] == "tag:example.com,2026:psa"


def test_extensions_in_cbor_are_read():
    one = {1000: 2, -70000: {"a": b"\x01"}, -70001: {"b": 1}, -70002: {"akpub": b"spki"}}
    found = read(cbor2.dumps(cbor_claims({266: {"A": {**one, 65000: {256: build.INSTANCE, 259: b"m"}}}})))
    assert errors(found) == set()
    assert found.device == build.INSTANCE.hex()


def test_two_devices_are_none():
    other = {"ear_veraison_annotated_evidence": {"psa-instance-id": build.b64(b"\x01" + b"\x99" * 32)}}
    mine = {"ear_teep_claims": {"ueid": build.b64(build.INSTANCE)}}
    assert read_jwt({"submods": {"A": appraisal(other), "B": appraisal(mine)}}).device == ""
    short = {"ear_teep_claims": {"ueid": build.b64(b"\x01")}}
    assert read_jwt({"submods": {"A": appraisal(short)}}).device == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ear_veraison_annotated_evidence", 7),
        ("ear_veraison_policy_claims", []),
        ("ear_teep_claims", "x"),
        ("ear_veraison_key_attestation", 7),
        ("ear_veraison_key_attestation", {"akpub": 7}),
        ("ear_veraison_key_attestation", {}),
        ("eat_profile", 7),
        ("eat_nonce", 7),
    ],
)
def test_an_extension_of_the_wrong_type_is_malformed(name, value):
    found = read_one(**{name: value})
    assert only(found, "ear-malformed").severity == "error"
    assert shown(found, "attestation.appraisal") == ["affirming"]


def test_names_that_are_no_text_make_nothing_disappear():
    found = read(cbor2.dumps(cbor_claims({266: {"A": {1000: 2}, 7: {1000: 96}}})))
    assert "ear-malformed" in errors(found)
    assert shown(found, "attestation.appraisal") == ["none"]


def test_too_many_appraisals_make_nothing_disappear():
    many = {f"attester {number}": {"ear_status": "affirming"} for number in range(300)}
    found = read(json.dumps(claims({"submods": many})).encode())
    assert "300 appraisals" in only(found, "ear-malformed").message
    assert shown(found, "attestation.appraisal") == ["none"]


# --- what it is not -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        build.sign1(build.eat()),
        build.sign1(build.psa()),
        build.jwt({"eat_nonce": "x", "ueid": "y"}),
        b"a.b.c",
        b"a.b",
        b"{}",
        b"[1]",
        b"{",
        b"",
        cbor2.dumps({1: 2}),
        cbor2.dumps([1]),
        b"\xff",
    ],
)
def test_other_artefacts_are_not_taken(data):
    assert not ear.is_ear(Peek(data))


def test_a_result_by_its_profile_alone_is_one():
    assert ear.is_ear(Peek(json.dumps({"eat_profile": PROFILE}).encode()))
    assert ear.is_ear(Peek(cbor2.dumps({265: PROFILE})))
    assert ear.is_ear(Peek(build.jwt({"eat_profile": PROFILE})))


# --- results of our own -------------------------------------------------------------------------


def test_a_result_of_an_example_affirms_nothing_and_says_why():
    policies = ["urn:iotassess:appraisal:0.1.0", EXAMPLE_POLICY]
    found = read_jwt({"ear_status": "affirming"}, one={"ear_appraisal_policy_ids": policies})
    assert shown(found, "attestation.appraisal") == ["none"]
    assert found.claims is not None
    assert found.claims["submods"]["PSA"]["status"]["name"] == "affirming"
    warned = only(found, "ear-warning")
    assert warned.at == "submods.PSA.appraisal_policy_ids"
    assert "example" in warned.message
    assert "ear-malformed" not in ids(found)


def test_an_example_makes_no_bad_result_better():
    vector = {"ear_status": "contraindicated", "ear_appraisal_policy_ids": [EXAMPLE_POLICY]}
    assert shown(read_jwt(one=vector), "attestation.appraisal") == ["contraindicated"]
