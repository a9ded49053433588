"""Ids on the page: each once, whatever the names are."""

import re

from hypothesis import given
from hypothesis import strategies as st

from iotassess.report.html.anchors import Anchors


def test_a_thing_keeps_its_id():
    anchors = Anchors()
    assert anchors.of("artefact", "a b") == anchors.of("artefact", "a b") == "artefact-a-b"


def test_names_that_look_alike_are_kept_apart():
    anchors = Anchors()
    assert anchors.of("artefact", "a b") != anchors.of("artefact", "a/b")


def test_what_is_not_on_the_page_has_no_id():
    anchors = Anchors()
    anchors.of("artefact", "a")
    assert (anchors.known("artefact", "b"), anchors.known("requirement", "a")) == ("", "")


@given(st.lists(st.tuples(st.sampled_from(["artefact", "requirement"]), st.text(max_size=120)), unique=True))
def test_no_two_things_share_an_id_and_none_says_anything_but_letters(things):
    anchors = Anchors()
    ids = [anchors.of(kind, thing) for kind, thing in things]
    assert len(set(ids)) == len(things)
    assert all(re.fullmatch(r"[a-z]+-[A-Za-z0-9._-]*", id) for id in ids)
