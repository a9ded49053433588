"""A report and the envelopes of the call: it is about one of them, about none, or nobody can tell."""

from dataclasses import replace

import pytest

from iotassess.crosscheck.suit_reports import with_report_matches
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT
from iotassess.model.problems import problem
from tests.crosscheck.scene import artefact, manifest, token

ONE = {"alg": "sha-256", "value": "11" * 32}
TWO = {"alg": "sha-256", "value": "22" * 32}
LONG = {"alg": "sha-512", "value": "11" * 64}


def envelope(digest=ONE, matches=True, path="a.suit"):
    return manifest(path=path, claims={"digest": digest, "digest_matches": matches})


def report(digest=ONE, **more):
    shown = [Shown(PRODUCT, "update.applied", True, "result")]
    claims = {"reference": {"uri": "", "digest": digest}, "result": True}
    return artefact("suit-report", "attestation", shown, **{"claims": claims, **more})


def flagged(found):
    return any(one.id == "suit-report-reference-mismatch" for one in found.problems)


def test_a_report_names_the_envelope_that_it_is_about():
    first, second = envelope(TWO, path="other.suit"), envelope(path="this.suit")
    *same, found = with_report_matches([first, second, report()])
    assert same == [first, second]
    assert found.claims["manifest"] == "this.suit"
    assert found.claims["result"] is True
    assert not flagged(found)
    assert found.shown == report().shown


def test_a_report_about_another_manifest_is_an_error_and_shows_nothing():
    found, _ = with_report_matches([report(TWO), envelope()])
    (note,) = found.problems
    assert (note.id, note.severity, note.at) == (
        "suit-report-reference-mismatch",
        "error",
        "reference.digest",
    )
    assert "a.suit" in note.message
    assert "22" * 32 in note.message
    assert found.shown == ()
    assert "manifest" not in found.claims


def test_an_envelope_that_is_not_what_its_digest_says_is_not_the_one():
    found, _ = with_report_matches([report(), envelope(matches=False)])
    assert flagged(found)


@pytest.mark.parametrize(
    "other", [envelope(LONG), envelope(None), envelope(matches=None), manifest(claims=None)]
)
def test_nothing_is_said_while_an_envelope_cannot_be_compared(other):
    found, *_ = with_report_matches([report(TWO), envelope(), other])
    assert found == report(TWO)
    found, *_ = with_report_matches([report(), envelope(), other])
    assert found.claims["manifest"] == "a.suit"


@pytest.mark.parametrize("claims", [None, {}, {"reference": None}, {"reference": {"digest": None}}])
def test_a_report_without_digest_is_left_alone(claims):
    found, _ = with_report_matches([report(claims=claims), envelope()])
    assert found == report(claims=claims)


def test_a_digest_of_the_wrong_length_has_its_own_problem():
    note = problem("suit-digest-length", "x")
    found, _ = with_report_matches([report(TWO, problems=(note,)), envelope()])
    assert found.problems == (note,)


def test_without_envelopes_nothing_changes():
    rows = (report(), token())
    assert with_report_matches(rows) == rows


def test_nested_reports_and_nested_envelopes_count():
    outside = replace(token(), nested=(report(), report(TWO)))
    holder = replace(token(path="teep"), nested=(envelope(path="teep#manifest"),))
    found, same = with_report_matches([outside, holder])
    assert found.nested[0].claims["manifest"] == "teep#manifest"
    assert flagged(found.nested[1])
    assert same is holder


def test_the_first_of_many_envelopes_are_named():
    envelopes = [envelope(path=f"{number}.suit") for number in range(5)]
    found, *_ = with_report_matches([report(TWO), *envelopes])
    assert "0.suit, 1.suit, 2.suit and 2 more" in found.problems[0].message
