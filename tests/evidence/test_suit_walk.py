"""What sequences do when they run: parameters, alternatives, procedures, and what follows from them."""

from __future__ import annotations

import pytest

from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read, shown

DIGEST = build.dumps(build.digest(build.IMAGE))


def three_components():
    """Staging, flash and memory: fetched into the first, copied on from there."""
    plan = build.good()
    plan.text = None
    plan.common[2] = [build.APP, [b"\x01"], [b"\x02"]]
    plan.shared = [12, True, 20, {1: build.VENDOR, 2: build.CLASS, 3: DIGEST, 14: 9}, 1, 15, 2, 15]
    plan.sections = {
        7: [12, [0, 1], 3, 15],
        8: [12, 2, 20, {22: 1}, 22, 2, 3, 15],
        9: [12, 2, 23, 2],
        16: [12, 0, 20, {21: build.URI}, 21, 2, 3, 15],
        20: [12, 1, 20, {22: 0}, 22, 2, 3, 15],
    }
    return plan


def test_slots_keep_their_digests_sizes_and_uris_together():
    artefact = read(build.two_slots())
    assert artefact.problems == ()
    assert [(p["digest"]["value"], p["size"], p["uri"]) for p in artefact.claims["payloads"]] == [
        (build.sha256(build.IMAGE).hex(), len(build.IMAGE), build.URI + ".a"),
        (build.sha256(build.IMAGE[1:]).hex(), len(build.IMAGE) - 1, build.URI + ".b"),
    ]
    assert shown(artefact, "update.ab-slots") == [True]
    assert shown(artefact, "update.integrity-checked") == [True]
    assert shown(artefact, "boot.image-verified") == [True]


def test_branches_for_the_same_slot_are_no_ab_update():
    plan = build.two_slots()
    plan.sections[20][3] = [build.sequence(20, {5: 0}, 5, 5, 20, {21: build.URI})] * 2
    plan.shared[9] = plan.shared[9][:1] * 2
    assert shown(read(plan), "update.ab-slots") == []


def test_staged_copied_and_loaded_image_is_followed():
    artefact = read(three_components())
    assert artefact.problems == ()
    assert shown(artefact, "update.integrity-checked") == [True]
    # validate leaves out the third component, which is filled and checked on loading
    assert shown(artefact, "boot.image-verified") == []


def test_unchecked_staging_is_checked_by_a_check_of_the_copy():
    plan = three_components()
    plan.sections[16] = plan.sections[16][:-2]
    plan.sections[7] = [12, 1, 3, 15]
    assert ids(read(plan)) == set()


def test_unchecked_copy_of_an_unchecked_staging_reports_both():
    plan = three_components()
    plan.sections = {
        7: [12, 2, 3, 15],
        16: plan.sections[16][:-2],
        20: plan.sections[20][:-2],
    }
    artefact = read(plan)
    found = {p.at for p in artefact.problems if p.id == "suit-fetch-without-image-match"}
    assert found == {"payload-fetch[2]", "install[2]"}
    assert shown(artefact, "update.integrity-checked") == [False]


def test_swap_needs_a_check_too():
    plan = three_components()
    plan.sections[20] = [12, 1, 20, {22: 0}, 31, 2]
    plan.sections[7] = [12, 0, 3, 15]
    plan.sections.pop(8)
    assert ids(read(plan)) == {"suit-fetch-without-image-match"}


def test_what_boot_checks_is_checked_before_it_runs():
    plan = build.good()
    plan.sections[20] = plan.sections[20][:-2]
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.integrity-checked") == [True]


def test_written_content_that_no_condition_checks_is_no_problem_and_no_proof():
    plan = build.good()
    plan.sections = {20: [12, 0, 20, {18: b"settings"}, 18, 2], 9: [12, 0, 23, 2]}
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.integrity-checked") == [False]


def test_parameters_of_the_update_are_gone_at_boot():
    plan = build.good()
    plan.sections[7] = [12, 0, 6, 15]
    plan.sections[20] = [12, 0, 20, {18: b"x", 21: build.URI}, 6, 15, 21, 2, 3, 15]
    assert ids(read(plan)) == {"suit-condition-before-parameter"}


def test_set_parameters_does_not_override():
    plan = build.good()
    plan.sections[20] = [12, 0, 20, {21: build.URI}, 19, {21: "https://other.example/"}, 21, 2, 3, 15]
    artefact = read(plan)
    assert [p["uri"] for p in artefact.claims["payloads"]] == [build.URI]


def test_override_multiple_and_copy_params():
    plan = three_components()
    plan.shared = [
        34, {0: {1: build.VENDOR, 2: build.CLASS, 3: DIGEST}, 1: {14: 9}, 7: {14: 1}},
        12, 0, 1, 15, 2, 15,
        12, [1, 2], 35, {0: [3, 1, 99]},
    ]  # fmt: skip
    artefact = read(plan)
    assert artefact.problems == ()
    assert {p["component"]: p["digest"]["value"] for p in artefact.claims["payloads"]} == dict.fromkeys(
        ("00/617070", "01", "02"), build.sha256(build.IMAGE).hex()
    )


def test_copy_params_takes_every_alternative_over():
    plan = build.two_slots()
    plan.text = None
    plan.common[2].append([b"\x01"])
    plan.sections = {7: [12, 1, 35, {0: [3, 14]}, 3, 15]}
    artefact = read(plan)
    assert artefact.problems == ()
    sizes = {p["size"] for p in artefact.claims["payloads"] if p["component"] == "01"}
    assert sizes == {len(build.IMAGE), len(build.IMAGE) - 1}


@pytest.mark.parametrize("argument", [{0: 5}, {9: [3]}, {0: ["x", 99]}, {"x": [3]}])
def test_copy_params_of_what_is_not_there(argument):
    plan = build.good()
    plan.sections[20][4:4] = [35, argument]
    assert ids(read(plan)) <= {"suit-unknown-command"}


def test_copy_params_that_is_no_map_leaves_parameters_alone_and_proves_nothing():
    plan = build.good()
    plan.sections[20][4:4] = [35, [1]]
    artefact = read(plan)
    assert ids(artefact) == {"suit-unknown-command"}
    assert [p["uri"] for p in artefact.claims["payloads"]] == [build.URI]
    assert shown(artefact, "update.integrity-checked") == []


def test_index_is_restored_after_a_branch():
    plan = three_components()
    plan.sections[16] = [
        12, 0,
        15, [build.sequence(12, 1, 20, {21: "https://b.example/"}), None],
        20, {21: build.URI}, 21, 2, 3, 15,
    ]  # fmt: skip
    artefact = read(plan)
    assert artefact.problems == ()
    assert {(p["component"], p["uri"]) for p in artefact.claims["payloads"] if p["uri"]} == {
        ("00/617070", build.URI),
        ("01", "https://b.example/"),
    }


def test_branch_that_aborts_does_not_count():
    plan = build.good()
    plan.shared[6:8] = [15, [build.sequence(2, 15), build.sequence(14, 15)]]
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.target-checked") == [True]


def test_impossible_combination_of_slots_is_dropped():
    plan = build.two_slots()
    plan.sections[20][3].append(build.sequence(20, {5: 2}, 5, 5, 20, {21: build.URI + ".c"}))
    uris = {p["uri"] for p in read(plan).claims["payloads"]}
    assert uris == {build.URI + ".a", build.URI + ".b"}


def test_conditions_for_one_way_only_are_no_check_of_the_target():
    plan = build.good()
    plan.shared[4:8] = [15, [build.sequence(1, 15, 2, 15), build.sequence(3, 15)]]
    artefact = read(plan)
    assert ids(artefact) == {"suit-vendor-condition-missing", "suit-class-condition-missing"}
    assert shown(artefact, "update.target-checked") == [False]
    assert shown(artefact, "identity.vendor-id") == []


def test_each_class_of_a_choice_is_shown():
    plan = build.good()
    other = bytes(15) + b"\x01"
    plan.shared = [
        12, 0, 20, {1: build.VENDOR, 3: DIGEST}, 1, 15,
        15, [build.sequence(20, {2: build.CLASS}, 2, 15), build.sequence(20, {2: other}, 2, 15)],
    ]  # fmt: skip
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "identity.class-id") == [build.CLASS.hex(), other.hex()]
    assert shown(artefact, "update.target-checked") == [True]


def test_identifier_that_no_condition_compares_is_not_shown():
    plan = build.good()
    plan.shared = plan.shared[:4]
    artefact = read(plan)
    assert artefact.claims["vendor_ids"] == [build.VENDOR.hex()]
    assert shown(artefact, "identity.vendor-id") == shown(artefact, "identity.class-id") == []


def test_soft_failure_makes_the_check_of_an_image_one_that_may_be_skipped():
    plan = build.good()
    plan.sections[20][-2:] = [32, build.sequence(20, {13: True}, 3, 15)]
    plan.sections[7] = [12, 0, 32, build.sequence(20, {13: True}, 3, 15)]
    artefact = read(plan)
    assert "suit-fetch-without-image-match" in ids(artefact)
    assert shown(artefact, "boot.image-verified") == []


def test_run_sequence_without_soft_failure_counts():
    plan = build.good()
    plan.sections[20][-2:] = [32, build.sequence(3, 15)]
    plan.sections[7] = [12, 0, 32, build.sequence(20, {13: False}, 3, 15)]
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "boot.image-verified") == [True]


def test_soft_run_sequence_that_aborts_goes_on():
    plan = build.good()
    plan.sections[20][4:4] = [32, build.sequence(20, {13: True}, 14, 15)]
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.integrity-checked") == [True]


def test_soft_failure_outside_a_branch_lets_nothing_be_concluded():
    plan = build.good()
    plan.shared[3][13] = True
    artefact = read(plan)
    assert ids(artefact) == {"suit-soft-failure-misplaced"}
    for property_ in ("update.target-checked", "update.integrity-checked", "boot.image-verified"):
        assert shown(artefact, property_) == [], property_


@pytest.mark.parametrize(
    "section",
    [
        [14, 15],
        [15, [build.sequence(14, 15), build.sequence(14, 15)]],
        [34, {0: {5: 0}}, 12, 0, 5, 15, 20, {5: 1}, 5, 15],
        [12, 0, 8, 15],
    ],
)
def test_section_that_never_ends_well_proves_nothing(section):
    plan = build.good()
    plan.sections[20] = [*section, 20, {21: build.URI}, 21, 2, 3, 15]
    artefact = read(plan)
    assert shown(artefact, "update.integrity-checked") == []
    assert shown(artefact, "update.target-checked") == []
    plan.sections[7] = plan.sections.pop(20)
    assert shown(read(plan), "boot.image-verified") == []


def test_shared_sequence_that_aborts_proves_nothing():
    plan = build.good()
    plan.sections = {}
    plan.shared = [14, 15]
    artefact = read(plan)
    assert ids(artefact) == {"suit-no-validate"}
    assert shown(artefact, "update.target-checked") == []


def test_fetch_into_no_component_proves_nothing():
    plan = build.good()
    plan.sections[20][1] = False
    artefact = read(plan)
    assert shown(artefact, "update.integrity-checked") == []
    assert shown(artefact, "boot.image-verified") == []


def test_manifest_without_sections_is_judged_by_its_shared_sequence():
    plan = build.good()
    plan.sections = {}
    artefact = read(plan)
    assert ids(artefact) == {"suit-no-validate"}
    assert shown(artefact, "update.target-checked") == [True]
    assert shown(artefact, "update.integrity-checked") == []
    assert [p["digest"]["value"] for p in artefact.claims["payloads"]] == [build.sha256(build.IMAGE).hex()]


def test_uninstall_has_parameters_of_its_own():
    plan = build.good()
    plan.sections[24] = [12, 0, 33, 0]
    assert read(plan).problems == ()


def test_dependency_conditions_choose_dependencies():
    plan = build.with_dependency(build.dependency().build())
    plan.sections[20][:0] = [12, True, 15, [build.sequence(8, 15, 7, 15, 11, 15), build.sequence(6, 15)]]
    plan.sections[20][3].append(None)
    artefact = read(plan)
    assert ids(artefact) == {"suit-parameter-missing"}  # check-content without content
    assert "suit-dependency-unverified" not in ids(artefact)


# --- work that is too much ------------------------------------------------------------------------


def test_more_alternatives_than_a_device_could_hold_are_refused():
    plan = build.good()
    for parameter in range(7):
        plan.shared += [15, [build.sequence(20, {-300 - parameter: n}) for n in (0, 1)]]
    assert ids(read(plan)) == {"artefact-too-large"}


def test_more_uses_than_a_device_could_have_are_refused():
    plan = build.good()
    for size in range(1100):
        plan.sections[20] += [20, {14: size}, 3, 15]
    assert ids(read(plan)) == {"artefact-too-large"}


def test_more_steps_than_a_device_could_take_are_refused():
    plan = build.good()
    plan.common[2] = [[bytes([n // 256, n % 256])] for n in range(2000)]
    plan.sections[20] = [12, True, *[20, {14: 1}] * 200]
    assert ids(read(plan)) == {"artefact-too-large"}


def test_sequences_nested_too_deep_are_not_followed():
    plan = build.good()
    inner = build.sequence(3, 15)
    for _ in range(12):
        inner = build.sequence(32, inner)
    plan.sections[7] = [12, 0, 32, inner]
    artefact = read(plan)
    assert ids(artefact) == {"suit-unknown-command"}


def test_work_that_many_branches_make_is_limited():
    plan = build.good()
    plan.common[2] = [[bytes([n // 256, n % 256])] for n in range(1000)]
    plan.sections[20] = [12, 0, 15, [build.sequence()] * 1000]
    assert ids(read(plan)) == {"artefact-too-large"}


def test_parameters_without_end_are_limited():
    plan = build.good()
    plan.shared[3] |= {-1000 - n: n for n in range(2000)}
    plan.sections[20] += [20, {14: 1}] * 200
    assert ids(read(plan)) == {"artefact-too-large"}


def test_unreachable_commands_are_not_walked_but_looked_at():
    plan = build.good()
    plan.common[2] = [[bytes([n // 256, n % 256])] for n in range(5000)]
    plan.sections = {7: [12, 0, 14, 15, *[12, 7] * 15_000, 12, 6000]}
    assert "suit-component-index-range" in ids(read(plan))
