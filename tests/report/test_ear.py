"""Our appraisals as an attestation result: what they are, word for word, and never better than that."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
from typing import get_args

import pytest

from iotassess.crosscheck.appraisal import appraise
from iotassess.evidence.ear_claims import PROFILE
from iotassess.evidence.ear_names import EXAMPLE_POLICY
from iotassess.model import ar4si
from iotassess.model.artefact import Authenticity, walk
from iotassess.model.assessment import AsOf
from iotassess.report import ear
from iotassess.report.registry import Look
from tests.crosscheck.appraisal_scene import corim, endorsed, implementation, measured, reference, token
from tests.report.hostile import NASTY, harmful

MOMENT = datetime.datetime(2026, 11, 1, 9, 30, 5, 250, tzinfo=datetime.UTC)
GOOD = corim(implementation(), endorsed(), reference())
NONCE = bytes(range(32))


def rendered(assessment):
    return json.loads(ear.render(assessment, Look()))


@pytest.fixture
def about(assessed):
    """Gives the result about these tokens, by references that affirm the good one."""

    def make(*tokens, **more):
        artefacts = (*tokens, GOOD)
        changed = {"artefacts": artefacts, "appraisals": appraise(artefacts), "example": False, **more}
        return rendered(dataclasses.replace(assessed("sensor-node", "good"), **changed))

    return make


def good(**more):
    return token(measured(), **more)


# --- what it says -------------------------------------------------------------------------------


def test_each_appraisal_is_there_as_it_was_made(every_twin):
    found = rendered(every_twin)
    shown = [
        (one["ear_status"], one["ear_trustworthiness_vector"], one[ear.TOKEN_CLAIM]["path"])
        for one in found["submods"].values()
    ]
    assert shown == [(one.status, one.vector, one.token) for one in every_twin.appraisals]
    assert shown
    assert found["eat_profile"] == ear.PROFILE == PROFILE
    assert found["ear_verifier_id"] == {"developer": "iotassess", "build": "iotassess 0.0.0"}
    assert found[ear.RESULT_CLAIM]["profile_sha256"] == every_twin.profile_sha256


def test_a_result_is_tied_to_the_bytes_of_the_token(every_twin):
    digests = {one.path: one.sha256 for one in walk(every_twin.artefacts)}
    for one in rendered(every_twin)["submods"].values():
        assert one[ear.TOKEN_CLAIM]["sha256"] == digests[one[ear.TOKEN_CLAIM]["path"]]


def test_the_overall_status_is_no_better_than_the_worst(about, every_twin):
    found = rendered(every_twin)
    for one in found["submods"].values():
        assert not ar4si.is_better(found["ear_status"], one["ear_status"])
    assert about(good())["ear_status"] == "affirming"
    assert about(good(), good(path="b", authenticity="failed"))["ear_status"] == "contraindicated"
    assert about(good(), good(path="b", authenticity="unsigned"))["ear_status"] == "none"


def test_tokens_are_named_for_their_kind_and_numbered_in_the_order_of_the_call(about):
    paths = ("b.psa", "a.psa", "c.eat")
    tokens = [good(path=path, kind="psa-token") for path in paths[:2]]
    found = about(*tokens, good(path=paths[2], kind="eat-cwt"))["submods"]
    assert {name: one[ear.TOKEN_CLAIM]["path"] for name, one in found.items()} == {
        "psa-token": "b.psa",
        "psa-token-2": "a.psa",
        "eat-cwt": "c.eat",
    }


def test_it_is_dated_to_the_start_of_the_day_or_to_the_very_second(assessed):
    day = assessed("sensor-node", "good")
    assert rendered(day)["iat"] == int(datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC).timestamp())
    exact = dataclasses.replace(day, as_of=AsOf(MOMENT, MOMENT))
    assert rendered(exact)["iat"] == int(MOMENT.replace(microsecond=0).timestamp())


def test_the_same_assessment_is_the_same_text(assessed):
    assessment = assessed("sensor-node", "flawed")
    text = ear.render(assessment, Look())
    assert ear.render(assessment, Look(width=40, colour=True, show="failed", folder="/x")) == text
    assert text.endswith("}\n")


# --- nonces -------------------------------------------------------------------------------------


def test_the_nonce_of_the_token_is_repeated(about):
    (one,) = about(good(claims={"nonce": NONCE.hex()}))["submods"].values()
    assert one["eat_nonce"] == base64.urlsafe_b64encode(NONCE).decode().rstrip("=")
    (two,) = about(good(claims={"nonce": [NONCE.hex(), NONCE[:8].hex()]}))["submods"].values()
    assert two["eat_nonce"] == [one["eat_nonce"], "AAECAwQFBgc"]


@pytest.mark.parametrize(
    "read",
    [
        *(None, "", [], 7, NONCE[:7].hex(), "00" * 65, "zz" * 8, NONCE.hex() + "\n", "AB" * 8, "00 " * 8),
        [NONCE.hex(), "00"],
    ],
)
def test_a_nonce_that_is_not_there_or_no_nonce_is_left_out(about, read):
    (one,) = about(good(claims={"nonce": read}))["submods"].values()
    assert "eat_nonce" not in one


# --- what it must never say ---------------------------------------------------------------------


@pytest.mark.parametrize("authenticity", get_args(Authenticity))
@pytest.mark.parametrize("grade", [None, 2, 3, 4, 5])
def test_only_an_authenticated_token_is_ever_affirmed(about, authenticity, grade):
    graded = [good(authenticity=authenticity, grade=grade)]
    found = about(*graded)
    (one,) = found["submods"].values()
    believed = authenticity == "authenticated" and grade in (None, 4, 5)
    assert (one["ear_status"] == "affirming") == believed
    assert (found["ear_status"] == "affirming") == believed
    assert any(ar4si.tier(v) == "affirming" for v in one["ear_trustworthiness_vector"].values()) == believed
    assert one[ear.TOKEN_CLAIM]["authenticity"] == authenticity


def test_without_a_token_it_is_valid_and_affirms_nothing(about):
    found = about()
    assert found["ear_status"] == "none"
    ((name, one),) = found["submods"].items()
    assert name == ear.NOTHING
    assert one["ear_status"] == "none"
    assert one["ear_trustworthiness_vector"] == dict.fromkeys(ar4si.CATEGORIES, 0)
    assert ear.TOKEN_CLAIM not in one


def test_a_product_without_tokens_has_a_result_that_claims_nothing(assessed):
    bare = dataclasses.replace(assessed("sensor-node", "good"), artefacts=(), appraisals=())
    assert list(rendered(bare)["submods"]) == [ear.NOTHING]
    assert rendered(bare)["ear_status"] == "none"


def test_an_example_is_recognised_by_a_claim_and_by_the_policy_of_each_appraisal(about):
    real, example = about(good()), about(good(), example=True)
    assert (real[ear.RESULT_CLAIM]["example"], example[ear.RESULT_CLAIM]["example"]) == (False, True)
    assert _policies(real) == [[ear.POLICY + "0.0.0"]]
    assert _policies(example) == [[ear.POLICY + "0.0.0", ear.EXAMPLE_POLICY]]
    assert _policies(about(example=True)) == [[ear.POLICY + "0.0.0", ear.EXAMPLE_POLICY]]
    assert ear.EXAMPLE_POLICY == EXAMPLE_POLICY  # what our own reader looks for


def _policies(result):
    return [one["ear_appraisal_policy_ids"] for one in result["submods"].values()]


@pytest.mark.parametrize("nasty", NASTY)
def test_a_hostile_name_of_a_token_stays_a_harmless_text(about, assessed, nasty):
    artefacts = (good(path=nasty, device=nasty), GOOD)
    text = ear.render(
        dataclasses.replace(
            assessed("sensor-node", "good"), artefacts=artefacts, appraisals=appraise(artefacts)
        ),
        Look(),
    )
    assert not harmful(text)
    (one,) = json.loads(text)["submods"].values()
    assert not harmful(one[ear.TOKEN_CLAIM]["path"])
    assert "\n" not in one[ear.TOKEN_CLAIM]["path"]
    assert one[ear.TOKEN_CLAIM]["sha256"] == "00" * 32
