"""Ways to have a token say more than it does: each was open once, and is named for what it fooled."""

from __future__ import annotations

import datetime

import cbor2
import pytest

from iotassess.model.vocabulary import UNINTELLIGIBLE
from tests.evidence import token_builder as build
from tests.evidence.token_builder import ids, only, read, shown

CONTEXT = {"max_age": datetime.timedelta(days=400)}
EVIDENCE = cbor2.dumps({0: "acme/7", 3: {17: [{24: "app.bin", 7: [1, b"\xaa" * 32]}]}})
"""CoSWID evidence (RFC 9393 section 2.9.4)."""

TAGGED = cbor2.dumps(cbor2.CBORTag(1398229316, cbor2.loads(EVIDENCE)))


PLAIN = {10: build.NONCE, 256: b"\x01" + b"\xd2" * 16}
"""A token that says nothing about the product."""

OUTER = {**PLAIN, 258: 32473, 259: b"model-7"}


def in_submod(claims):
    return read(build.sign1({**PLAIN, 266: {"modem": claims}}))


def in_bundle(claims):
    detached = cbor2.dumps(claims)
    main = build.sign1({**PLAIN, 266: {"modem": build.digest_of(detached)}}, tags=(61, 18))
    return read(build.bundle(main, {"modem": detached}))


IN_PARTS = pytest.mark.parametrize("in_part", [in_submod, in_bundle])


# --- parts do not speak for the whole -----------------------------------------------------------


@IN_PARTS
@pytest.mark.parametrize("state", [1, 2, 3, 4, 7, "disabled"])
def test_a_good_debug_state_of_a_part_is_not_the_product_s(in_part, state):
    artefact = in_part({263: state})
    assert artefact.authenticity == "authenticated"
    assert shown(artefact, "debug.state") == []


@IN_PARTS
def test_enabled_debugging_of_a_part_speaks_against_the_product(in_part):
    artefact = in_part({263: 0})
    (state,) = [s for s in artefact.shown if s.property == "debug.state"]
    assert (state.value, state.path, state.covered) == ("enabled", "submods.modem.dbgstat", True)


def test_enabled_debugging_of_a_part_stands_beside_the_product_s_own_state():
    artefact = read(build.sign1({**OUTER, 263: 3, 266: {"modem": {263: 0}}}))
    assert set(shown(artefact, "debug.state")) == {"disabled-permanently", "enabled"}


@IN_PARTS
@pytest.mark.parametrize(("oemboot", "expected"), [(True, []), (False, [False])])
def test_secure_boot_of_a_part_is_shown_only_where_it_is_missing(in_part, oemboot, expected):
    assert shown(in_part({258: 1, 262: oemboot}), "boot.secure-boot") == expected


@IN_PARTS
@pytest.mark.parametrize(
    ("lifecycle", "states", "debug"),
    [
        (0x3000, [], []),
        (0x7000, [], []),
        ("secured", [], []),
        (0x0000, ["unknown"], []),
        (0x5000, ["recoverable-psa-rot-debug"], ["enabled"]),
    ],
)
def test_a_lifecycle_of_a_part_speaks_only_against_the_product(in_part, lifecycle, states, debug):
    artefact = in_part({2395: lifecycle, 2396: build.IMPLEMENTATION})
    assert shown(artefact, "lifecycle") == states
    assert shown(artefact, "debug.state") == debug


@IN_PARTS
def test_a_part_says_neither_what_the_product_is_nor_that_it_is_measured(in_part):
    claims = {258: 7, 259: b"part", 260: ["1"], 270: "OS", 271: ["2"], 273: [[258, EVIDENCE]]}
    artefact = in_part({**claims, 274: [["s", [["app", 1]]]]})
    about = {s.property for s in artefact.shown}
    assert not about & {"identity.oemid", "identity.hwmodel"}
    assert not about & {"product.firmware-version", "product.hardware-revision"}
    assert shown(artefact, "attestation.measures-software") == []


def in_submod_of_psa(claims):
    return read(build.sign1(build.psa({266: {"modem": claims}})))


def test_a_part_of_a_psa_token_does_not_replace_the_measurements_of_the_token():
    evil = {**build.COMPONENT, 2: b"\xee" * 32}
    plain = read(build.sign1(build.psa()))
    artefact = in_submod_of_psa({265: build.TFM, 2396: build.IMPLEMENTATION, 2399: [evil]})
    assert [s for s in artefact.shown if s.subject.kind == "component"] == [
        s for s in plain.shown if s.subject.kind == "component"
    ]


def test_a_part_does_not_stand_in_for_the_measurements_that_a_token_lacks():
    artefact = read(build.sign1(build.psa({2399: ..., 266: {"x": {273: [[258, EVIDENCE]]}}})))
    assert True not in shown(artefact, "attestation.measures-software")


# --- times --------------------------------------------------------------------------------------

UNREADABLE = [
    "0",
    True,
    False,
    None,
    float("nan"),
    -1,
    1 << 70,
    cbor2.CBORTag(1, 5),
    cbor2.CBORTag(2, b"\x01"),
]
UNREADABLE = [*UNREADABLE, b"\x00", [5], {}, float("inf")]


@pytest.mark.parametrize("value", UNREADABLE, ids=repr)
@pytest.mark.parametrize(("label", "at"), [(4, "exp"), (5, "nbf"), (6, "iat")])
@pytest.mark.parametrize("make", [build.eat, build.psa])
def test_a_time_that_cannot_be_read_leaves_the_token_without_a_moment(make, label, at, value):
    artefact = read(build.sign1(make({label: value})), **CONTEXT)
    found = only(artefact, "eat-claim-type")
    assert (found.at, found.severity) == (at, "error")
    assert artefact.fresh is None


@pytest.mark.parametrize(("label", "at"), [(4, "exp"), (5, "nbf"), (6, "iat")])
def test_a_flood_of_other_faults_does_not_hide_a_time_that_cannot_be_read(label, at):
    flood = {str(number): {1: number, 6: 1.5} for number in range(100)}
    for value in ("soon", True):
        claims = {266: flood, **build.eat({label: ...}), label: value}
        artefact = read(build.sign1(claims))
        assert ("eat-claim-type", at) in {(found.id, found.at) for found in artefact.problems}
        assert artefact.fresh is None
    artefact = read(build.sign1({266: flood, **build.eat({6: ...}), 6: build.NOW - 5.0}))
    assert ("eat-iat-float", "iat") in {(found.id, found.at) for found in artefact.problems}


@pytest.mark.parametrize(
    ("edits", "id_", "at"),
    [
        ({4: build.NOW - 61}, "eat-expired", "exp"),
        ({4: build.NOW - 61.5}, "eat-expired", "exp"),
        ({5: build.NOW + 61}, "eat-not-yet-valid", "nbf"),
        ({6: build.NOW + 61}, "eat-not-yet-valid", "iat"),
        ({6: build.NOW - 5.0}, "eat-iat-float", "iat"),
    ],
)
@pytest.mark.parametrize("make", [build.eat, build.psa])
def test_a_token_out_of_its_time_is_not_fresh_whatever_its_nonce(make, edits, id_, at):
    for data in (build.sign1(make(edits)), build.bundle(build.sign1(make(edits)), {})):
        artefact = read(data, **CONTEXT)
        assert only(artefact, id_).at == at
        assert artefact.fresh is None
        assert read(data, nonce=None, **CONTEXT).fresh is None


def test_an_expired_main_token_makes_a_bundle_that_is_not_fresh():
    detached = cbor2.dumps({263: 2})
    for edits in ({4: build.NOW - 61}, {4: "soon"}, {5: build.NOW + 61}):
        main = build.sign1({**OUTER, 6: build.NOW - 5, 266: {"x": build.digest_of(detached)}, **edits})
        for more in ({}, {"nonce": None}):
            assert read(build.bundle(main, {"x": detached}), **CONTEXT, **more).fresh is None


def test_times_of_json_are_held_to_the_same_rules():
    for edits in ({"exp": "0"}, {"exp": True}, {"nbf": None}, {"iat": "now"}, {"exp": build.NOW - 61}):
        artefact = read(build.jwt({"eat_nonce": build.b64(build.NONCE), **edits}))
        assert {found.at for found in artefact.problems} == set(edits)
        assert artefact.fresh is None


# --- the challenge ------------------------------------------------------------------------------

BOUND = "attestation.nonce-bound"


@pytest.mark.parametrize("make", [build.eat, build.psa])
def test_a_token_that_answers_another_challenge_is_not_bound_to_this_one(make):
    artefact = read(build.sign1(make()), nonce=b"another!" * 4)
    (bound,) = [s for s in artefact.shown if s.property == BOUND]
    assert (bound.value, bound.covered, bound.path) == (False, True, "nonce")


def test_a_bundle_that_answers_another_challenge_is_not_bound_to_this_one():
    detached = cbor2.dumps({263: 2})
    data = build.bundle(build.sign1({**OUTER, 266: {"x": build.digest_of(detached)}}), {"x": detached})
    assert shown(read(data, nonce=b"another!"), BOUND) == [False]
    assert shown(read(data), BOUND) == [True]
    assert shown(read(data, nonce=None), BOUND) == [True]


def test_without_a_nonce_nothing_is_said_about_being_bound_to_one():
    for edits in ({10: ...}, {10: "text"}):
        for more in ({}, {"nonce": None}):
            assert shown(read(build.sign1(build.eat(edits)), **more), BOUND) == []


def test_a_nested_token_with_a_nonce_of_its_own_is_not_bound_to_the_challenge():
    inner = build.sign1({10: b"own nonce", 263: 2}, build.ELEMENT)
    artefact = read(build.sign1({**OUTER, 266: {"x": inner}}))
    assert shown(artefact.nested[0], BOUND) == []
    assert shown(artefact, BOUND) == [True]


# --- states that nobody defines -----------------------------------------------------------------


@pytest.mark.parametrize("value", [5, 7, -1, 3.0, True, "disabled-permanently", None, b"", [3]], ids=repr)
def test_a_debug_state_that_nobody_defines_is_an_answer_and_not_silence(value):
    artefact = read(build.sign1(build.eat({263: value})))
    assert only(artefact, "eat-dbgstat-invalid").at == "dbgstat"
    (state,) = [s for s in artefact.shown if s.property == "debug.state"]
    assert (state.value, state.path, state.covered) == (UNINTELLIGIBLE, "dbgstat", True)


def test_a_debug_state_in_json_that_nobody_defines_is_an_answer():
    artefact = read(build.jwt({"eat_nonce": build.b64(build.NONCE), "dbgstat": "off"}))
    assert shown(artefact, "debug.state") == [UNINTELLIGIBLE]


@pytest.mark.parametrize("value", [1, 0, None, "true", 1.0, [True]], ids=repr)
def test_a_secure_boot_of_the_wrong_type_is_a_problem_and_shows_nothing(value):
    artefact = read(build.sign1(build.eat({262: value})))
    found = only(artefact, "eat-claim-type")
    assert (found.at, found.severity) == ("oemboot", "error")
    assert shown(artefact, "boot.secure-boot") == []


# --- measurements -------------------------------------------------------------------------------

MEASURES = "attestation.measures-software"


@pytest.mark.parametrize(
    "edits",
    [
        {274: [["sys", []]]},
        {274: [["sys", [["app", 4]]]]},
        {274: [["sys", [["app", 3], ["loader", 4]]], ["other", []]]},
        {273: [[0, b""]]},
        {273: [[258, b""]]},
        {273: [[258, b"\xff"]]},
        {273: [[258, cbor2.dumps({})]]},
        {273: [[258, cbor2.dumps({0: "tag", 3: {}})]]},
        {273: [[258, cbor2.dumps({0: "tag", 6: {17: []}})]]},
        {273: [[258, cbor2.dumps([1])]]},
        {273: [[258, b""]], 274: [["sys", [["app", 3]]]]},
        {2399: [{1: "BL", 2: b"", 5: build.SIGNER}]},
    ],
    ids=repr,
)
def test_a_claim_of_measurements_without_one_does_not_measure_software(edits):
    artefact = read(build.sign1({**OUTER, **edits}))
    assert shown(artefact, MEASURES) == [False]


@pytest.mark.parametrize(
    ("edits", "path"),
    [
        ({274: [["sys", [["app", 1]]]]}, "measres"),
        ({274: [["a", []], ["sys", [["app", 3], ["app", 2]]]]}, "measres"),
        ({273: [[258, EVIDENCE]]}, "measurements"),
        (
            {273: [[258, b""], [258, TAGGED]]},
            "measurements",
        ),
    ],
    ids=repr,
)
def test_a_measurement_shows_that_software_is_measured(edits, path):
    artefact = read(build.sign1({**OUTER, **edits}))
    (measures,) = [s for s in artefact.shown if s.property == MEASURES]
    assert (measures.value, measures.path) == (True, path)


def test_measurements_of_a_format_that_is_not_known_prove_nothing_and_deny_nothing():
    assert shown(read(build.sign1({**OUTER, 273: [[60, b"\x01"]]})), MEASURES) == []
    signed = cbor2.dumps(cbor2.CBORTag(18, [b"", {}, EVIDENCE, b""]))
    assert shown(read(build.sign1({**OUTER, 273: [[258, signed]]})), MEASURES) == []
    body = [[258, build.b64(EVIDENCE)]]
    claims = {"eat_nonce": build.b64(build.NONCE), "measurements": body}
    assert shown(read(build.jwt(claims)), MEASURES) == [True]
    assert shown(read(build.jwt({**claims, "measurements": [[258, "*"]]})), MEASURES) == [False]
    assert shown(read(build.jwt({**claims, "measurements": [[258, {"json": 1}]]})), MEASURES) == []


@pytest.mark.parametrize(
    ("edits", "at"), [({274: [["sys", []]]}, "measres[0]"), ({273: [[258, b""]]}, "measurements[0]")]
)
def test_an_empty_measurement_is_reported(edits, at):
    artefact = read(build.sign1(build.eat(edits)))
    assert only(artefact, "eat-claim-type").at == at


def test_a_failed_measurement_is_an_error_however_many_there_are():
    results = [[str(number), 2] for number in range(100)]
    artefact = read(build.sign1(build.eat({274: [["boot", results]]})))
    failed = [found for found in artefact.problems if found.id == "eat-measurement-failed"]
    assert failed
    assert {found.severity for found in failed} == {"error"}


# --- identity -----------------------------------------------------------------------------------


def test_the_forms_of_a_maker_s_identifier_are_not_taken_for_each_other():
    values = (123456, b"\x12\x34\x56", b"\x12" * 16)
    artefacts = [read(build.sign1(build.eat({258: value}))) for value in values]
    found = [shown(artefact, "identity.oemid") for artefact in artefacts]
    assert found == [["pen:123456"], ["ieee:123456"], ["random:" + "12" * 16]]
    assert artefacts[0].claims["oemid"] == {"form": "pen", "value": 123456}
    assert artefacts[1].claims["oemid"] == {"form": "ieee", "value": "123456"}


# --- names of nested tokens ---------------------------------------------------------------------


def paths(artefact):
    """Paths of all tokens inside."""
    found = []
    for inner in artefact.nested:
        found += [inner.path, *paths(inner)]
    return found


INNER = build.sign1({10: b"own nonce", 263: 2}, build.ELEMENT, tags=(61, 18))
LONG = "long" * 30


def nest(token):
    return build.sign1({10: b"own nonce", 266: {"y": token}}, build.ELEMENT, tags=(61, 18))


@pytest.mark.parametrize(
    "submods",
    [
        {LONG + str(number): INNER for number in range(5)},
        {"a.submods.b": INNER, "a": {266: {"b": INNER}}},
        {"a": {266: {"b": INNER}}, "a.submods.b": INNER},
        {"x": nest(INNER), "x#submods.y": INNER, "x_submods.y": INNER},
        {LONG + "1": INNER, LONG[:59] + "… (2)": INNER, LONG + "2": INNER},
        {"x": INNER, "x (2)": INNER},
    ],
    ids=["clipped", "dot", "dot-after", "hash", "index", "plain"],
)
def test_no_two_nested_tokens_have_the_same_path(submods):
    found = paths(read(build.sign1({**OUTER, 266: submods})))
    assert len(found) == len(set(found)) >= 2
    assert all(path.startswith("token#submods.") for path in found)


def test_the_path_of_a_name_that_nothing_else_has_is_the_name():
    artefact = read(build.sign1({**OUTER, 266: {"x": INNER, "com.acme": {266: {"y": INNER}}}}))
    assert paths(artefact) == ["token#submods.x", "token#submods.com.acme.submods.y"]


def test_tokens_in_detached_claims_sets_do_not_take_the_paths_of_those_in_the_main_token():
    detached = cbor2.dumps({266: {"b": INNER}})
    for names in (("a", "a.submods.b"), ("a.submods.b", "a")):
        submods = {name: build.digest_of(detached) if name == "a" else INNER for name in names}
        artefact = read(build.bundle(build.sign1({**OUTER, 266: submods}), {"a": detached}))
        assert artefact.authenticity == "authenticated"
        assert len(set(paths(artefact))) == 2


def test_a_digest_that_is_open_is_not_settled_by_a_claims_set_with_a_similar_name():
    detached = cbor2.dumps({263: 2})
    for supplied in "12":
        submods = {LONG + number: build.digest_of(detached) for number in "12"}
        data = build.bundle(build.sign1({**OUTER, 266: submods}), {LONG + supplied: detached})
        found = only(read(data), "eat-submod-unverified")
        other = "2" if supplied == "1" else "1"
        assert found.at.endswith(" (2)") is (other == "2")


def test_every_finding_of_this_file_is_in_a_good_token_absent():
    artefact = read(build.sign1(build.eat({273: [[258, EVIDENCE]]})))
    assert ids(artefact) == set()
    assert shown(artefact, "debug.state") == ["disabled-permanently"]
