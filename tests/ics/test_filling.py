"""From verdicts to answers: nothing looks better in the statement than it is in the assessment."""

import dataclasses

import pytest

from iotassess.baseline.loader import load_catalogue
from iotassess.errors import UsageError
from iotassess.ics.filling import MOST_FILES, fill
from iotassess.ics.judged import Reason, editions, judge, statement_catalogue
from iotassess.ics.table import MAX_DETAIL
from iotassess.intake import Request
from iotassess.model.artefact import Artefact, SignatureResult
from iotassess.model.claim import PRODUCT, Claim, Source
from iotassess.model.verdict import VERDICTS
from iotassess.profile import load_profile
from tests.examples import AS_OF, PROFILES, request
from tests.ics.making import catalogue, judged, part, requirement, result


def only(made):
    (row,) = fill(made).rows
    return row


@pytest.mark.parametrize(
    ("verdict", "support"),
    [
        ("verified", "Y"),
        ("declared", "Y"),
        ("partial", "N"),
        ("not-satisfied", "N"),
        ("contradicted", "N"),
        ("not-applicable", "N/A"),
        ("not-assessed", ""),
    ],
)
def test_each_verdict_has_its_answer_and_a_detail(verdict, support):
    row = only(judged([verdict], because=("told why.",)))
    assert row.support == support
    assert "told why" in row.detail
    assert not row.detail.endswith("..")


def test_no_verdict_is_without_an_answer():
    for verdict in VERDICTS:
        assert only(judged([verdict])).support in ("Y", "N", "N/A", "")


def test_what_is_not_assessed_says_so():
    assert only(judged(["not-assessed"])).detail.startswith("Not assessed, to be answered by hand: ")


def test_what_is_declared_is_not_called_proven():
    detail = only(judged(["declared"])).detail
    assert detail.startswith("Declared, not proven (grade 0 declared): ")
    assert "Proven" not in detail


def artefact(path="token.cbor", signatures=(), nested=()):
    return Artefact(
        path=path, kind="psa-token", media_type=None, sha256="22" * 32, size=1, wellformed=True,
        authenticity="authenticated", signatures=signatures, problems=(), claims={}, shown=(), nested=nested,
    )  # fmt: skip


SIGNED = SignatureResult(
    "COSE_Sign1", "ES256", None, "verified", "device.pem", "user", "ab" * 32, "attestation"
)


def claim(path, grade=4):
    return Claim(PRODUCT, "debug.state", True, grade, Source(path, "dbgstat"))


def verified(*parts):
    return result(requirement(), "verified", ("debug is off",), 4, parts)


def test_what_is_verified_names_artefact_anchor_and_grade():
    made = judged(
        [verified(part(claims=(claim("token.cbor"),)))], artefacts=(artefact(signatures=(SIGNED,)),)
    )
    assert only(made).detail == (
        "Verified: debug is off. Proven by token.cbor (ES256 by anchor device.pem, thumbprint "
        "abababababababab…, named by the user for attestation). Grade 4 authenticated."
    )


def test_a_shared_secret_has_no_thumbprint_to_name():
    secret = SIGNED._replace(thumbprint=None)
    made = judged(
        [verified(part(claims=(claim("token.cbor"),)))], artefacts=(artefact(signatures=(secret,)),)
    )
    assert "thumbprint" not in only(made).detail


def test_a_nested_token_and_an_image_are_named_too():
    files = (artefact("image.bin"), artefact("outer", nested=(artefact("outer#1", (SIGNED,)),)))
    chosen = part(claims=(claim("outer#1"),))
    other = part(claims=(claim("unused"),))
    parts = (
        part(claims=(claim("image.bin"), claim("low", 2))),
        dataclasses.replace(part(), arms=(other, chosen), chosen=1),
    )
    detail = only(judged([verified(*parts)], artefacts=files)).detail
    assert "image.bin (its digest stands in a manifest that is bound to the product)" in detail
    assert "outer#1 (ES256" in detail
    assert "unused" not in detail
    assert "low" not in detail


def test_many_artefacts_are_counted():
    paths = [f"t{i}" for i in range(MOST_FILES + 2)]
    made = judged(
        [verified(part(claims=tuple(map(claim, paths))))], artefacts=tuple(artefact(p) for p in paths)
    )
    assert "And by 2 more artefacts" in only(made).detail


def test_what_is_not_applicable_tells_which_feature_is_absent_and_how_that_is_known():
    of = catalogue(requirement(features=("F(a)", "C14")), features=("F(a)", "C14"))
    made = judged(["not-applicable"], of=of, features={"F(a)": part()}, because=("absent",))
    assert only(made).detail == (
        "F(a) does not hold (what F(a) is): passwords are not used by profile:7 (grade 0 declared)."
    )


@pytest.mark.parametrize("verdict", ["partial", "not-satisfied", "not-applicable", "not-assessed"])
def test_the_justification_of_the_profile_is_told(verdict):
    reasons = {"5.1-1": Reason("not-met", "no room on the label", "profile:9 justifications[0].answer")}
    detail = only(judged([verdict], reasons=reasons)).detail
    assert "Justification (profile:9 justifications[0].answer): no room on the label" in detail


@pytest.mark.parametrize("verdict", ["verified", "declared"])
def test_a_justification_of_what_is_met_is_not_told(verdict):
    reasons = {"5.1-1": Reason("not-met", "no room", "profile:9")}
    assert "no room" not in only(judged([verdict], reasons=reasons)).detail


def test_a_justification_without_a_reason_is_none():
    assert (
        "Justification" not in only(judged(["partial"], reasons={"5.1-1": Reason("not-met", "", "p")})).detail
    )


def test_hostile_texts_stay_in_their_cell():
    made = judged(["partial"], because=("a\r\nb\x00c\u202ed\x1b[31m" + "x" * MAX_DETAIL,))
    detail = only(made).detail
    assert detail.startswith("Partial: a b\\x00c\\u202ed\\x1b[31mxxx")
    assert len(detail) == MAX_DETAIL
    assert detail.endswith("…")


@pytest.mark.parametrize(
    ("absent", "holds"),
    [
        (part("met"), "no"),
        (part("met", disputed=True), "not known"),
        (part("unmet"), "yes"),
        (part("contradicted"), "yes"),
        (part("indeterminate"), "not known"),
        (part("weaker"), "not known"),
        (part("not-applicable"), "not known"),
    ],
)
def test_each_condition_tells_whether_it_holds(absent, holds):
    (condition,) = fill(judged(features={"F(a)": absent})).conditions
    assert (condition.id, condition.holds, condition.text) == ("F(a)", holds, "what F(a) is")
    assert condition.detail.startswith(absent.because)


def test_the_statement_says_what_it_is_about():
    made = fill(judged(example=True))
    assert made.example
    assert ("Product", "Maker Model") in made.about
    assert ("Firmware version", "1.2") in made.about
    assert ("As of", "2026-11-01") in made.about
    assert ("Filled in by", "iotassess 9.9") in made.about
    assert "Hardware revision" not in dict(made.about)
    assert "no certificate" in made.notices[0]
    assert made.notices[1] == "A notice of the document"


# --- over the engine ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["enisa-gp-tm", "nist-ir-8259a"])
def test_a_baseline_without_statuses_has_no_pro_forma(name):
    with pytest.raises(UsageError, match="no pro forma"):
        statement_catalogue(name)


def test_the_newest_edition_is_the_default_and_its_editions_are_known():
    newest = statement_catalogue(None)
    assert newest.id == "etsi-en-303-645@3.1.3"
    assert [c.id for c in editions(newest)] == ["etsi-en-303-645@3.1.3", "etsi-en-303-645@2.1.1"]
    assert editions(catalogue(id="own@1"))[0].id == "own@1"


PROFILE = """\
schema: iotassess/profile/v1
product: {vendor: Maker, model: Model}
justifications:
  - {requirement: "5.2-2", answer: not-met, reason: "a year of time"}
  - {requirement: "etsi-en-303-645/5.2-3", answer: not-met, reason: "none"}
"""


def test_features_and_reasons_come_from_the_same_run(tmp_path):
    (tmp_path / "good.yaml").write_text(PROFILE)
    made = judge(
        load_profile(tmp_path / "good.yaml"),
        Request(as_of=AS_OF),
        load_catalogue("etsi-en-303-645@3.1.3"),
        tool_version="1",
    )
    assert len(made.assessment.baselines) == 1
    assert list(made.features) == list(made.catalogue.features)
    assert made.reasons["5.2-2"].text == "a year of time"
    assert made.reasons["5.2-2"].source.startswith("profile:")
    assert made.reasons["5.2-3"].answer == "not-met"
    assert set(made.reasons) == {"5.2-2", "5.2-3"}


def test_a_catalogue_without_features_has_no_list_under_it():
    of = dataclasses.replace(load_catalogue("enisa-gp-tm"), features={})
    made = judge(
        load_profile(PROFILES / "smart-plug" / "good.yaml"), request("smart-plug"), of, tool_version="1"
    )
    assert made.features == {}
    assert fill(made).conditions == ()
