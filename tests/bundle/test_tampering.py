"""Bundles that somebody without a key changed: each change is found, and told as what it is."""

import io
import json
import stat
import zipfile

import pytest

from iotassess.bundle.manifest import MANIFEST, RESULT, SIGNATURE, SIGNER
from tests.bundle.making import (
    ANCHOR,
    PROFILE,
    QUICK,
    SUIT,
    edited,
    entries,
    example,
    files,
    flipped,
    ids,
    looked_at,
    make,
    put,
    raised,
    relisted,
    result,
    together,
)

FAILED = ["signature-failed"]


# --- a file was changed -------------------------------------------------------------------------

CHANGED = {
    "an artefact": SUIT,
    "the profile": PROFILE,
    "an image": "profile/evidence/bl2.bin",
    "a document": "profile/documents/sbom.md",
    "an anchor": ANCHOR,
    "the result": RESULT,
    "the signer's key": SIGNER,
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_changed_byte_is_told_with_both_digests_and_nothing_is_assessed(what):
    path = CHANGED[what]
    changed = {**files(), path: flipped(files()[path], len(files()[path]) // 2)}
    found = looked_at(together(changed))
    assert "file-changed" in ids(found)
    assert set(ids(found)) <= {"file-changed", "signature-failed", "signature-test-key"}
    (reason,) = [reason for reason in found.reasons if reason.id == "file-changed"]
    assert reason.path == path
    (row,) = [row for row in json.loads(files()[MANIFEST])["files"] if row["path"] == path]
    assert row["sha256"] in reason.message
    assert reason.message.startswith("its SHA-256 is ")
    assert (found.rerun, found.assessment) == ("not-done", None)


def test_another_size_is_told():
    found = looked_at(together({**files(), SUIT: files()[SUIT] + b"\0"}))
    assert ids(found) == ["file-changed"]
    assert found.reasons[0].message == "it has 1415 bytes, the manifest says 1414"


def test_a_file_too_much_is_told():
    found = looked_at(together({**files(), "profile/evidence/more.suit": b"x"}))
    assert [(r.id, r.path) for r in found.reasons] == [("file-unlisted", "profile/evidence/more.suit")]
    assert found.rerun == "not-done"


@pytest.mark.parametrize("path", [SUIT, RESULT, ANCHOR, PROFILE])
def test_a_file_too_few_is_told(path):
    changed = dict(files())
    del changed[path]
    found = looked_at(together(changed))
    assert (found.reasons[0].id, found.reasons[0].path) == ("file-missing", path)
    assert ids(found)[1:] == (["signature-test-key"] if path == PROFILE else []), "no profile, no example"


def test_a_raised_verdict_in_the_result_is_a_changed_file():
    found = looked_at(together({**files(), RESULT: raised(files()[RESULT])}))
    assert "file-changed" in ids(found)
    assert not found.accepted


# --- the signature ------------------------------------------------------------------------------


def test_without_its_signature_it_is_unsigned_and_a_reader_must_know():
    changed = dict(files())
    del changed[SIGNATURE]
    data = together(changed)
    found = looked_at(data)
    assert (found.authenticity, ids(found), found.rerun) == ("unsigned", ["signature-missing"], "identical")
    assert looked_at(data, allow_unsigned=True).accepted
    wrong = relisted({**changed, RESULT: raised(changed[RESULT])})
    assert ids(looked_at(together(wrong), allow_unsigned=True)) == ["result-differs"]


def test_a_signature_of_another_bundle_does_not_hold():
    other = entries(make(baselines=["nist-ir-8259a"]).data)
    assert ids(looked_at(together({**files(), SIGNATURE: other[SIGNATURE]}))) == FAILED


# --- the archive --------------------------------------------------------------------------------


def zipped(*more, replace=()):
    """The bundle as another program writes it, with entries more."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, data in files().items():
            if name not in replace:
                opened.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        for info, data in more:
            opened.writestr(info, data)
    return file.getvalue()


def info(name, mode=stat.S_IFREG | 0o644, method=zipfile.ZIP_STORED):
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.external_attr, made.create_system, made.compress_type = mode << 16, 3, method
    return made


UNREADABLE = {
    "cut off": lambda: example()[:-100],
    "with data behind": lambda: example() + b"x",
    "with data before": lambda: b"#!/bin/sh\n" + example(),
    "two in one": lambda: example() + example(),
    "written by another program": zipped,
    "with a path out": lambda: zipped((info("../../evil"), b"x")),
    "with an absolute path": lambda: zipped((info("/etc/evil"), b"x")),
    "with a link": lambda: zipped((info(SUIT, stat.S_IFLNK | 0o777), b"/etc/passwd"), replace=[SUIT]),
    "with a bomb": lambda: zipped((info("bomb", method=zipfile.ZIP_DEFLATED), bytes(20 << 20))),
    "without a manifest": lambda: together({k: v for k, v in files().items() if k != MANIFEST}),
    "with a manifest of another version": lambda: together(
        edited(files(), put(("schema",), "iotassess/bundle/v2"))
    ),
    "with a manifest of more": lambda: together(edited(files(), lambda m: m.update(more=1))),
    "of nothing": lambda: b"",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_without_guessing_is_no_bundle(what):
    found = looked_at(UNREADABLE[what](), allow_unsigned=True)
    assert ids(found) == ["unreadable"]
    assert not found.readable
    assert found.assessment is None


def test_every_smallest_baseline_is_what_these_tests_think():
    assert QUICK == ("nist-ir-8425",)
    assert len(result(files())["baselines"]) == 1
