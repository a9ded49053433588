"""One fault in a good EAT, and exactly the problem that it should give: for every id of the EAT family."""

from __future__ import annotations

import datetime

import cbor2
import pytest

from iotassess.model.problems import PROBLEMS
from tests.evidence import token_builder as build
from tests.evidence.token_builder import ids, only, read, shown

LOCATION = {1: 52.5, 2: 13.4}

FAULTS = [
    # id, edits of the good claims, claim path, further problems that belong to it
    ("eat-nonce-missing", {10: ...}, None, set()),
    ("eat-nonce-mismatch", {10: b"\x01" * 32}, "nonce", set()),
    ("eat-nonce-length", {10: b"\x01" * 7}, "nonce", {"eat-nonce-mismatch"}),
    ("eat-nonce-length", {10: b"\x01" * 65}, "nonce", {"eat-nonce-mismatch"}),
    ("eat-expired", {4: build.NOW - 61}, "exp", set()),
    ("eat-not-yet-valid", {5: build.NOW + 61}, "nbf", set()),
    ("eat-not-yet-valid", {6: build.NOW + 61}, "iat", set()),
    ("eat-iat-float", {6: build.NOW - 0.5}, "iat", set()),
    ("eat-ueid-length", {256: b"\x01" * 6}, "ueid", set()),
    ("eat-ueid-length", {256: b"\x01" * 34}, "ueid", set()),
    ("eat-ueid-length", {257: {"x": b""}}, "sueids.x", set()),
    ("eat-ueid-type", {256: b"\x01" * 16}, "ueid", set()),
    ("eat-ueid-type", {256: b"\x02" * 8}, "ueid", set()),
    ("eat-ueid-type", {256: b"\x09" * 17}, "ueid", set()),
    ("eat-oemid-form", {258: b"\x01" * 4}, "oemid", set()),
    ("eat-oemid-form", {258: -1}, "oemid", set()),
    ("eat-oemid-form", {258: 1 << 32}, "oemid", set()),
    ("eat-oemid-form", {258: "acme"}, "oemid", set()),
    ("eat-oemid-form", {258: True}, "oemid", set()),
    ("eat-dependency", {259: ...}, "hwversion", set()),
    ("eat-dependency", {270: ...}, "swversion", set()),
    ("eat-dbgstat-invalid", {263: 5}, "dbgstat", set()),
    ("eat-dbgstat-invalid", {263: -1}, "dbgstat", set()),
    ("eat-dbgstat-invalid", {263: False}, "dbgstat", set()),
    ("eat-debug-enabled", {263: 0}, "dbgstat", set()),
    ("eat-debug-reenableable", {263: 1}, "dbgstat", set()),
    ("eat-oemboot-false", {262: False}, "oemboot", set()),
    ("eat-profile-unknown", {265: "https://profile.example"}, "profile", set()),
    ("eat-profile-unknown", {265: b"\x06\x01"}, "profile", set()),
    ("eat-draft-labels", {14: 3}, "other.14", set()),
    ("eat-draft-labels", {-76001: 3}, "other.-76001", set()),
    ("eat-submod-malformed", {266: 1}, "submods", set()),
    ("eat-submod-malformed", {266: {1: {}}}, "submods", set()),
    ("eat-submod-malformed", {266: {"x": b"\x01"}}, "submods.x", set()),
    ("eat-submod-malformed", {266: {"x": 1}}, "submods.x", set()),
    ("eat-submod-unverified", {266: {"x": [-16, b"\x00" * 32]}}, "submods.x", set()),
    ("eat-location-present", {264: LOCATION}, "location", set()),
    ("eat-measurement-failed", {274: [["s", [["app", 2]]]]}, "measres[0].results[0]", set()),
]  # fmt: skip

WRONG_TYPES = [
    (1, 1, "iss"),
    (2, b"", "sub"),
    (3, [1], "aud"),
    (4, "soon", "exp"),
    (4, float("nan"), "exp"),
    (4, float("inf"), "exp"),
    (4, True, "exp"),
    (4, 1 << 62, "exp"),
    (5, -1, "nbf"),
    (5, cbor2.CBORTag(1, 7), "nbf"),
    (6, float("nan"), "iat"),
    (6, True, "iat"),
    (6, -5, "iat"),
    (6, 253402300800, "iat"),
    (7, "id", "cti"),
    (8, b"", "cnf"),
    (10, [], "nonce"),
    (10, "nonce", "nonce"),
    (10, [b"\x00" * 8, 1], "nonce"),
    (256, "x", "ueid"),
    (257, [], "sueids"),
    (257, {1: b""}, "sueids"),
    (257, {"x": 1}, "sueids.x"),
    (259, b"", "hwmodel"),
    (259, b"x" * 33, "hwmodel"),
    (260, "1", "hwversion"),
    (260, [], "hwversion"),
    (260, [1], "hwversion"),
    (260, ["1", 1, 1], "hwversion"),
    (261, -1, "uptime"),
    (261, 1.5, "uptime"),
    (262, 1, "oemboot"),
    (264, {1: 2}, "location"),
    (264, {1: "n", 2: "e"}, "location"),
    (265, "", "profile"),
    (265, 1, "profile"),
    (267, "x", "bootcount"),
    (268, 1, "boot_seed"),
    (269, [["only"]], "dloas"),
    (270, 1, "swname"),
    (271, [1], "swversion"),
    (272, [], "manifests"),
    (272, [["text", b""]], "manifests"),
    (273, b"", "measurements"),
    (274, [], "measres"),
    (274, [["s", [["x", 5]]]], "measres"),
    (274, [["s", 1]], "measres"),
    (274, [[1, []]], "measres"),
    (275, 0, "intuse"),
    (275, 256, "intuse"),
]


@pytest.mark.parametrize(("id_", "edits", "at", "also"), FAULTS)
def test_one_fault_gives_its_own_problem(id_, edits, at, also):
    artefact = read(build.sign1(build.eat(edits)))
    assert ids(artefact) == {id_} | also
    assert only(artefact, id_).at == at
    assert artefact.authenticity == "authenticated", "a fault in the claims is not one of the signature"


@pytest.mark.parametrize(("label", "value", "at"), WRONG_TYPES)
def test_a_claim_of_the_wrong_type_is_reported_and_kept_apart(label, value, at):
    # The nonce of the context is not asked for here: some of these tokens have none.
    artefact = read(build.sign1(build.eat({label: value})), nonce=None)
    found = only(artefact, "eat-claim-type")
    assert found.at == at
    assert artefact.wellformed
    if at == "sueids.x":
        assert artefact.claims["sueids"] == {}
    elif label not in (260, 271) or not isinstance(value, str):
        assert str(label) in artefact.claims["other"]
        assert at not in artefact.claims


def test_a_huge_integer_is_a_finding():
    artefact = read(build.sign1(build.eat({6: (1 << 64) - 1, 4: (1 << 64) - 1})))
    assert ids(artefact) == {"eat-claim-type"}


@pytest.mark.parametrize(
    "id_",
    [id_ for id_ in PROBLEMS if id_.startswith("eat-")],
)
def test_every_problem_of_the_family_is_provoked_somewhere(id_):
    elsewhere = {"eat-freshness-not-shown", "eat-claim-type", "eat-detached-digest-mismatch"}
    assert id_ in {row[0] for row in FAULTS} | elsewhere


def test_a_missing_nonce_is_an_error_only_where_one_was_asked_for():
    data = build.sign1(build.eat({10: ...}))
    assert only(read(data), "eat-nonce-missing").severity == "error"
    assert only(read(data, nonce=None), "eat-nonce-missing").severity == "warning"


def test_without_challenge_freshness_is_not_shown():
    artefact = read(build.sign1(build.eat()), nonce=None)
    assert (ids(artefact), artefact.fresh) == ({"eat-freshness-not-shown"}, None)


def test_a_signed_time_within_the_greatest_age_is_fresh():
    hour = datetime.timedelta(hours=1)
    good = build.eat()
    assert read(build.sign1(good), nonce=None, max_age=hour).fresh == "time"
    assert ids(read(build.sign1(good), nonce=None, max_age=hour)) == set()
    for iat in (build.NOW - 3601, build.NOW - 5.0, ...):
        artefact = read(build.sign1(build.eat({6: iat})), nonce=None, max_age=hour)
        assert artefact.fresh is None
        assert "eat-freshness-not-shown" in ids(artefact)


def test_a_time_in_the_future_is_never_fresh():
    late = build.eat({6: build.NOW + 120})
    artefact = read(build.sign1(late), nonce=None, max_age=datetime.timedelta(days=9))
    assert artefact.fresh is None


def test_another_challenge_is_not_made_up_for_by_a_recent_time():
    artefact = read(build.sign1(build.eat()), nonce=b"another!", max_age=datetime.timedelta(hours=1))
    assert artefact.fresh is None
    assert ids(artefact) == {"eat-nonce-mismatch"}


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_minute_of_skew_is_forgiven(seconds):
    late = build.eat({4: build.NOW - seconds + 1, 5: build.NOW + seconds, 6: build.NOW + seconds})
    assert read(build.sign1(late)).problems == ()


def test_oemboot_and_permanent_debug_need_an_oemid():
    artefact = read(build.sign1(build.eat({258: ...})))
    assert ids(artefact) == {"eat-dependency"}
    assert [found.at for found in artefact.problems] == ["hwmodel", "oemboot", "dbgstat"]


def test_all_three_forms_of_an_oemid_are_shown():
    for value, form, text in (
        (32473, "pen", "32473"),
        (b"abc", "ieee", "616263"),
        (b"r" * 16, "random", "72" * 16),
    ):
        artefact = read(build.sign1(build.eat({258: value})))
        assert artefact.claims["oemid"]["form"] == form
        assert shown(artefact, "identity.oemid") == [f"{form}:{text}"]


def test_a_nonce_array_of_one_is_reported():
    artefact = read(build.sign1(build.eat({10: [build.NONCE]})))
    assert ids(artefact) == {"eat-claim-type"}
    assert artefact.fresh == "nonce"


def test_a_location_is_shown_by_name():
    artefact = read(build.sign1(build.eat({264: {**LOCATION, 9: 5, 77: 1}})))
    assert artefact.claims["location"] == {"latitude": 52.5, "longitude": 13.4, "age": 5, "other 77": 1}


def test_a_thousand_faults_are_listed_as_a_few():
    many = {str(number): b"\x01" for number in range(200)}
    artefact = read(build.sign1(build.eat({266: many})))
    assert 20 < len(artefact.problems) < 25


def test_an_intended_use_and_a_scheme_that_are_not_known_are_shown_as_such():
    artefact = read(build.sign1(build.eat({275: 200, 260: ["1", 77], 271: ["1", "house style"]})))
    assert artefact.claims["intuse"] == {"value": 200, "name": "unknown"}
    assert artefact.claims["hwversion"]["scheme"] == {"value": 77, "name": "unknown"}
    assert artefact.claims["swversion"]["scheme"] == {"value": "house style", "name": "house style"}
    assert artefact.problems == ()
