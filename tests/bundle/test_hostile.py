"""Bundles from anybody: whatever the bytes, the answer is one of ours, and nothing is left on the disk."""

import functools
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.bundle.manifest import MANIFEST, RESULT, SIGNATURE, SIGNER
from iotassess.bundle.staging import unpacked
from iotassess.model.bundle import REASONS
from iotassess.report import bundle_json, bundle_text
from iotassess.report.escape import safe
from tests.bundle.making import edited, entries, example, looked_at, make, relisted, together, written
from tests.examples import copy


@functools.cache
def small():
    """A bundle that is quickly assessed, with a few files."""
    with tempfile.TemporaryDirectory() as name:
        folder = copy("sensor-node", Path(name))
        profile = """\
example: true
product: {vendor: Maker, model: Thing}
evidence: [{artefact: evidence/update.suit}]
"""
        (folder / "bare.yaml").write_text(profile)
        return entries(make(folder, folder / "evidence" / "eat.cbor", profile="bare.yaml").data)


def answered(data):
    """The answer, which can be printed, and which accepts only what nobody touched."""
    found = looked_at(data, allow_unsigned=True)
    assert {reason.id for reason in (*found.reasons, *found.waived)} <= set(REASONS)
    for line in bundle_text.render(found).split("\n"):
        assert safe(line) == line, "nothing in it steers a terminal"
    assert json.loads(bundle_json.render(found))["accepted"] is found.accepted
    return found


def test_the_small_bundle_is_accepted():
    assert answered(together(small())).accepted


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data):
    assert not answered(data).readable


@given(st.data())
def test_any_file_may_hold_anything(data):
    path = data.draw(st.sampled_from(sorted(small())))
    content = data.draw(st.binary(max_size=40) | st.just(small()[path][:-3]) | st.just(small()[path] * 2))
    found = answered(together({**small(), path: content}))
    assert not found.accepted or content == small()[path]


@given(st.data())
def test_any_file_may_hold_anything_and_be_listed(data):
    path = data.draw(st.sampled_from(sorted(set(small()) - {MANIFEST, SIGNATURE})))
    content = data.draw(st.binary(max_size=40) | st.just(small()[path][:-3]) | st.just(small()[path] * 2))
    found = answered(together(relisted({**small(), path: content})))
    assert not found.accepted or content == small()[path]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value, at=()):
    yield at
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield from places(inner, (*at, key))


STRANGE = [
    "",
    "..",
    "/",
    "../x",
    "profile",
    "profile/evidence",
    "profile/good.yaml/x",
    "\0",
    "enisa-gp-tm",
    "results",
]


@given(st.data())
def test_any_value_of_the_manifest_may_be_anything(data):
    manifest = json.loads(small()[MANIFEST])
    place = data.draw(st.sampled_from([at for at in places(manifest) if at]))
    at = manifest
    for step in place[:-1]:
        at = at[step]
    before = at[place[-1]]
    at[place[-1]] = data.draw(JSON | st.sampled_from(STRANGE))
    found = answered(together({**small(), MANIFEST: written(manifest)}))
    assert not found.accepted or json.dumps(before) == json.dumps(at[place[-1]])


@given(st.binary(max_size=60))
def test_any_bytes_may_stand_for_a_manifest(data):
    assert not answered(together({**small(), MANIFEST: data})).readable


@given(JSON)
def test_any_result_is_compared(value):
    files = relisted({**small(), RESULT: json.dumps(value).encode()})
    found = answered(together(files))
    assert found.rerun == "different"


@pytest.mark.parametrize("missing", [MANIFEST, SIGNATURE, SIGNER, RESULT])
def test_any_file_may_be_missing(missing):
    files = dict(small())
    del files[missing]
    found = answered(together(files))
    assert found.accepted is (missing == SIGNATURE)


def test_a_deep_result_is_answered():
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    found = answered(together(relisted({**small(), RESULT: deep})))
    assert "nested more than" in next(r.message for r in found.reasons if r.id == "result-differs")


# --- the disk -----------------------------------------------------------------------------------


def test_files_are_unpacked_for_nobody_else_and_are_gone_afterwards():
    with unpacked({"a/b": b"x"}) as root:
        assert (root / "a" / "b").read_bytes() == b"x"
        assert root.stat().st_mode & 0o077 == 0
    assert not root.exists()


def test_nothing_is_left_behind_and_nothing_else_is_written(tmp_path, monkeypatch):
    private, here = tmp_path / "private", tmp_path / "here"
    for folder in (private, here):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    monkeypatch.chdir(here)
    bundles = [
        example(),
        together(relisted({**small(), "profile/bare.yaml": b"nonsense"})),
        together(edited(small(), lambda m: m["call"].update(baselines=["nist-ir-8259a"]))),
        b"nonsense",
    ]
    for data in bundles:
        looked_at(data)
    assert set(tmp_path.rglob("*")) == {private, here}


def test_what_is_on_the_disk_does_not_change_the_answer(tmp_path, monkeypatch):
    """A file of the reader's in the place of one that the bundle lacks."""
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "bare.yaml").write_text("nonsense")
    monkeypatch.chdir(tmp_path)
    assert looked_at(together(small())).accepted
