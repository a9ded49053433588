"""The cross-check as a whole: what comes out for artefacts that agree, and for each way to differ."""

import pytest

from iotassess.crosscheck.pipeline import crosscheck
from iotassess.model.artefact import Role, Shown
from iotassess.model.claim import PRODUCT, Digest, Subject
from iotassess.model.problems import problem
from tests.crosscheck.scene import (
    APP,
    APP_IN_MANIFEST,
    BAD,
    GOOD,
    PROPERTIES,
    artefact,
    declare,
    image,
    manifest,
    profile,
    signed,
    token,
)


def run(artefacts, *more, example=False):
    return crosscheck(profile(*more), [], artefacts, PROPERTIES, example=example)


def ids(checked):
    return {(d.id, d.severity) for d in checked.discrepancies}


def claim(checked, property, subject=PRODUCT):
    return next(c for c in checked.table.about(subject, property) if c.source.artefact)


def test_agreeing_artefacts_make_no_discrepancy_and_reach_their_grades():
    checked = run([manifest(), token(fresh="nonce"), image()])
    assert checked.discrepancies == ()
    assert [(a.binding, a.grade) for a in checked.artefacts] == [("bound", 4), ("bound", 5), ("bound", 4)]
    assert claim(checked, "component.measurement", APP).grade == 5


def test_a_measurement_without_another_artefacts_reference_is_not_fresh():
    assert claim(run([token(fresh="nonce")]), "component.measurement", APP).grade == 4
    weak = manifest(signatures=(signed(None, "user"),))
    assert claim(run([token(fresh="nonce"), weak]), "component.measurement", APP).grade == 4
    mine = token(Shown(APP_IN_MANIFEST, "component.digest", GOOD, "own"), fresh="nonce")
    assert claim(run([mine]), "component.measurement", APP).grade == 4


def test_what_no_signature_covers_is_at_most_decoded():
    loose = Shown(PRODUCT, "update.encrypted", True, "unprotected", covered=False)
    assert claim(run([manifest(loose)]), "update.encrypted").grade == 2


def test_an_authentic_disagreement_is_an_error_and_a_doubtful_one_a_warning():
    shown = Shown(PRODUCT, "debug.state", "enabled", "dbgstat")
    declared = declare("debug.state", "disabled-permanently")
    assert ids(run([token(shown)], declared)) == {("debug-contradiction", "error")}
    unverified = token(shown, authenticity="unverified", signatures=())
    assert ids(run([unverified], declared)) == {("debug-contradiction", "warning")}


def test_a_weaker_state_is_no_contradiction():
    shown = Shown(PRODUCT, "debug.state", "disabled", "dbgstat")
    assert ids(run([token(shown)], declare("debug.state", "disabled-permanently"))) == set()


def test_an_observation_contradicts_without_a_signature_only_in_a_role_that_the_profile_gives():
    assert ("image-digest-mismatch", "error") in ids(run([image(BAD)]))
    assert ("image-digest-mismatch", "warning") in ids(run([image(BAD, role=None)]))


def test_the_vantage_point_names_the_discrepancy():
    assert ("measurement-mismatch", "error") in ids(run([token(digest=BAD)]))
    version = Shown(APP_IN_MANIFEST, "component.version", "1.0", "text")
    assert ("component-digest-mismatch", "error") in ids(run([manifest(version, digest=BAD)]))
    assert ("image-digest-mismatch", "error") in ids(run([manifest(), image(BAD)]))


def test_two_artefacts_that_disagree_are_found_without_a_declaration():
    version = declare("component.version", "1.0", APP)
    silent = [c for c in profile() if c.property not in ("component.digest", "component.version")] + [version]
    stated = Shown(APP_IN_MANIFEST, "component.version", "1.0", "text")
    checked = crosscheck(silent, [], [manifest(stated), token(digest=BAD)], PROPERTIES, example=False)
    assert ("measurement-mismatch", "error") in ids(checked)
    assert checked.discrepancies[0].declared is None


def test_one_artefact_does_not_disagree_with_itself_about_alternatives():
    second = Shown(PRODUCT, "identity.class-id", "77" * 16, "class_ids[1]")
    assert ids(run([manifest(second)])) == set()


def test_an_artefact_of_another_product_is_named_and_supports_nothing():
    checked = run([token(implementation="99" * 32, fresh="nonce")])
    assert ("evidence-for-other-product", "warning") in ids(checked)
    assert ("implementation-id-mismatch", "warning") in ids(checked)
    assert checked.artefacts[0].grade == 2
    assert all(c.other for c in checked.table.claims if c.source.artefact)


def test_a_member_that_no_declared_set_has_is_undeclared():
    shown = Shown(PRODUCT, "crypto.algorithms", "ES384", "alg")
    assert ("algorithm-undeclared", "error") in ids(
        run([manifest(shown)], declare("crypto.algorithms", "ES256"))
    )
    both = (declare("crypto.algorithms", "ES256"), declare("crypto.algorithms", "ES384"))
    assert ids(run([manifest(shown)], *both)) == set()
    assert ids(run([manifest(shown)])) == set()


def test_a_set_that_is_declared_empty_is_contradicted_by_a_member():
    shown = Shown(PRODUCT, "attestation.format", "psa-token", "profile")
    found = run([token(shown)], declare("attestation.format.any", False))
    assert ("attestation-contradiction", "error") in ids(found)


def test_an_undeclared_component_is_named():
    odd = Shown(Subject("component", "7a7a", "suit-component-id"), "component.digest", BAD, "payloads[1]")
    assert ("component-undeclared", "error") in ids(run([manifest(odd)]))


def test_without_declared_components_none_is_undeclared():
    claims = [c for c in profile() if c.subject.kind != "component" and c.property != "component.any"]
    assert crosscheck(claims, [], [manifest()], PROPERTIES, example=False).discrepancies == ()


def test_a_component_that_the_token_leaves_out_is_unmeasured():
    bl = Subject("component", "bl")
    found = run([token()], declare("component.measurement-type", "BL", bl))
    assert ("component-unmeasured", "error") in ids(found)
    assert ids(run([manifest()], declare("component.measurement-type", "BL", bl))) == set()


def test_a_measurement_without_any_reference_is_unreferenced():
    other = token(digest=Digest("sha-512", "cc" * 64))
    assert ("measurement-unreferenced", "warning") in ids(run([other]))


def test_a_key_shared_by_two_devices_is_found():
    def of(device, key):
        return token(
            Shown(Subject("device", device, "instance-id"), "device.attestation-key", key, "signature"),
            device=device,
            path=f"{device}.cbor",
        )

    assert ("shared-key-across-devices", "error") in ids(run([of("01aa", "k"), of("01bb", "k")]))
    assert ids(run([of("01aa", "k"), of("01bb", "l")])) == set()
    assert ids(run([of("01aa", "k"), of("01aa", "k")])) == set()


def test_secure_boot_with_an_unsecured_lifecycle_contradicts():
    shown = Shown(PRODUCT, "lifecycle", "assembly-and-test", "lifecycle")
    assert ("secure-boot-contradiction", "error") in ids(
        run([token(shown)], declare("boot.secure-boot", True))
    )
    assert ids(run([token(shown)], declare("boot.secure-boot", False))) == set()
    secured = Shown(PRODUCT, "lifecycle", "secured", "lifecycle")
    assert ids(run([token(secured)], declare("boot.secure-boot", True))) == set()


@pytest.mark.parametrize(
    ("test_key", "example", "role", "expected"),
    [
        ("published", False, Role("artefact", None, 3), {("test-key-in-release", "error")}),
        ("published", True, Role("artefact", None, 3), {("test-key-in-release", "error")}),
        ("own", False, None, {("test-key-in-release", "warning")}),
        ("own", True, Role("artefact", None, 3), set()),
        (None, False, Role("artefact", None, 3), set()),
    ],
)
def test_a_test_key_in_a_release_is_found(test_key, example, role, expected):
    found = manifest(signatures=(signed("update", "user", test_key=test_key),), role=role)
    assert ids(run([found], example=example)) == expected


def test_a_lower_sequence_number_is_a_rollback_problem_and_a_discrepancy():
    old = manifest(
        Shown(PRODUCT, "update.sequence-number", 3, "sequence_number"), claims={"sequence_number": 3}
    )
    checked = run([old], declare("update.sequence-number", 7))
    assert ("anti-rollback-contradiction", "error") in ids(checked)
    assert [p.id for p in checked.artefacts[0].problems] == ["suit-sequence-rollback"]


def test_an_older_envelope_beside_a_newer_one_is_a_rollback():
    old = manifest(claims={"sequence_number": 3}, path="old.suit")
    new = manifest(claims={"sequence_number": 4}, path="new.suit")
    checked = run([old, new, token()])
    assert [[p.id for p in a.problems] for a in checked.artefacts] == [["suit-sequence-rollback"], [], []]
    apart = manifest(claims={"sequence_number": 9, "manifest_component_id": ["aa"]}, path="apart.suit")
    assert [a.problems for a in run([new, apart]).artefacts] == [(), ()]


def test_nested_tokens_stand_for_themselves():
    inner = token(fresh="nonce", path="outer#submods.x", authenticity="unverified", signatures=())
    outer = artefact("eat-cwt", "attestation", [], path="outer", nested=(inner,))
    checked = run([outer])
    assert (checked.artefacts[0].binding, checked.artefacts[0].nested[0].binding) == ("unknown", "bound")
    assert checked.artefacts[0].nested[0].grade == 2


def test_discrepancies_have_stable_fingerprints_and_come_worst_first():
    doubtful = token(
        Shown(PRODUCT, "lifecycle", "decommissioned", "lifecycle"), authenticity="unverified", signatures=()
    )
    first = run([image(BAD), doubtful], declare("lifecycle", "secured"))
    second = run([doubtful, image(BAD)], declare("lifecycle", "secured"))
    assert [d.fingerprint for d in first.discrepancies] == [d.fingerprint for d in second.discrepancies]
    severities = [d.severity for d in first.discrepancies]
    assert severities == ["error", "warning"]


def test_a_made_up_kind_is_joined_with_every_other_by_emitting_claims():
    invented = artefact(
        "flux-report",
        "attestation",
        [
            Shown(PRODUCT, "identity.implementation-id", "33" * 32, "id"),
            Shown(Subject("component", "ARoT", "measurement-type"), "component.measurement", BAD, "m"),
            Shown(APP, "component.version", "1.0", "v"),
        ],
    )
    checked = run([invented, manifest(), token()])
    (found,) = checked.discrepancies
    assert (found.id, found.severity, found.declared.value) == ("measurement-mismatch", "error", GOOD)
    assert [c.source.artefact for c in found.evidenced] == ["flux-report.bin"]
    assert "suit-envelope.bin, psa-token.bin agree with the declaration" in found.message
    silent = [c for c in profile() if c.property != "component.digest"]
    checked = crosscheck(silent, [], [invented, manifest(), token()], PROPERTIES, example=False)
    sides = {tuple(c.source.artefact for c in d.evidenced) for d in checked.discrepancies}
    assert ("flux-report.bin", "suit-envelope.bin") in sides
    assert ("flux-report.bin", "psa-token.bin") in sides


def test_an_artefact_of_another_product_casts_doubt_only_where_the_profile_hands_it_in():
    foreign = token(implementation="99" * 32, role=Role("artefact", None, 4))
    (doubt,) = [d for d in run([foreign]).discrepancies if d.id == "evidence-for-other-product"]
    assert "attestation.supported" in doubt.properties
    stray = token(implementation="99" * 32)
    (note,) = [d for d in run([stray]).discrepancies if d.id == "evidence-for-other-product"]
    assert "attestation.supported" not in note.properties


def test_a_worthless_copy_does_not_hide_a_contradiction():
    bl = Subject("component", "bl")
    copy = token(path="copy.cbor", authenticity="failed", signatures=(), role=Role("artefact", None, 4))
    both = [copy, token()]
    for artefacts in (both, both[::-1]):
        found = run(artefacts, declare("component.measurement-type", "BL", bl))
        (unmeasured,) = [d for d in found.discrepancies if d.id == "component-unmeasured"]
        assert unmeasured.severity == "error"
        assert {c.source.artefact for c in unmeasured.evidenced} == {"copy.cbor", "psa-token.bin"}


def test_a_test_key_in_a_named_artefact_is_not_hidden_by_a_stray_copy():
    tested = (signed("update", "user", test_key="published"),)
    stray = manifest(path="stray.suit", signatures=tested)
    named = manifest(signatures=tested, role=Role("artefact", None, 4))
    assert ids(run([stray, named])) == {("test-key-in-release", "error")}


def test_nothing_is_believed_of_a_token_that_another_devices_key_signed():
    device = Subject("device", "01ff", "instance-id")
    shown = [
        Shown(device, "device.attestation-key", "rogue", "signature"),
        Shown(PRODUCT, "debug.state", "disabled-permanently", "dbgstat"),
    ]
    declared = declare("device.attestation-key", "mine", Subject("device", "01ff"))
    checked = run([token(*shown, fresh="nonce")], declared)
    (found,) = checked.discrepancies
    assert (found.id, found.severity, found.grade) == ("instance-key-mismatch", "error", 5)
    assert "attestation.supported" in found.properties
    assert claim(checked, "debug.state").grade == 2
    assert checked.artefacts[0].grade == 2
    mine = [Shown(device, "device.attestation-key", "mine", "signature"), *shown[1:]]
    assert claim(run([token(*mine, fresh="nonce")], declared), "debug.state").grade == 5


@pytest.mark.parametrize(
    ("found", "grade"),
    [
        (problem("eat-expired", "x", at="exp"), 2),
        (problem("eat-not-yet-valid", "x", at="nbf"), 2),
        (problem("eat-claim-type", "x", at="exp"), 2),
        (problem("eat-claim-type", "x", at="swname"), 4),
        (problem("eat-debug-enabled", "x", at="dbgstat"), 4),
    ],
)
def test_a_token_outside_its_own_validity_is_only_decoded(found, grade):
    assert run([token(problems=(found,))]).artefacts[0].grade == grade


def test_a_measurement_that_the_device_itself_reports_as_failed_contradicts():
    failed = problem("eat-measurement-failed", "app failed", at="measres[0]")
    assert ids(run([token(problems=(failed,))])) == {("measurement-mismatch", "error")}
    unverified = token(problems=(failed,), authenticity="unverified", signatures=())
    assert ids(run([unverified])) == {("measurement-mismatch", "warning")}
