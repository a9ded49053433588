import pytest

from iotassess.crosscheck.rollback import with_rollbacks
from tests.crosscheck.scene import manifest, token


def envelope(number, path="a.suit", **claims):
    return manifest(path=path, claims={"sequence_number": number, **claims})


def flagged(*artefacts, installed=None):
    found = with_rollbacks(artefacts, installed)
    return [a.path for a in found if any(p.id == "suit-sequence-rollback" for p in a.problems)]


@pytest.mark.parametrize(("number", "expected"), [(6, ["a.suit"]), (7, []), (8, [])])
def test_lower_than_the_installed_number_is_a_rollback(number, expected):
    assert flagged(envelope(number), installed=7) == expected


@pytest.mark.parametrize("key", ["vendor_ids", "class_ids", "components", "manifest_component_id"])
def test_envelopes_of_different_manifests_are_not_compared(key):
    old, new = envelope(1, "old.suit", **{key: ["aa"]}), envelope(2, "new.suit", **{key: ["bb"]})
    assert flagged(old, new) == []
    same = envelope(2, "new.suit", **{key: ["aa"]})
    assert flagged(old, same) == ["old.suit"]
    assert flagged(same, old) == ["old.suit"]


def test_the_problem_names_the_newer_envelope_and_the_numbers():
    old = with_rollbacks([envelope(1, "old.suit"), envelope(2, "new.suit")])[0]
    assert "got sequence number 1, but new.suit of the same manifest has 2" in old.problems[0].message
    assert (old.problems[0].at, old.problems[0].severity) == ("sequence_number", "error")
    installed = with_rollbacks([envelope(1)], 5)[0]
    assert "got sequence number 1, expected at least 5" in installed.problems[0].message


@pytest.mark.parametrize("number", [True, None, "3"])
def test_what_is_no_number_is_not_compared(number):
    assert flagged(envelope(number), envelope(9, "b.suit"), installed=7) == []


def test_other_kinds_have_no_sequence():
    assert flagged(token(claims={"sequence_number": 1}), installed=7) == []
