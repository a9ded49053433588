"""What is not there, not known or not enforced proves nothing: no word on all sections rests on it."""

from __future__ import annotations

import pytest

from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read, shown

EVERY = (
    "update.target-checked",
    "update.integrity-checked",
    "boot.image-verified",
    "update.encrypted",
    "update.ab-slots",
)
"""Statements that hold of all sections or not at all."""

OTHER = bytes(15) + b"\x01"


def good_ones(artefact):
    """Which of the statements about everything are made in favour."""
    return {property_ for property_ in EVERY if True in shown(artefact, property_)}


def bad_ones(artefact):
    return {property_ for property_ in EVERY if False in shown(artefact, property_)}


def encrypted_slots():
    """An envelope that shows all good statements."""
    plan = build.two_slots()
    plan.sections[20][2:2] = [20, {19: build.encryption_info()}]
    return plan


def test_whole_envelope_shows_it_all():
    artefact = read(encrypted_slots())
    assert good_ones(artefact) == set(EVERY)
    assert artefact.claims["not_evaluated"] == []


# --- severed and absent ---------------------------------------------------------------------------


@pytest.mark.parametrize("section", [15, 16, 18, 20])
def test_section_that_was_severed_and_taken_away_leaves_no_good_statement(section):
    plan = encrypted_slots()
    plan.sections.setdefault(section, [12, 0, 20, {21: "http://a.example/"}, 21, 2])
    plan.severed_absent = {section}
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert good_ones(artefact) == bad_ones(artefact) == set()
    assert len(artefact.claims["not_evaluated"]) == 1


def test_taking_the_contradiction_away_makes_nothing_better():
    plan = build.good()
    plan.shared = plan.shared[:4]
    plan.sections[7] = [12, 0, 1, 15, 2, 15, 3, 15]
    plan.sections[9] = [12, 0, 1, 15, 2, 15, 23, 2]
    plan.severed = {20}
    with_it = read(plan)
    assert shown(with_it, "update.target-checked") == [False]
    plan.severed, plan.severed_absent = set(), {20}
    artefact = read(plan)
    assert shown(artefact, "update.target-checked") == []
    assert artefact.claims["not_evaluated"] == ["install"]
    assert artefact.problems == ()


def test_what_a_present_section_leaves_out_stays_seen():
    """Validate checks no class, whatever stands in the section that is gone."""
    plan = build.good()
    plan.shared = plan.shared[:4]
    plan.severed_absent = {20}
    artefact = read(plan)
    assert shown(artefact, "update.target-checked") == [False]
    assert {"suit-vendor-condition-missing", "suit-class-condition-missing"} <= ids(artefact)


def fetched_before(**more):
    """Payload-fetch brings what install would check."""
    plan = build.good()
    plan.sections = {
        16: [12, 0, 20, {21: build.URI}, 21, 2],
        9: [12, 0, 23, 2],
        **more,
    }
    return plan


def test_payload_whose_check_may_be_out_of_sight_is_not_called_unchecked():
    plan = fetched_before()
    assert shown(read(plan), "update.integrity-checked") == [False]
    plan.sections[20] = [12, 0, 3, 15]
    plan.severed_absent = {20}
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.integrity-checked") == []


def test_payload_that_comes_after_what_is_out_of_sight_and_is_never_checked_stays_seen():
    plan = build.good()
    plan.sections = {
        16: [12, 0, 6, 15],
        20: [12, 0, 20, {21: build.URI}, 21, 2],
        9: [12, 0, 23, 2],
    }
    plan.severed_absent = {16}
    artefact = read(plan)
    assert ids(artefact) == {"suit-fetch-without-image-match"}
    assert shown(artefact, "update.integrity-checked") == [False]


def test_digest_that_may_be_set_out_of_sight_leaves_the_check_open():
    plan = build.good()
    plan.shared[3].pop(3)
    plan.sections = {16: [12, 0, 20, {3: build.dumps(build.digest(build.IMAGE))}], **plan.sections}
    plan.sections.pop(7)
    assert shown(read(plan), "update.integrity-checked") == [True]
    plan.severed_absent = {16}
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.integrity-checked") == []


def test_identifiers_that_may_be_set_out_of_sight_leave_the_target_open():
    """Where set-parameters gives way to what was set before, nobody knows what is compared."""
    plan = build.good()
    plan.shared = [12, 0, 19, {1: build.VENDOR, 2: build.CLASS, 3: plan.shared[3][3]}, 1, 15, 2, 15]
    plan.sections = {16: [12, 0, 20, {2: OTHER}], 20: plan.sections[20]}
    plan.severed_absent = {16}
    artefact = read(plan)
    assert ids(artefact) == {"suit-no-validate"}
    assert shown(artefact, "update.target-checked") == []
    assert shown(artefact, "identity.class-id") == []


def test_identifiers_that_the_shared_sequence_compares_are_known_for_what_is_out_of_sight():
    plan = build.good()
    plan.severed_absent = {20}
    artefact = read(plan)
    assert shown(artefact, "identity.vendor-id") == [build.VENDOR.hex()]
    assert shown(artefact, "identity.class-id") == [build.CLASS.hex()]


def test_payload_that_may_be_decrypted_out_of_sight_is_not_called_clear():
    plan = fetched_before()
    plan.sections[7] = [12, 0, 3, 15]
    assert shown(read(plan), "update.encrypted") == [False]
    plan.sections[20] = [12, 0, 3, 15]
    plan.severed_absent = {20}
    assert shown(read(plan), "update.encrypted") == []


def test_severed_section_with_a_wrong_digest_is_not_evaluated():
    plan = build.good()
    plan.severed_absent = {20}
    plan.members[20] = build.sequence(12, 0)
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert artefact.claims["not_evaluated"] == ["install"]
    assert good_ones(artefact) == set()


def test_only_text_that_is_gone_changes_nothing():
    plan = build.good()
    plan.severed_absent = {23}
    artefact = read(plan)
    assert artefact.claims["not_evaluated"] == []
    assert good_ones(artefact) == good_ones(read(build.good()))


# --- unreadable -----------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"\xff", build.dumps({}), build.sequence(1)])
@pytest.mark.parametrize("section", [7, 9, 20])
def test_section_that_cannot_be_read_is_named_and_proves_nothing(section, content):
    plan = encrypted_slots()
    plan.sections[section] = content
    artefact = read(plan)
    assert not artefact.wellformed
    assert artefact.claims["not_evaluated"] == [{7: "validate", 9: "invoke", 20: "install"}[section]]
    assert good_ones(artefact) == bad_ones(artefact) == set()


def test_section_of_a_wrong_type_is_named_and_proves_nothing():
    plan = build.good()
    plan.finish = lambda manifest: manifest.update({9: 5})
    artefact = read(plan)
    assert ids(artefact) == {"suit-malformed"}
    assert artefact.claims["not_evaluated"] == ["invoke"]
    assert good_ones(artefact) == set()


def test_shared_sequence_that_cannot_be_read_is_named_and_proves_nothing():
    plan = build.good()
    plan.shared = None
    plan.common[4] = b"\xff"
    artefact = read(plan)
    assert ids(artefact) == {"cbor-malformed"}
    assert artefact.claims["not_evaluated"] == ["shared-sequence"]
    assert good_ones(artefact) == bad_ones(artefact) == set()


@pytest.mark.parametrize("command", [15, 32])
def test_branch_that_cannot_be_read_proves_nothing(command):
    plan = build.good()
    branches = [b"\xff", build.sequence()]
    plan.sections[20] += [command, branches if command == 15 else b"\xff"]
    artefact = read(plan)
    assert ids(artefact) == {"cbor-malformed"}
    assert artefact.claims["commands"]["install"][-1] != "try-each"
    assert good_ones(artefact) == set()


# --- not known ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 40, 255, -5, -256, -257, -1000])
@pytest.mark.parametrize("section", [7, 20])
def test_command_that_nobody_knows_makes_no_good_statement(section, number):
    plan = encrypted_slots()
    plan.sections[section][2:2] = [number, 0]
    artefact = read(plan)
    assert good_ones(artefact) == set()
    assert ids(artefact) == (set() if number < -256 else {"suit-unknown-command"})


def test_command_that_nobody_knows_in_a_branch_makes_no_good_statement():
    plan = encrypted_slots()
    plan.sections[20] += [32, build.sequence(15, [build.sequence(-300, 0), None])]
    assert good_ones(read(plan)) == set()


def test_command_with_an_argument_that_it_cannot_have_makes_no_good_statement():
    plan = encrypted_slots()
    plan.sections[20] += [33, b""]
    artefact = read(plan)
    assert ids(artefact) == {"suit-unknown-command"}
    assert good_ones(artefact) == set()


def test_parameter_that_nobody_knows_makes_no_good_statement():
    plan = encrypted_slots()
    plan.sections[20][3][99] = 1
    artefact = read(plan)
    assert ids(artefact) == {"suit-unknown-parameter"}
    assert good_ones(artefact) == set()


def test_component_that_is_not_there_makes_no_good_statement():
    plan = encrypted_slots()
    plan.sections[20] += [12, 7]
    artefact = read(plan)
    assert ids(artefact) == {"suit-component-index-range"}
    assert good_ones(artefact) == set()


def test_what_is_seen_to_be_wrong_beside_an_unknown_command_stays():
    plan = build.good()
    plan.shared = plan.shared[:4]
    plan.sections = {20: [12, 0, 20, {21: build.URI}, 21, 2, 40, 0]}
    artefact = read(plan)
    assert bad_ones(artefact) == {
        "update.target-checked",
        "update.integrity-checked",
        "update.encrypted",
    }


@pytest.mark.parametrize("key", [10, 17, 19, 21, 25, 200, -3, -300])
def test_member_of_the_manifest_that_nobody_knows_makes_no_good_statement(key):
    plan = encrypted_slots()
    plan.manifest[key] = build.sequence(20, {21: "http://a.example/"}, 21, 2)
    artefact = read(plan)
    assert artefact.claims["not_evaluated"] == [f"manifest.{key}"]
    assert good_ones(artefact) == set()
    assert ("suit-unknown-command" in ids(artefact)) is (key > -256)


@pytest.mark.parametrize("key", [3, 5, -1, -300])
def test_member_of_common_that_nobody_knows_makes_no_good_statement(key):
    plan = encrypted_slots()
    plan.common[key] = build.sequence(21, 2)
    artefact = read(plan)
    assert artefact.claims["not_evaluated"] == [f"common.{key}"]
    assert good_ones(artefact) == set()
    assert ids(artefact) == ({"suit-unknown-command"} if key > -256 else set())


def test_key_of_common_that_is_no_integer_is_malformed():
    plan = build.good()
    plan.common["x"] = 1
    assert ids(read(plan)) == {"suit-malformed"}


# --- not enforced ---------------------------------------------------------------------------------


def not_identified(artefact):
    return shown(artefact, "identity.vendor-id") == shown(
        artefact, "identity.class-id"
    ) == [] and True not in shown(artefact, "update.target-checked")


@pytest.mark.parametrize(
    "soften",
    [
        lambda shared: shared[3].update({13: True}),
        lambda shared: shared.extend([20, {13: True}]),
        lambda shared: shared.__setitem__(slice(4, 4), [20, {13: True}]) or shared.extend([20, {13: False}]),
        lambda shared: shared.__setitem__(slice(4, 4), [34, {0: {13: True}}]),
        lambda shared: shared.__setitem__(slice(4, 4), [35, {0: [13]}]),
    ],
)
def test_identifiers_under_a_soft_failure_outside_of_branches_identify_nobody(soften):
    plan = build.good()
    soften(plan.shared)
    artefact = read(plan)
    assert not_identified(artefact)
    assert good_ones(artefact) == set()


@pytest.mark.parametrize(
    "commands",
    [
        [32, build.sequence(20, {13: True}, 1, 15, 2, 15)],
        [32, build.sequence(34, {0: {13: True}}, 1, 15, 2, 15)],
        [32, build.sequence(35, {0: [13]}, 1, 15, 2, 15)],
        [15, [build.sequence(1, 15, 2, 15), None]],
        [15, [build.sequence(1, 15, 2, 15), build.sequence()]],
        [15, [build.sequence(1, 15), build.sequence(2, 15)]],
    ],
)
def test_identifiers_that_there_is_a_way_around_identify_nobody(commands):
    plan = build.good()
    plan.shared[4:] = commands
    artefact = read(plan)
    assert not_identified(artefact)
    assert shown(artefact, "update.target-checked") == [False]
    assert {"suit-vendor-condition-missing", "suit-class-condition-missing"} <= ids(artefact)


@pytest.mark.parametrize(
    "commands",
    [[32, build.sequence(1, 15, 2, 15)], [15, [build.sequence(1, 15, 2, 15), build.sequence(14, 15)]]],
)
def test_identifiers_in_branches_that_there_is_no_way_around_do_identify(commands):
    plan = build.good()
    plan.shared[4:] = commands
    artefact = read(plan)
    assert shown(artefact, "identity.class-id") == [build.CLASS.hex()]
    assert shown(artefact, "update.target-checked") == [True]


def test_identifier_that_some_branch_asks_for_besides_is_no_alternative():
    """The shared sequence wants one class on every way; nobody of another gets through."""
    plan = build.good()
    plan.sections[20][4:4] = [15, [build.sequence(20, {2: OTHER}, 2, 15), build.sequence()]]
    artefact = read(plan)
    assert shown(artefact, "identity.class-id") == [build.CLASS.hex()]
    assert build.CLASS.hex() in artefact.claims["class_ids"]
    assert OTHER.hex() in artefact.claims["class_ids"]


def test_identifiers_that_the_boot_compares_identify_though_the_update_does_not():
    plan = build.good()
    plan.shared = plan.shared[:4]
    plan.sections[7] = [12, 0, 1, 15, 2, 15, 3, 15]
    artefact = read(plan)
    assert shown(artefact, "identity.class-id") == [build.CLASS.hex()]
    assert shown(artefact, "update.target-checked") == [False]
