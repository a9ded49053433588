import datetime

import pytest

from iotassess.crosscheck.documents import SuppliedDocument, document_claims
from iotassess.model.claim import Digest, Subject

DIGEST = Digest("sha-256", "aa" * 32)
OTHER = Digest("sha-256", "bb" * 32)
DAY = datetime.date(2026, 1, 1)


def supplied(computed=DIGEST, date=DAY, done=True):
    return SuppliedDocument("process.threat-model", done, "tm.pdf", DIGEST, computed, date, 7)


def test_an_unchanged_document_is_worth_grade_one():
    claims, notes = document_claims([supplied()], DAY)
    assert [(c.property, c.value, c.grade) for c in claims] == [
        ("process.threat-model", True, 1),
        ("process.threat-model.document-date", "2026-01-01", 1),
    ]
    assert notes == []


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (supplied(computed=None), "could not be read"),
        (supplied(computed=OTHER), "was changed since"),
        (supplied(date=DAY + datetime.timedelta(days=1)), "is dated 2026-01-02, after 2026-01-01"),
    ],
)
def test_a_document_that_does_not_hold_supports_nothing_and_is_named(document, text):
    claims, notes = document_claims([document], DAY)
    assert claims == []
    assert text in notes[0].said
    assert "line 7" in notes[0].said
    assert (notes[0].line, notes[0].what) == (7, "document")


@pytest.mark.parametrize("done", [False, None])
def test_a_document_supports_only_a_yes(done):
    assert document_claims([supplied(done=done)], DAY) == ([], [])


def test_a_document_speaks_of_what_names_it():
    reason = Subject("justification", "5.1-2")
    found = supplied()._replace(property="justification", subject=reason)
    claims, _ = document_claims([found], DAY)
    assert {(c.subject, c.property) for c in claims} == {
        (reason, "justification"), (reason, "justification.document-date"),
    }  # fmt: skip
