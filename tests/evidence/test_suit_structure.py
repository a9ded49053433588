"""Sound CBOR that is not what the CDDL prescribes: reported where it stands, and reading goes on."""

from __future__ import annotations

import cbor2
import pytest

from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read, shown

FAULTS = {}


def fault(*expected):
    """Register an edit of the good plan with the ids of the problems that it makes."""

    def register(edit):
        FAULTS[edit.__name__] = (edit, set(expected))
        return edit

    return register


@fault("suit-malformed")
def sequence_number_missing(plan):
    del plan.manifest[2]


@fault("suit-malformed")
def sequence_number_negative(plan):
    plan.manifest[2] = -1


@fault("suit-malformed")
def sequence_number_a_bignum(plan):
    plan.manifest[2] = 1 << 70


@fault("suit-malformed")
def manifest_version_true(plan):
    plan.manifest[1] = True


@fault("suit-malformed")
def encryption_info_that_is_something_else(plan):
    plan.sections[20][3][19] = build.dumps(cbor2.CBORTag(18, []))


@fault("suit-malformed")
def shared_sequence_of_odd_length(plan):
    plan.sections[9] += [3]


@fault("suit-malformed")
def section_that_is_no_array(plan):
    plan.sections[9] = build.dumps({12: 0})


@fault("suit-malformed")
def command_number_that_is_a_text(plan):
    plan.sections[9] += ["fetch", 0]


@fault("suit-malformed")
def section_that_is_no_byte_string(plan):
    plan.manifest[9] = 5
    plan.sections.pop(9)


@fault("suit-malformed")
def manifest_key_that_is_a_text(plan):
    plan.manifest["x"] = 1


@fault("suit-malformed")
def envelope_key_that_is_true(plan):
    plan.members[True] = b""


@fault("suit-malformed")
def integrated_payload_that_is_a_text(plan):
    plan.members["#x"] = "text"


@fault("suit-malformed")
def components_that_are_no_array(plan):
    plan.common[2] = {0: build.APP}
    plan.shared = None
    plan.sections = {7: [14, 15]}


@fault("suit-malformed", "suit-payload-unreferenced")
def component_identifier_of_text(plan):
    plan.common[2] = [["app"]]
    plan.members["#x"] = b""


@fault("suit-malformed")
def parameters_that_are_no_map(plan):
    plan.sections[9] += [20, [1]]


@fault("suit-malformed")
def parameter_number_that_is_a_text(plan):
    plan.sections[9] += [20, {"uri": 1}]


@fault("suit-malformed")
def text_that_is_no_map(plan):
    plan.text = [1]


@fault("suit-malformed")
def text_of_a_language_that_is_no_map(plan):
    plan.text["de"] = 1


@fault("cbor-malformed")
def text_that_cannot_be_decoded(plan):
    plan.text = None
    plan.manifest[23] = b"\xff"


@fault("suit-malformed")
def dependencies_that_are_no_map(plan):
    plan.common[1] = 5


@fault("suit-malformed")
def dependency_without_metadata(plan):
    plan.common[1] = {0: 5}


@fault("suit-malformed")
def manifest_component_id_that_is_no_array(plan):
    plan.manifest[5] = "id"


@fault("cbor-malformed")
def section_that_cannot_be_decoded(plan):
    plan.sections[9] = b"\xff"


@fault("suit-malformed")
def shared_sequence_that_is_no_byte_string(plan):
    plan.common[4] = [1, 15]
    plan.shared = None
    plan.sections = {9: [12, 0, 23, 2]}


@fault("suit-malformed")
def severed_digest_that_is_none(plan):
    plan.manifest[20] = [1, 2, 3]
    plan.sections.pop(20)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_malformed(name):
    edit, expected = FAULTS[name]
    plan = build.good()
    edit(plan)
    artefact = read(plan)
    assert ids(artefact) == expected
    assert not artefact.wellformed
    assert artefact.authenticity == "authenticated"  # somebody signed this very nonsense
    for property_ in ("update.target-checked", "boot.image-verified"):
        assert shown(artefact, property_) == [], property_


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (1, "vendor"), (1, cbor2.CBORTag(112, 5)), (2, cbor2.CBORTag(112, b"\x01")), (2, 5), (3, b"\xff"),
        (3, build.dumps([1])), (3, build.digest(b"")), (5, -1), (13, 1), (14, True), (14, -1), (18, "text"),
        (19, 5), (21, b"https"), (22, "0"), (24, None),
    ],
)  # fmt: skip
def test_parameter_of_a_wrong_type_is_malformed_and_not_set(parameter, value):
    plan = build.good()
    plan.sections[9] += [20, {parameter: value}]
    artefact = read(plan)
    assert not artefact.wellformed
    assert "suit-malformed" in ids(artefact) - {"suit-soft-failure-misplaced"}
    assert artefact.claims["vendor_ids"] == [build.VENDOR.hex()]


@pytest.mark.parametrize("common", [None, 5, b"\xff", build.dumps([])])
def test_common_that_cannot_be_read(common):
    plan = build.good()
    plan.finish = lambda manifest: manifest.update({3: common})
    artefact = read(plan)
    assert not artefact.wellformed
    assert artefact.claims["components"] == []
    assert shown(artefact, "update.target-checked") == []


# --- what looks odd and is right ------------------------------------------------------------------


def test_pen_as_vendor_identifier_is_no_wrong_uuid():
    plan = build.good()
    plan.text = None
    plan.shared[3][1] = cbor2.CBORTag(112, b"\x19\xa0\xfe")
    artefact = read(plan)
    assert artefact.problems == ()
    assert artefact.claims["vendor_ids"] == ["19a0fe"]


def test_custom_commands_and_parameters_are_nobodys_business():
    plan = build.good()
    plan.sections[9] += [-300, "anything", 20, {-400: [1, 2]}]
    assert read(plan).problems == ()


def test_text_without_domain_or_model_is_not_compared():
    plan = build.good()
    plan.text = {"en": {tuple(build.APP): {1: "Sensors", 99: "more", "x": 5}, 1: "about", "y": 1}}
    artefact = read(plan)
    assert artefact.problems == ()
    assert artefact.claims["text"]["en"]["components"]["00/617070"] == {
        "vendor-name": "Sensors",
        "text 99": "more",
    }
