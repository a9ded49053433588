"""Labels of older drafts are never read as what they mean today."""

from __future__ import annotations

import pytest

from tests.evidence import token_builder as build
from tests.evidence.token_builder import ids, only, read, shown

PLAIN = {10: build.NONCE, 256: b"\x01" + b"\xd2" * 16}
"""Claims without a profile, whose labels may so be those of a draft."""


def test_a_security_level_is_not_an_uptime():
    artefact = read(build.sign1({**PLAIN, 261: 3}))
    assert ids(artefact) == {"eat-draft-labels"}
    assert only(artefact, "eat-draft-labels").at == "other.261"
    assert "uptime" not in artefact.claims
    assert artefact.claims["other"] == {"261": 3}


def test_a_real_uptime_is_read_without_profile():
    assert read(build.sign1({**PLAIN, 261: 5})).claims["uptime"] == 5


def test_a_profile_that_is_known_settles_what_a_label_means():
    artefact = read(build.sign1(build.eat({261: 3})))
    assert artefact.claims["uptime"] == 3
    assert artefact.problems == ()


@pytest.mark.parametrize(
    ("label", "value"),
    [
        (269, 3),
        (270, [["registrar", "platform"]]),
        (271, "Acme OS"),
        (272, ["1.2.3", 1]),
        (272, "1.2.3"),
        (274, [[258, b"evidence"]]),
        (275, [["s", [["x", 1]]]]),
        (276, 7),
    ],
)
def test_a_value_that_only_the_draft_allows_gives_the_draft_away(label, value):
    artefact = read(build.sign1({**PLAIN, label: value, 267: 4000, 273: [[258, b"manifest"]]}))
    assert ids(artefact) == {"eat-draft-labels"}
    assert set(artefact.claims["other"]) == {str(label), "267", "273"}
    assert "bootcount" not in artefact.claims, "267 was the uptime in the same draft"
    assert shown(artefact, "attestation.measures-software") == [False], "273 were manifests"
    assert shown(artefact, "product.firmware-version") == []


@pytest.mark.parametrize("label", range(11, 21))
def test_the_labels_of_the_first_drafts_are_not_read(label):
    artefact = read(build.sign1({**PLAIN, label: 0}))
    assert ids(artefact) == {"eat-draft-labels"}
    assert artefact.claims["other"] == {str(label): 0}


def test_a_draft_around_a_submodule_is_a_draft_inside_it():
    claims = {**PLAIN, 271: "Acme OS", 266: {"TEE": {267: 4000}}}
    artefact = read(build.sign1(claims))
    assert artefact.claims["submods"]["TEE"] == {"other": {"267": 4000}}


def test_a_draft_in_a_submodule_does_not_reach_the_claims_around_it():
    claims = {**PLAIN, 267: 12, 266: {"TEE": {271: "Acme OS"}}}
    artefact = read(build.sign1(claims))
    assert artefact.claims["bootcount"] == 12
    assert only(artefact, "eat-draft-labels").at == "submods.TEE.other.271"


@pytest.mark.parametrize("name", ["nonce", "security-level", "seclevel", "secboot", "odometer"])
def test_a_json_name_of_a_draft_is_reported(name):
    artefact = read(build.jwt({"eat_nonce": build.b64(build.NONCE), name: "x"}))
    assert ids(artefact) == {"eat-draft-labels"}
    assert artefact.claims["other"] == {name: "x"}
