"""Ways to have a PSA token say more than it does: each was open once, and is named for what it fooled."""

from __future__ import annotations

import pytest

from iotassess.model.claim import Digest, Subject
from iotassess.model.vocabulary import UNINTELLIGIBLE
from tests.evidence import token_builder as build
from tests.evidence.token_builder import only, read, shown

MEASUREMENT = "component.measurement"
BL = Subject("component", "BL", "measurement-type")
GOOD = Digest("sha-256", "b1" * 32)
EVIL = b"\xee" * 32


def measured(*components):
    return read(build.sign1(build.psa({2399: list(components)})))


# --- lifecycle ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        (0x7000, "psa-lifecycle-invalid"),
        (0x3100, "psa-lifecycle-invalid"),
        (-1, "psa-lifecycle-invalid"),
        (0x13000, "psa-lifecycle-invalid"),
        ("secured", "psa-claim-invalid"),
        (b"\x30\x00", "psa-claim-invalid"),
        (12288.0, "psa-claim-invalid"),
        (True, "psa-claim-invalid"),
        (None, "psa-claim-invalid"),
        (..., "psa-claim-missing"),
    ],
    ids=repr,
)
@pytest.mark.parametrize(("make", "label"), [(build.psa, 2395), (build.psa_2, 2395), (build.psa_1, -75002)])
def test_a_lifecycle_that_nobody_defines_is_an_answer_and_not_silence(make, label, value, id_):
    data = build.sign1(make({label: value}))
    artefact = read(data)
    found = only(artefact, id_)
    assert (found.at, found.severity) == ("lifecycle", "error")
    (state,) = [s for s in artefact.shown if s.property == "lifecycle"]
    assert (state.value, state.path, state.covered) == (UNINTELLIGIBLE, "lifecycle", True)


def test_a_lifecycle_of_another_profile_s_label_does_not_stand_in():
    artefact = read(build.sign1(build.psa_1({-75002: ..., 2395: 0x3000})))
    assert shown(artefact, "lifecycle") == [UNINTELLIGIBLE]


def test_an_unprotected_psa_claims_set_without_lifecycle_says_so_too():
    artefact = read(build.uccs(build.psa({2395: ...})))
    (state,) = [s for s in artefact.shown if s.property == "lifecycle"]
    assert (state.value, state.covered) == (UNINTELLIGIBLE, False)


# --- measurements -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "description", "expected", "problem"),
    [
        (EVIL, "blake2", Digest("blake2", "ee" * 32), "eat-claim-type"),
        (EVIL, "BLAKE2s_256 ", Digest("blake2s-256", "ee" * 32), "eat-claim-type"),
        (EVIL, "sm3", Digest("sm3", "ee" * 32), "eat-claim-type"),
        (b"\xee" * 20, "sha1", Digest("sha1", "ee" * 20), "psa-measurement-length"),
        (b"\xee" * 48, "sha-256", Digest("sha-256", "ee" * 48), "psa-measurement-length"),
        (b"\xee" * 31, "SHA256", Digest("sha-256", "ee" * 31), "psa-measurement-length"),
        (b"\xee" * 31, None, Digest("unknown", "ee" * 31), "psa-measurement-length"),
        (b"\xee" * 31, "TF-M", Digest("tf-m", "ee" * 31), "psa-measurement-length"),
        (b"\xee" * 31, "(!)", Digest("unknown", "ee" * 31), "psa-measurement-length"),
        (b"\xee" * 32, "sha3" * 30, Digest(("sha3" * 30)[:32], "ee" * 32), "eat-claim-type"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("first", [True, False])
def test_a_second_measurement_of_a_component_does_not_disappear(value, description, expected, problem, first):
    evil = {1: "BL", 2: value, 5: build.SIGNER}
    if description is not None:
        evil[6] = description
    components = [evil, build.COMPONENT] if first else [build.COMPONENT, evil]
    artefact = measured(*components)
    found = [(s.subject, s.value, s.path) for s in artefact.shown if s.property == MEASUREMENT]
    at = f"sw_components[{components.index(evil)}].digest"
    assert (BL, expected, at) in found
    assert (BL, GOOD) in {one[:2] for one in found}
    assert len(found) == 2
    assert (only(artefact, problem).at, only(artefact, problem).severity) == (at, "error")


def test_two_measurements_of_one_type_are_both_shown():
    assert shown(measured(build.COMPONENT, {**build.COMPONENT, 2: EVIL}), MEASUREMENT) == [
        GOOD,
        Digest("sha-256", "ee" * 32),
    ]


@pytest.mark.parametrize("signer", [..., b"short", "text"])
def test_a_measurement_that_nothing_names_does_not_disappear(signer):
    component = build.edited({2: EVIL, 5: signer}, {})
    artefact = measured(build.COMPONENT, component)
    nameless = Subject("component", "", "signer")
    assert [(s.subject, s.value) for s in artefact.shown if s.property == MEASUREMENT] == [
        (BL, GOOD),
        (nameless, Digest("sha-256", "ee" * 32)),
    ]


@pytest.mark.parametrize("component", [{1: "BL", 5: build.SIGNER}, {1: "BL", 2: b"", 5: build.SIGNER}])
def test_a_component_without_measurement_is_no_measurement(component):
    artefact = measured(component)
    assert shown(artefact, MEASUREMENT) == []
    assert shown(artefact, "attestation.measures-software") == [False]
    assert {found.at for found in artefact.problems} == {"sw_components[0].digest"}


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ({1: "BL", 2: EVIL, 5: build.SIGNER, 6: "blake2"}, True),
        ({1: "BL", 2: b"\x01", 5: build.SIGNER}, False),
        ({1: "BL", 2: b"\x01" * 48, 5: build.SIGNER, 6: "sha-256"}, False),
    ],
)
def test_bytes_that_no_hash_has_given_do_not_measure_software(component, expected):
    assert shown(measured(component), "attestation.measures-software") == [expected]
