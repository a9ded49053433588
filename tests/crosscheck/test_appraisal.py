"""Our own appraisal: outcomes, the vector and its reasons, and who is believed."""

from __future__ import annotations

from typing import Any

import pytest

from iotassess.crosscheck.appraisal import appraise
from iotassess.model import ar4si
from iotassess.model.appraisal import Appraisal
from iotassess.model.artefact import Artefact
from iotassess.model.claim import Digest
from iotassess.model.problems import problem
from tests.crosscheck.appraisal_scene import (
    APP,
    DEVICE,
    IMPLEMENTATION,
    KEY,
    artefact,
    corim,
    endorsed,
    implementation,
    measured,
    outcomes,
    reason,
    reference,
    signature,
    token,
)

OTHER = Digest("sha-256", "0e" * 32)
KNOWN = corim(implementation(), endorsed(), reference(), reference("ARoT", APP, index=1))


def judged(*artefacts: Artefact, **keys: Any) -> Appraisal:
    (found,) = appraise(artefacts, **keys)
    return found


# --- what is good -------------------------------------------------------------------------------


def test_a_token_whose_components_match_and_whose_key_is_endorsed_is_affirmed():
    found = judged(token(), KNOWN)
    assert found.status == "affirming"
    assert outcomes(found) == ["match", "match"]
    assert found.unreported == ()
    assert found.vector == {
        "instance-identity": 2,
        "configuration": 0,
        "executables": 3,
        "file-system": 0,
        "hardware": 2,
        "runtime-opaque": 0,
        "storage-opaque": 0,
        "sourced-data": 0,
    }
    assert [source.path for source in found.references] == ["ref.corim"]
    assert list(found.vector) == list(ar4si.CATEGORIES)


def test_a_declared_key_makes_the_instance_known():
    found = judged(token(), corim(), declared_keys={DEVICE: [KEY]})
    assert found.vector["instance-identity"] == 2
    assert "the profile" in reason(found, "instance-identity")


def test_there_is_one_appraisal_a_token_and_none_of_anything_else():
    assert appraise([corim()]) == ()
    assert appraise([]) == ()
    inner = token(path="outer.bin#submods.inner", kind="eat-cwt")
    outer = token(path="outer.bin", kind="eat-cwt", nested=(inner,))
    assert [one.token for one in appraise([corim(), outer])] == ["outer.bin", "outer.bin#submods.inner"]


# --- who is believed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "doubtful",
    [
        {"authenticity": "intact"},
        {"authenticity": "unverified", "signatures": ()},
        {"authenticity": "unsigned", "signatures": ()},
        {"grade": 3},
        {"grade": 2},
        {"signatures": (signature(test_key="published"),)},
        {"signatures": (signature(test_key="own"),)},
    ],
)
def test_nothing_is_affirmed_of_a_token_or_by_references_that_are_not_believed(doubtful):
    of_token = judged(token(**doubtful), KNOWN)
    assert of_token.status == "none"
    assert {ar4si.tier(value) for value in of_token.vector.values()} == {"none"}
    assert "not affirmed, as the token proves nothing" in reason(of_token, "executables")
    assert outcomes(of_token) == ["match", "match"]

    by_references = judged(token(), corim(*KNOWN.shown, **doubtful))
    assert by_references.status == "none"
    assert {ar4si.tier(value) for value in by_references.vector.values()} == {"none"}
    assert "not authenticated" in reason(by_references, "executables")
    assert outcomes(by_references) == ["match", "match"]
    assert by_references.references[0].doubt


def test_a_token_that_answers_another_challenge_affirms_nothing():
    assert judged(token(), KNOWN).status == "affirming"
    kept = judged(token(problems=(problem("eat-nonce-mismatch", "got x, expected y"),)), KNOWN)
    assert kept.status == "none"
    assert all(ar4si.tier(entry.value) == "none" for entry in kept.entries)
    assert "another challenge" in reason(kept, "executables")


@pytest.mark.parametrize("id_", ["corim-expired", "corim-not-yet-valid", "key-denied"])
def test_references_out_of_their_time_or_by_a_denied_key_affirm_nothing(id_):
    found = judged(token(), corim(*KNOWN.shown, problems=(problem(id_, "x"),)))
    assert found.status == "none"


@pytest.mark.parametrize("id_", ["eat-expired", "eat-not-yet-valid"])
def test_nothing_is_affirmed_of_a_token_out_of_its_time(id_):
    assert judged(token(problems=(problem(id_, "x"),)), KNOWN).status == "none"


def test_an_own_test_key_counts_where_the_assessment_says_so():
    """An example profile may use this repository's keys: the grade tells."""
    mine = (signature(test_key="own"),)
    found = judged(token(signatures=mine, grade=4), corim(*KNOWN.shown, signatures=mine, grade=4))
    assert found.status == "affirming"


def test_what_no_signature_covers_is_no_reference():
    loose = [one._replace(covered=False) for one in corim().shown]
    assert outcomes(judged(token(), corim(*loose))) == ["no-reference", "no-reference"]


def test_references_that_are_not_believed_hide_no_disagreement_with_those_that_are():
    trusted = corim(implementation(), reference(signer="99" * 32), path="trusted.corim")
    forged = corim(implementation(), reference(), path="forged.corim", authenticity="unsigned", signatures=())
    found = judged(token(measured()), forged, trusted)
    assert outcomes(found) == ["digest-only"]
    assert found.vector["executables"] == 33


def test_references_that_are_not_believed_make_nothing_contraindicated():
    forged = corim(implementation(), reference(digest=OTHER), authenticity="unsigned", signatures=())
    found = judged(token(measured()), forged)
    assert outcomes(found) == ["none"]
    assert found.vector["executables"] == 0


def test_a_failed_signature_is_99_throughout():
    found = judged(token(authenticity="failed", signatures=(signature(status="bad-signature"),)), KNOWN)
    assert set(found.vector.values()) == {99}
    assert found.status == "contraindicated"


@pytest.mark.parametrize("fault", [{"wellformed": False}, {"claims": None}])
def test_a_malformed_token_is_1_throughout(fault):
    broken = artefact("psa-token", "attestation", **{"claims": {}, **fault})
    found = judged(broken, KNOWN)
    assert set(found.vector.values()) == {1}
    assert found.status == "none"


# --- executables --------------------------------------------------------------------------------


def test_a_digest_that_differs_from_the_reference_of_its_name_is_contraindicated():
    found = judged(token(measured(digest=OTHER)), KNOWN)
    assert outcomes(found) == ["none"]
    assert (found.vector["executables"], found.status) == (96, "contraindicated")
    entry = next(one for one in found.entries if one.category == "executables")
    assert entry.at == "sw_components[0].digest"


@pytest.mark.parametrize(
    "odd", [{"type": "M9"}, {"version": "2.0"}, {"type": ...}, {"digest_alg": "sha3-256"}]
)
def test_software_that_no_reference_speaks_of_is_unrecognised(odd):
    found = judged(token(measured(digest=OTHER, **odd)), KNOWN)
    assert outcomes(found) == ["none"]
    assert (found.vector["executables"], found.status) == (33, "warning")


def test_a_component_without_version_is_contraindicated_by_any_reference_of_its_name():
    assert judged(token(measured(digest=OTHER, version=...)), KNOWN).vector["executables"] == 96


@pytest.mark.parametrize(
    ("odd", "differs"),
    [
        ({"signer_id": "99" * 32}, ("signer",)),
        ({"version": "2.0"}, ("version",)),
        ({"type": "M9"}, ("name",)),
        ({"signer_id": ...}, ("signer",)),
        ({"version": ..., "type": "M9"}, ("name", "version")),
    ],
)
def test_the_digest_alone_is_no_match(odd, differs):
    found = judged(token(measured(**odd), measured("ARoT", APP)), KNOWN)
    assert outcomes(found) == ["digest-only", "match"]
    assert found.components[0].differs == differs
    assert found.vector["executables"] == 33
    assert ("gives none" in reason(found, "executables")) == (... in odd.values())


def test_what_a_reference_does_not_say_is_not_compared():
    lax = corim(implementation(), reference(None, version=None, signer=None))
    assert outcomes(judged(token(measured(version=..., signer_id=...)), lax)) == ["match"]


def test_one_of_several_references_is_enough_and_the_best_counts():
    several = corim(
        implementation(),
        reference(version="0.9", signer="99" * 32),
        reference(index=1, signer="99" * 32),
        reference(index=2),
    )
    found = judged(token(measured()), several)
    assert outcomes(found) == ["match"]
    assert found.components[0].reference is not None
    assert found.components[0].reference.path.endswith("measurements[2]")


def test_a_component_without_reference_is_not_affirmed():
    found = judged(token())
    assert outcomes(found) == ["no-reference", "no-reference"]
    assert found.vector["executables"] == 0
    assert found.references == ()


def test_no_components_is_no_claim_and_other_measurements_are_not_judged():
    nothing = token(claims={"sw_components": []})
    assert judged(nothing, KNOWN).vector["executables"] == 0
    assert judged(nothing, KNOWN).unreported == ()
    coswid = token(claims={"sw_components": ..., "measurements": [{"content_format": 258, "size": 9}]})
    assert judged(coswid, KNOWN).vector["executables"] == 1


@pytest.mark.parametrize("status", ["failed", "denied", "oemboot"])
def test_other_claims_speak_against_the_software(status):
    groups = [{"system": "s", "results": [{"id": "app", "result": {"value": 2, "name": "fail"}}]}]
    changed = {
        "failed": token(claims={"measres": groups}),
        "denied": token(problems=(problem("firmware-denied", "x"),)),
        "oemboot": token(claims={"oemboot": False}),
    }[status]
    found = judged(changed, KNOWN)
    assert found.vector["executables"] == (33 if status == "oemboot" else 96)
    assert found.status != "affirming"


def test_good_results_of_other_claims_change_nothing():
    groups = [{"system": "s", "results": [{"id": "app", "result": {"value": 1, "name": "success"}}]}]
    assert judged(token(claims={"measres": groups, "oemboot": True}), KNOWN).vector["executables"] == 3
    assert judged(token(claims={"measres": "odd"}), KNOWN).vector["executables"] == 3


def test_more_components_than_are_compared_are_never_affirmed():
    many = [measured() for _ in range(300)]
    found = judged(token(*many), KNOWN)
    assert set(outcomes(found)) == {"match", "no-reference"}
    assert len(found.components) == 300
    assert found.vector["executables"] == 0


def test_a_reference_that_nothing_meets_is_unreported():
    found = judged(token(measured()), KNOWN)
    assert [one.name for one in found.unreported] == ["ARoT"]
    assert found.vector["executables"] == 3


# --- the other categories -----------------------------------------------------------------------


def test_another_key_than_the_endorsed_one_is_contraindicated():
    found = judged(token(), corim(implementation(), reference(), endorsed("cd" * 32)))
    assert found.vector["instance-identity"] == 96


def test_a_device_that_is_not_among_those_endorsed_is_unrecognised():
    found = judged(token(), corim(implementation(), reference(), endorsed(device="01" + "ee" * 32)))
    assert (found.vector["instance-identity"], found.status) == (97, "contraindicated")


def test_a_device_of_another_implementation_need_not_be_among_those_endorsed():
    at = "environment[1]"
    shown = (implementation("44" * 32, at), endorsed(device="01" + "ee" * 32))
    assert judged(token(), corim(*shown)).vector["instance-identity"] == 0
    own = (implementation(scope=at), endorsed(device="01" + "ee" * 32))
    assert judged(token(), corim(*own)).vector["instance-identity"] == 97


def test_without_known_keys_nothing_is_claimed_of_the_instance():
    assert judged(token(), corim()).vector["instance-identity"] == 0
    assert judged(token(device=""), KNOWN).vector["instance-identity"] == 0


def test_a_shared_secret_shows_no_instance():
    secret = (signature(thumbprint=None, symmetric=True),)
    assert judged(token(signatures=secret), KNOWN).vector["instance-identity"] == 0


def test_an_unbelieved_endorsement_is_none():
    loose = corim(endorsed("cd" * 32), authenticity="unsigned", signatures=())
    assert judged(token(), loose).vector["instance-identity"] == 0


def test_a_key_of_two_devices_is_contraindicated_for_both():
    other = token(path="other.bin", device="01" + "ee" * 32)
    found = appraise([token(), other, KNOWN])
    assert [one.vector["instance-identity"] for one in found] == [96, 96]


def test_a_denied_key_is_contraindicated():
    assert judged(token(problems=(problem("key-denied", "x"),)), KNOWN).vector["instance-identity"] == 96


@pytest.mark.parametrize(
    ("state", "identity", "opaque"),
    [
        ("secured", 2, 0),
        ("non-psa-rot-debug", 2, 32),
        ("recoverable-psa-rot-debug", 96, 96),
        ("decommissioned", 96, 0),
        ("unknown", 96, 0),
        ("assembly-and-test", 96, 0),
        ("psa-rot-provisioning", 96, 0),
    ],
)
def test_the_lifecycle_counts(state, identity, opaque):
    found = judged(token(claims={"lifecycle": {"value": 0, "name": state}}), KNOWN)
    assert (found.vector["instance-identity"], found.vector["runtime-opaque"]) == (identity, opaque)


@pytest.mark.parametrize(("value", "opaque"), [(0, 96), (1, 32), (2, 0), (3, 0), (4, 0)])
def test_the_debug_state_counts_also_that_of_a_submodule(value, opaque):
    state = {"dbgstat": {"value": value, "name": "x"}}
    assert judged(token(claims=state), KNOWN).vector["runtime-opaque"] == opaque
    inside = judged(token(claims={"submods": {"radio": state}}), KNOWN)
    assert inside.vector["runtime-opaque"] == opaque
    if opaque:
        entry = next(one for one in inside.entries if one.category == "runtime-opaque")
        assert entry.at == "submods.radio.dbgstat"


def test_states_that_cannot_be_read_are_not_taken_for_good():
    found = judged(token(claims={"dbgstat": 7, "lifecycle": "?"}), KNOWN)
    assert found.vector["runtime-opaque"] == 0


def test_what_an_unbelieved_token_says_against_itself_stands():
    found = judged(
        token(authenticity="unverified", claims={"dbgstat": {"value": 0, "name": "enabled"}}), KNOWN
    )
    assert (found.vector["runtime-opaque"], found.status) == (96, "contraindicated")


def test_hardware_is_affirmed_only_by_what_speaks_of_its_implementation():
    other = token(claims={"implementation_id": "44" * 32})
    assert judged(other, KNOWN).vector["hardware"] == 0
    assert judged(other, corim(*KNOWN.shown, grade=4)).vector["hardware"] == 97
    assert judged(token(claims={"implementation_id": ...}), KNOWN).vector["hardware"] == 0
    assert judged(token(), corim(reference(scope=""))).vector["hardware"] == 0


def test_a_configuration_that_nothing_judges_is_unknown():
    assert judged(token(claims={"config": "00"}), KNOWN).vector["configuration"] == 1


def test_without_software_that_is_affirmed_the_status_affirms_nothing():
    found = judged(token(claims={"sw_components": []}), KNOWN)
    assert (found.vector["instance-identity"], found.vector["hardware"]) == (2, 2)
    assert found.status == "none"


# --- claims sets --------------------------------------------------------------------------------


def test_components_of_submodules_are_compared_in_the_environment_of_the_token():
    claims = {"sw_components": ..., "submods": {"cpu": {"sw_components": [measured()]}, "odd": 7}}
    found = judged(token(claims=claims), KNOWN)
    assert outcomes(found) == ["match"]
    assert found.components[0].component.path == "submods.cpu.sw_components[0]"
    foreign = {"implementation_id": "44" * 32, "sw_components": [measured()]}
    assert outcomes(judged(token(claims={"sw_components": ..., "submods": {"cpu": foreign}}), KNOWN)) == [
        "no-reference"
    ]


def test_components_of_nested_tokens_are_not_those_of_the_outer_one():
    inner = token(path="t.bin#submods.inner")
    claims = {"submods": {"inner": inner.claims}}
    outer, nested = appraise([token(measured(), path="t.bin", claims=claims, nested=(inner,)), KNOWN])
    assert len(outer.components) == 1
    assert len(nested.components) == 2


def test_a_nested_token_is_apart_whatever_its_name():
    name = "long #name " * 20
    inner = token(path=f"t.bin#submods.{name.replace('#', '_')[:59]}…")
    claims = {"submods": {name: inner.claims}}
    outer, _nested = appraise([token(measured(), path="t.bin", claims=claims, nested=(inner,)), KNOWN])
    assert len(outer.components) == 1


def test_components_of_too_many_implementations_are_never_affirmed():
    parts = {
        f"cpu {index}": {"implementation_id": f"{index:02x}" * 32, "sw_components": [measured()]}
        for index in range(20)
    }
    known = corim(reference(scope=""))
    found = judged(token(claims={"sw_components": ..., "submods": parts}), known)
    assert set(outcomes(found)) == {"match", "no-reference"}
    assert found.vector["executables"] == 0


def test_a_cca_collection_speaks_for_its_platform_token():
    platform = token(kind="eat-cwt", path="cca.bin#platform")
    realm = artefact("eat-cwt", "attestation", path="cca.bin#realm", claims={"nonce": "00"})
    claims = {"realm": {"nonce": "00"}}
    whole = token(kind="cca-token", path="cca.bin", claims=claims, nested=(platform, realm))
    assert [one.token for one in appraise([whole, KNOWN])] == ["cca.bin", "cca.bin#realm"]


def test_a_collection_without_tokens_inside_is_read_by_its_parts():
    whole = token(
        kind="cca-token", claims={"sw_components": ..., "platform": {"sw_components": [measured()]}}
    )
    assert judged(whole, KNOWN).components[0].component.path == "platform.sw_components[0]"


@pytest.mark.parametrize("odd", [7, [7], {"digest": 7}, [{"digest": "aa"}]])
def test_components_in_no_form_are_never_affirmed(odd):
    assert judged(token(claims={"sw_components": odd}), KNOWN).vector["executables"] != 3


def test_the_environment_of_a_token_is_named():
    assert IMPLEMENTATION in judged(token(), KNOWN).components[0].component.implementation
