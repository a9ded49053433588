"""One fault in a good manifest, and the problems that it makes: those and no others."""

from __future__ import annotations

import pytest

from iotassess.model.problems import PROBLEMS
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, image, read, shown

FAULTS = {}


def fault(*expected):
    """Register an edit of the good plan with the ids of the problems that it makes."""

    def register(edit):
        FAULTS[edit.__name__] = (edit, set(expected))
        return edit

    return register


@fault("suit-manifest-version")
def manifest_version_2(plan):
    plan.manifest[1] = 2


@fault("suit-sequence-number-exhausted")
def sequence_number_of_33_bits(plan):
    plan.manifest[2] = 1 << 32


@fault("suit-no-validate")
def no_validate_load_or_invoke(plan):
    plan.sections = {20: plan.sections[20]}


@fault("suit-vendor-condition-missing")
def vendor_condition_missing(plan):
    plan.shared[4:6] = []


@fault("suit-class-condition-missing")
def class_condition_missing(plan):
    plan.shared[6:8] = []


@fault("suit-class-condition-missing")
def class_condition_only_in_one_of_two_branches(plan):
    plan.shared[6:8] = [15, [build.sequence(2, 15), build.sequence(3, 15)]]


@fault("suit-class-condition-missing")
def class_condition_that_may_be_skipped(plan):
    plan.shared[6:8] = [15, [build.sequence(2, 15), None]]


@fault("suit-class-condition-missing")
def class_condition_that_may_fail_softly(plan):
    plan.shared[6:8] = [32, build.sequence(20, {13: True}, 2, 15)]


@fault("suit-condition-before-parameter")
def vendor_condition_before_its_parameter(plan):
    plan.shared[2:2] = [1, 15]


@fault("suit-condition-before-parameter")
def digest_set_by_the_update_only(plan):
    del plan.shared[3][3]
    plan.sections[20][3] = {21: build.URI, 3: build.dumps(build.digest(build.IMAGE))}


@fault("suit-parameter-missing")
def class_identifier_never_set(plan):
    del plan.shared[3][2]


@fault("suit-parameter-missing")
def fetch_without_uri(plan):
    plan.sections[20] = [12, 0, 21, 2, 3, 15]


@fault("suit-parameter-missing")
def write_without_content(plan):
    plan.sections[20] = [12, 0, 18, 2, 3, 15]


@fault("suit-parameter-missing")
def slot_condition_without_slot(plan):
    plan.sections[20][2:2] = [5, 15]


@fault("suit-parameter-missing")
def device_condition_without_identifier(plan):
    plan.shared += [24, 15]


@fault("suit-parameter-missing")
def content_check_without_content(plan):
    plan.sections[7] += [6, 15]


@fault("suit-fetch-without-image-match")
def fetch_without_image_match(plan):
    plan.sections[20] = [12, 0, 20, {21: build.URI}, 21, 2]
    plan.sections[7] = [12, 0, 4, 15]
    plan.shared[3][4] = 1_800_000_000


@fault("suit-fetch-without-image-match")
def fetch_after_image_match(plan):
    plan.sections[20] = [12, 0, 20, {21: build.URI}, 3, 15, 21, 2]
    plan.sections.pop(7)


@fault("suit-fetch-without-image-match")
def image_match_only_in_one_of_two_branches(plan):
    plan.sections[20][-2:] = [15, [build.sequence(3, 15), build.sequence(14, 15), None]]
    plan.sections.pop(7)


@fault("suit-fetch-without-image-match", "suit-parameter-missing")
def image_match_without_digest(plan):
    del plan.shared[3][3]


@fault("suit-fetch-without-image-match")
def fetch_on_uninstall_without_image_match(plan):
    plan.sections[24] = [12, 0, 20, {21: build.URI}, 21, 2]


@fault("suit-component-index-range")
def component_index_out_of_range(plan):
    plan.sections[9] = [12, 1, 23, 2]


@fault("suit-component-index-range")
def component_index_in_a_list_out_of_range(plan):
    plan.sections[9] = [12, [0, 3], 23, 2]


@fault("suit-component-index-range")
def source_component_out_of_range(plan):
    plan.sections[20] = [12, 0, 20, {22: 9}, 22, 2, 3, 15]


@fault("suit-component-index-range")
def several_components_and_none_chosen(plan):
    plan.common[2].append([b"\x01"])
    plan.sections[9] = [23, 2]


@fault("suit-uuid-length")
def vendor_identifier_of_15_bytes(plan):
    plan.text = None
    plan.shared[3][1] = build.VENDOR[:15]


@fault("suit-uuid-length")
def class_identifier_of_17_bytes(plan):
    plan.shared[3][2] = build.CLASS + b"\0"


@fault("suit-unknown-command")
def command_that_nobody_assigned(plan):
    plan.sections[9] += [200, 0]


@fault("suit-unknown-command")
def reserved_negative_command(plan):
    plan.sections[9] += [-5, 0]


@fault("suit-unknown-command")
def reporting_policy_of_five_bits(plan):
    plan.sections[9][-1] = 16


@fault("suit-unknown-command")
def reporting_policy_that_is_a_text(plan):
    plan.sections[9][-1] = "all"


@fault("suit-unknown-command")
def component_index_that_is_a_text(plan):
    plan.sections[9][1] = "0"


@fault("suit-unknown-command", "suit-fetch-without-image-match")
def fetch_in_the_shared_sequence(plan):
    plan.shared += [20, {21: build.URI}, 21, 2]


@fault("suit-unknown-command")
def manifest_member_that_nobody_assigned(plan):
    plan.manifest[40] = b""


@fault("suit-unknown-command", "suit-try-each-too-short")
def try_each_that_is_no_list(plan):
    plan.shared += [15, 1]


@fault("suit-unknown-command")
def try_each_with_a_branch_that_is_not_wrapped(plan):
    plan.shared += [15, [build.sequence(3, 15), [3, 15], build.sequence(3, 15)]]


@fault("suit-unknown-command")
def empty_branch_that_is_not_the_last(plan):
    plan.shared += [15, [None, build.sequence(3, 15), build.sequence(3, 15)]]


@fault("suit-unknown-command")
def run_sequence_that_is_not_wrapped(plan):
    plan.shared += [32, [3, 15]]


@fault("suit-unknown-command")
def override_multiple_without_a_map(plan):
    plan.shared += [34, [0]]


@fault("suit-unknown-command")
def copy_params_without_a_map(plan):
    plan.shared += [35, 0]


@fault("suit-unknown-parameter")
def parameter_that_nobody_assigned(plan):
    plan.shared[3][99] = 1


@fault("suit-unknown-parameter")
def reserved_negative_parameter(plan):
    plan.shared[3][-7] = 1


@fault("suit-soft-failure-misplaced")
def soft_failure_outside_any_branch(plan):
    plan.sections[20][3] = {21: build.URI, 13: False}


@fault("suit-try-each-too-short")
def try_each_with_one_branch(plan):
    plan.shared += [15, [build.sequence(3, 15)]]


@fault("suit-uri-plaintext")
def payload_over_http(plan):
    plan.sections[20][3][21] = "HTTP://update.sensors.example/app.bin"


@fault("suit-uri-plaintext")
def payload_over_coap(plan):
    plan.sections[20][3][21] = "coap://update.sensors.example/app.bin"


@fault("suit-payload-unreferenced")
def integrated_payload_that_nothing_refers_to(plan):
    plan.members["#other"] = b"anything"


@fault("suit-payload-digest-mismatch")
def integrated_payload_that_was_changed(plan):
    plan.sections[20][3][21] = "#app"
    plan.members["#app"] = build.IMAGE[::-1]


@fault("suit-member-unauthenticated")
def envelope_member_that_the_manifest_does_not_name(plan):
    plan.members[16] = build.sequence(12, 0, 23, 2)


@fault("suit-member-unauthenticated")
def envelope_member_beside_the_one_in_the_manifest(plan):
    plan.members[20] = build.sequence(12, 0, 23, 2)


@fault("suit-member-unauthenticated")
def envelope_member_of_the_first_trust_domains_drafts(plan):
    plan.members[1] = build.dumps([])


@fault("suit-severed-digest-mismatch")
def severed_install_that_was_changed(plan):
    plan.severed_absent = {20}
    plan.members[20] = build.sequence(12, 0, 20, {21: "https://attacker.example/"}, 21, 2, 3, 15)


@fault("suit-severed-digest-mismatch")
def severed_install_that_is_no_byte_string(plan):
    plan.severed_absent = {20}
    plan.members[20] = plan.sections[20]


@fault("suit-digest-length", "suit-fetch-without-image-match")
def image_digest_of_31_bytes(plan):
    plan.shared[3][3] = build.dumps([-16, bytes(31)])


@fault("suit-digest-alg-not-mti")
def image_digest_of_sha_512(plan):
    plan.shared[3][3] = build.dumps(build.digest(build.IMAGE, -44))


@fault("suit-vendor-id-not-uuid5")
def vendor_identifier_of_another_domain(plan):
    plan.text["en"][tuple(build.APP)] = {3: "elsewhere.example"}


@fault("suit-vendor-id-not-uuid5")
def class_identifier_of_another_model(plan):
    plan.text["en"][tuple(build.APP)] = {3: build.DOMAIN, 4: "node-2"}


@fault("suit-legacy-layout")
def layout_of_draft_27(plan):
    plan.sections[17] = plan.sections.pop(20)


@fault("suit-legacy-layout", "suit-unknown-command")
def sections_of_two_layouts(plan):
    plan.sections[17] = plan.sections[20]


@fault("suit-alg-not-mti")
def signature_by_es256(plan):
    plan.blocks = lambda payload: [build.cose_block(payload, build.ES256)]


@fault("suit-alg-not-mti")
def encryption_outside_the_profiles(plan):
    plan.sections[20][3][19] = build.encryption_info(content=1, exchange=-3)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault(name):
    edit, expected = FAULTS[name]
    plan = build.good()
    edit(plan)
    artefact = read(plan)
    assert ids(artefact) == expected
    assert artefact.wellformed
    under_signature = {"suit-severed-digest-mismatch", "suit-payload-digest-mismatch"}
    assert artefact.authenticity == ("failed" if expected & under_signature else "authenticated")


def test_every_suit_problem_that_a_decoder_can_see_has_a_fault():
    """A rollback takes two envelopes or a profile to be seen; the others stand in the tests named here."""
    seen = set[str]().union(*(expected for _, expected in FAULTS.values()))
    elsewhere = {
        "suit-malformed",  # test_suit_structure
        "suit-manifest-digest-mismatch",  # test_suit_authentication
        "suit-payload-size-mismatch",  # below
        "suit-dependency-unverified",  # test_suit_payloads
        "suit-sequence-rollback",
    }
    reports = {id for id in PROBLEMS if id.startswith("suit-report-")}  # of another kind
    assert {id for id in PROBLEMS if id.startswith("suit-")} - reports == seen | elsewhere


@pytest.mark.parametrize("name", ["severed_install_that_was_changed", "integrated_payload_that_was_changed"])
def test_digest_below_the_signature_that_is_wrong_covers_nothing(name):
    plan = build.good()
    FAULTS[name][0](plan)
    artefact = read(plan)
    assert not any(statement.covered for statement in artefact.shown)
    assert shown(artefact, "update.authenticated") == [False]
    assert "https://attacker.example/" not in str(artefact.claims)


def test_offsets_point_at_the_fault():
    plan = build.good()
    plan.sections[20][3][21] = "http://update.sensors.example/app.bin"
    data = plan.build()
    (found,) = read(data).problems
    assert found.at == "install[1].uri"
    assert found.offset == data.index(b"http://") - 2  # the head of a text of 37 bytes has two


def test_problems_of_one_kind_are_not_listed_without_end():
    plan = build.good()
    plan.sections[9] += [200, 0] * 100
    problems = read(plan).problems
    assert len(problems) == 17
    assert "84 more" in problems[-1].message


def test_image_of_another_size_has_its_own_problem():
    plan = build.good()
    plan.shared[3][14] = 5
    assert ids(read(plan, images=(image(build.IMAGE),))) == {"suit-payload-size-mismatch"}
