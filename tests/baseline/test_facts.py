import datetime

import pytest

from iotassess.baseline.answers import Answer
from iotassess.baseline.facts import Facts, show
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import PRODUCT, Claim, Source, Subject
from iotassess.model.profile.leaves import all_properties
from iotassess.model.vocabulary import UNINTELLIGIBLE

PROPERTIES = all_properties()
DAY = datetime.date(2026, 11, 1)


def claim(property, value, grade=0, artefact=None, subject=PRODUCT, **more):
    source = Source(artefact or ("a.bin" if grade >= 2 else None), property, None if grade else 3)
    return Claim(subject, property, value, grade, source, **more)


def facts(*claims):
    return Facts(ClaimTable(claims, PROPERTIES), DAY)


def judge(*claims, met=(True,), weaker=(), property="boot.secure-boot"):
    answer = facts(*claims).judge(property, met, weaker=weaker)
    return answer.outcome, answer.grade, answer.disputed


P = "boot.secure-boot"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], ("indeterminate", 0, False)),
        ([claim(P, True)], ("met", 0, False)),
        ([claim(P, False)], ("unmet", 0, False)),
        ([claim(P, True), claim(P, True, 4)], ("met", 4, False)),
        ([claim(P, True, 4)], ("met", 4, False)),
        ([claim(P, True, 3)], ("met", 3, False)),
        ([claim(P, True, 2)], ("indeterminate", 0, False)),
        ([claim(P, False, 2)], ("indeterminate", 0, False)),
        ([claim(P, True), claim(P, True, 2)], ("met", 2, False)),
        ([claim(P, True), claim(P, False, 2)], ("met", 0, True)),
        ([claim(P, True), claim(P, False, 3)], ("unmet", 0, False)),
        ([claim(P, False, 2, observed=True)], ("unmet", 0, False)),
        ([claim(P, True), claim(P, True, 4, other=True)], ("met", 0, False)),
        ([claim(P, True, 5, other=True)], ("indeterminate", 0, False)),
        ([claim(P, True, 5, device="01"), claim(P, True, 4, "b", device="02")], ("met", 4, False)),
        ([claim(P, True, 3, device="01"), claim(P, True, 4, "b")], ("met", 3, False)),
        (
            [claim(P, True, 5, device="01"), claim("lifecycle", "secured", 5, "b", device="02")],
            ("met", 0, False),
        ),
        ([claim(P, True, 5, device="01"), claim("lifecycle", "secured", 5, "b")], ("met", 0, False)),
        (
            [claim(P, True, 5, device="01"), claim("lifecycle", "secured", 5, "b", device="01")],
            ("met", 5, False),
        ),
        (
            [claim(P, True, 5, device="01"), claim("lifecycle", "secured", 5, "b", device="02", other=True)],
            ("met", 5, False),
        ),
        ([claim(P, True), claim(P, UNINTELLIGIBLE, 4)], ("weaker", 0, False)),
        ([claim(P, True, 5, device="01"), claim(P, True, 4, "b", device="01")], ("met", 5, False)),
        (
            [claim(P, True), claim(P, True, 5, device="01"), claim(P, True, 2, "b", device="02")],
            ("met", 2, False),
        ),
        ([claim(P, True, 5, device="01"), claim(P, False, 4, "b", device="02")], ("unmet", 0, False)),
    ],
)
def test_judge_believes_each_claim_as_far_as_its_grade(claims, expected):
    assert judge(*claims) == expected


def test_weaker_values_are_weaker_and_unmet_ones_worse():
    d = "debug.state"
    good, weak = ("disabled-permanently",), ("disabled",)
    assert judge(claim(d, "disabled"), met=good, weaker=weak, property=d)[0] == "weaker"
    both = claim(d, "disabled-permanently"), claim(d, "disabled", 4)
    assert judge(*both, met=good, weaker=weak, property=d)[0] == "weaker"
    assert judge(*both, claim(d, "enabled", 3), met=good, weaker=weak, property=d)[0] == "unmet"


def test_true_is_not_one():
    assert judge(claim(P, 1))[0] == "unmet"
    assert judge(claim("component.size", True), met=(1,), property="component.size")[0] == "unmet"


def test_a_predicate_decides_as_well():
    d = "auth.passwords.entropy-bits"
    assert judge(claim(d, 40), met=lambda v: v >= 30, property=d)[0] == "met"
    assert judge(claim(d, 20), met=lambda v: v >= 30, property=d)[0] == "unmet"


def test_the_because_names_the_value_and_its_source():
    answer = facts(claim(P, False)).judge(P, (True,), say="secure boot")
    assert answer.because == "secure boot is no by profile:3 boot.secure-boot"
    assert show("x") == "x"


def test_what_was_asked_is_remembered():
    seen = facts(claim(P, True))
    seen.judge(P, (True,))
    assert seen.declared("debug.state") is None
    assert seen.asked == {P, "debug.state"}
    assert seen.declared(P) is True


def test_every_instance_counts_and_none_is_not_a_pass():
    tls, http = Subject("endpoint", "tls"), Subject("endpoint", "http")
    e = "endpoint.mutual-auth"
    seen = facts(claim(e, True, subject=tls), claim(e, False, subject=http))
    none = Answer("not-applicable", "there is none")

    def ask(subject):
        return seen.judge(e, (True,), subject=subject)

    assert seen.for_each("endpoint", [e], ask, none=none).outcome == "unmet"
    assert seen.for_each("endpoint", ["endpoint.version"], ask, none=none) is none
    assert seen.subjects("endpoint", e) == [tls, http]


def test_a_document_counts_only_while_it_is_recent():
    p = "process.penetration-test"
    done = [claim(p, True), claim(p, True, 1, "pt.pdf")]

    def judged(date):
        dated = claim(f"{p}.document-date", date, 1, "pt.pdf")
        answer = facts(*done, dated).judge_document(p, 365)
        return answer.outcome, answer.grade

    assert judged("2026-10-01") == ("met", 1)
    assert judged("2025-11-01") == ("met", 1)
    assert judged("2025-10-31") == ("met", 0)
    assert facts(claim(p, True)).judge_document(p, 365).grade == 0
    assert facts(claim(p, False)).judge_document(p, 365).outcome == "unmet"
    assert facts().judge_document(p, 365).outcome == "indeterminate"


def test_each_subject_is_judged_by_what_is_said_of_it():
    tls, http = Subject("endpoint", "tls"), Subject("endpoint", "http")
    e = "endpoint.mutual-auth"
    seen = facts(claim(e, True, subject=tls), claim(e, False, subject=http))
    answer = seen.judge(e, (True,), subject=http, say="mutual authentication")
    assert (answer.outcome, seen.judge(e, (True,), subject=tls).outcome) == ("unmet", "met")
    assert answer.because.startswith("mutual authentication of endpoint http")
    assert (seen.declared(e, tls), seen.declared(e, http), seen.declared(e)) == (True, False, None)


def test_silence_says_when_an_artefact_speaks_that_nothing_vouches_for():
    assert "nothing vouches for it" in facts(claim(P, True, 2)).judge(P, (True,)).because
    assert "nothing vouches for it" not in facts().judge(P, (True,)).because


def test_only_subjects_of_the_kind_in_the_profiles_terms_are_instances():
    odd = Subject("component", "00", "suit-component-id")
    app = Subject("component", "app")
    seen = facts(claim("component.size", 1, 4, subject=odd), claim("component.size", 1, subject=app))
    assert seen.subjects("component", "component.size") == [app]
    assert seen.subjects("endpoint", "component.size") == []


def test_an_instance_with_nothing_but_a_name_is_not_forgotten():
    named = facts(claim("component.name", "app", subject=Subject("component", "app")))
    assert named.subjects("component") == [Subject("component", "app")]
    device = Subject("device", "01")
    assert facts(claim("device.instance-id", "01", subject=device)).subjects("device") == [device]


def test_narrowed_facts_still_ask_every_device():
    first = claim(P, True, 5, device="01")
    both = facts(first, claim("lifecycle", "secured", 5, "b", device="02"))
    assert both.among([first]).judge(P, (True,)).grade == 0
    assert facts(first).among([first]).judge(P, (True,)).grade == 5


def test_an_old_document_is_named_and_a_better_proof_than_paper_is_kept():
    p = "process.penetration-test"
    old = [
        claim(p, True),
        claim(p, True, 1, "pt.pdf"),
        claim(f"{p}.document-date", "2020-01-01", 1, "pt.pdf"),
    ]
    assert "older than 30 days" in facts(*old).judge_document(p, 30, say="test").because
    assert facts(*old).judge_document(p, 30, say="test").because.startswith("test")
    assert facts(*old, claim(p, True, 4)).judge_document(p, 30).grade == 4
    assert facts(claim(p, False), *old[1:]).judge_document(p, 30).outcome == "unmet"
