"""Reference values as entries: what belongs together, whose it is, and what agrees."""

from __future__ import annotations

from typing import Any

import pytest

from iotassess.crosscheck.appraisal import appraise
from iotassess.crosscheck.appraisal_measurements import digests_agree
from iotassess.crosscheck.appraisal_references import gather
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.crosscheck.appraisal_scene import (
    APP,
    BOOT,
    DEVICE,
    IMPLEMENTATION,
    SIGNER,
    artefact,
    corim,
    implementation,
    measured,
    outcomes,
    reference,
    token,
)

LONG = Digest("sha-384", "b2" * 48)


def claims(environment: dict[str, Any]) -> dict[str, Any]:
    return {"tags": [{"triples": {"reference": [{"environment": environment}]}}]}


def test_the_statements_of_one_measurement_are_one_entry():
    found = gather([corim()])
    boot, app = found.entries
    assert (boot.name, boot.version, boot.signers, boot.digests) == ("BL", "1.0", (SIGNER,), (BOOT,))
    assert boot.path == "tags[0].triples.reference[0].measurements[0]"
    assert boot.implementations == {IMPLEMENTATION}
    assert (app.name, app.digests) == ("ARoT", (APP,))


def test_measurements_of_different_environments_are_apart():
    shown = [*reference(), *reference(digest=APP, scope="environment[1]")]
    assert [one.digests for one in gather([corim(*shown)]).entries] == [(BOOT,), (APP,)]


def test_a_version_without_digest_is_no_entry_but_goes_with_those_of_its_component():
    subject = Subject("component", "tag", "swid-tag-id")
    shown = (
        Shown(subject, "component.reference-version", "3.2", "software_version"),
        Shown(subject, "component.reference", BOOT, "payload.files[0].hash"),
    )
    (entry,) = gather([artefact("coswid", "reference", shown)]).entries
    assert (entry.name, entry.version, entry.path) == (None, "3.2", "payload.files[0]")


def test_a_manifest_is_a_reference_too():
    subject = Subject("component", "00/6170", "suit-component-id")
    shown = (Shown(subject, "component.digest", BOOT, "payloads[0].digest"),)
    manifest = artefact("suit-envelope", "update", shown)
    (found,) = appraise([token(measured()), manifest])
    assert outcomes(found) == ["match"]
    assert found.vector["executables"] == 3


def test_a_path_without_parts_is_an_entry_of_its_own():
    subject = Subject("component", "x", "file")
    (entry,) = gather(
        [artefact("coswid", "reference", (Shown(subject, "component.reference", BOOT, "h"),))]
    ).entries
    assert entry.path == "h"


def test_other_kinds_give_no_references():
    assert gather([artefact("mcuboot-image", "update", tuple(reference()))]).entries == ()
    assert gather([artefact("corim", "reference")]).sources == {}


def test_a_corim_that_only_names_an_implementation_is_a_source():
    assert set(gather([corim(implementation())]).sources) == {"ref.corim"}


# --- whose reference it is ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "fits"),
    [
        ({}, True),
        ({"instance": {"type": "ueid", "value": DEVICE}}, True),
        ({"instance": {"type": "ueid", "value": "01" + "ee" * 32}}, False),
        ({"instance": "odd"}, False),
        ({"group": {"type": "bytes", "value": "00"}}, False),
        ({"class": {"class_id": {"type": "bytes", "value": IMPLEMENTATION}}}, True),
        ({"class": "odd"}, True),
    ],
)
def test_each_field_of_the_environment_has_to_be_equal(environment, fits):
    known = corim(implementation(), reference(), claims=claims(environment))
    (found,) = appraise([token(measured()), known])
    assert outcomes(found) == (["match"] if fits else ["no-reference"])


def test_a_class_identifier_of_another_kind_is_no_tokens():
    environment = {"class": {"class_id": {"type": "uuid", "value": "00" * 16}}}
    known = corim(reference(), claims=claims(environment))
    (found,) = appraise([token(measured()), known])
    assert outcomes(found) == ["no-reference"]


def test_the_references_of_another_implementation_are_not_compared():
    known = corim(implementation("44" * 32), reference())
    (found,) = appraise([token(measured()), known])
    assert outcomes(found) == ["no-reference"]
    assert (found.unreported, found.references) == ((), ())
    (silent,) = appraise([token(measured(), claims={"implementation_id": ...}), corim()])
    assert outcomes(silent) == ["no-reference"]


def test_vendor_and_model_affirm_only_where_a_profile_says_that_they_are_the_tokens():
    named = [
        Shown(PRODUCT, "product.vendor", "ACME", "x", scope="environment[0]"),
        Shown(PRODUCT, "product.model", "M", "y", scope="environment[0]"),
    ]
    (found,) = appraise([token(measured()), corim(*named, reference())])
    assert outcomes(found) == ["match"]
    assert found.vector["executables"] == 0
    (assessed,) = appraise([token(measured(), grade=4), corim(*named, reference(), grade=4)])
    assert assessed.vector["executables"] == 3


@pytest.mark.parametrize(
    "broken",
    [{"tags": []}, {"tags": {}}, {"tags": [{"triples": []}]}, {"tags": [{"triples": {"reference": 1}}]}],
)
def test_claims_of_another_shape_narrow_nothing_down(broken):
    (found,) = appraise([token(measured()), corim(implementation(), reference(), claims=broken)])
    assert outcomes(found) == ["match"]


# --- digests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "agrees"),
    [
        ((BOOT,), True),
        ((BOOT, LONG), True),
        ((APP,), False),
        ((LONG,), False),
        ((), False),
        ((BOOT, BOOT), False),
        ((BOOT, APP), False),
    ],
)
def test_a_digest_agrees_by_a_common_algorithm(expected, agrees):
    assert digests_agree(BOOT, expected) == agrees
    assert not digests_agree(None, expected)


def test_a_measurement_with_digests_by_several_algorithms_is_one_entry():
    known = corim(implementation(), reference(more=(LONG,)))
    assert len(gather([known]).entries) == 1
    both = token(measured(), measured(digest=LONG))
    (found,) = appraise([both, known])
    assert outcomes(found) == ["match", "match"]


def test_an_algorithm_twice_agrees_with_nothing():
    known = corim(implementation(), reference(more=(APP,)))
    (found,) = appraise([token(measured()), known])
    assert outcomes(found) == ["none"]
