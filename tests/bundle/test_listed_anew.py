"""Bundles that somebody changed and listed anew: the signature fails, and the effect of the change is shown.

Whoever has no key of the maker's cannot do better. The maker can sign what does not follow: then the
signature holds, and the assessment made anew shows it.
"""

import functools
import json
import tempfile
from pathlib import Path

import pytest

from iotassess.bundle.layout import GateFiles
from iotassess.bundle.manifest import RESULT
from tests.bundle.making import (
    ANCHOR,
    KEYS,
    PROFILE,
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
    signed,
    together,
)
from tests.examples import ROOT

RELEASES = ROOT / "fixtures" / "releases"
FAILED = ["signature-failed"]


@functools.cache
def gated():
    """The files of a bundle with a policy and waivers."""
    gate = GateFiles(RELEASES / "first-policy.yaml", (), None, strict=False, allow_example=True)
    policy = "schema: iotassess/policy/v1\nrules: {no-test-key: false}\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(policy)
        return entries(make(gate=gate._replace(policy=file), waivers=RELEASES / "waivers.yaml").data)


def told(found, id):
    (message,) = [reason.message for reason in found.reasons if reason.id == id]
    return message


def pointers(found):
    return [difference.pointer for difference in found.differences]


def test_a_raised_verdict_that_is_listed_anew_breaks_the_signature_and_is_shown():
    found = looked_at(together(relisted({**files(), RESULT: raised(files()[RESULT])})))
    assert ids(found) == [*FAILED, "result-differs"]
    (difference,) = found.differences
    assert difference.pointer.startswith("/baselines/0/requirements/")
    assert difference.pointer.endswith("/verdict")
    assert difference.was == "verified"
    assert difference.now != "verified"


def with_anchor(name):
    return {**files(), ANCHOR: (KEYS / f"{name}.pub.pem").read_bytes()}


def swapped_anchors():
    """Two anchors in each other's place."""
    other = "anchors/reference/reference.pem"
    return {**files(), ANCHOR: files()[other], other: files()[ANCHOR]}


def with_waiver():
    """A waiver file that the call does name, with one more waiver for a requirement that is not met."""
    more = """  - requirement: nist-ir-8425/8425-AI-1
    reason: risk-accepted
    justification: nobody looks there
    approver: product-security@sensing.example
    approved: 2026-10-01
    expires: 2026-12-01
"""
    text = gated()["waivers/waivers.yaml"] + more.encode()
    return {**gated(), "waivers/waivers.yaml": text}


def with_policy():
    """A policy that asks less."""
    text = b"schema: iotassess/policy/v1\nrules: {no-test-key: false, required-artefacts: false}\n"
    return {**gated(), "policy/policy.yaml": text}


OTHER_SHA = "ab" * 32
LISTED = {
    "as-of moved": (
        lambda: edited(
            files(),
            lambda m: m["call"]["as_of"].update(
                start="2026-11-02T00:00:00+00:00", end="2026-11-02T23:59:59.999999+00:00"
            ),
        ),
        ["result-differs"],
        "/as_of",
    ),
    "the challenge changed": (
        lambda: edited(files(), put(("call", "nonces", 0, "value"), "00" * 32)),
        ["result-differs"],
        "/artefacts/1/",
    ),
    "the challenge left out": (
        lambda: edited(files(), put(("call", "nonces"), [])),
        ["result-differs"],
        "/artefacts/1/",
    ),
    "an anchor replaced": (
        lambda: relisted(with_anchor("rogue")),
        ["result-differs"],
        "/artefacts/0/authenticity",
    ),
    "two anchors swapped": (
        lambda: relisted(swapped_anchors()),
        ["result-differs"],
        "/artefacts/0/authenticity",
    ),
    "an anchor for another purpose": (
        lambda: edited(files(), put(("call", "anchors", 0, "purpose"), "update")),
        ["result-differs"],
        "/anchors/0/purpose",
    ),
    "an anchor left out": (
        lambda: edited(files(), lambda m: m["call"]["anchors"].pop(0)),
        ["file-unused", "result-differs"],
        "/anchors/",
    ),
    "an artefact changed": (
        lambda: relisted({**files(), SUIT: flipped(files()[SUIT])}),
        ["result-differs"],
        "/artefacts/0/sha256",
    ),
    "the profile changed": (
        lambda: relisted({**files(), PROFILE: files()[PROFILE].replace(b'"3.2.0"', b'"3.2.1"', 1)}),
        ["result-differs"],
        "/profile/sha256",
    ),
    "the profile broken": (
        lambda: relisted({**files(), PROFILE: b"product: nobody\n"}),
        ["rerun-failed"],
        None,
    ),
    "a catalogue's digest changed": (
        lambda: edited(files(), put(("catalogues", 0, "sha256"), OTHER_SHA)),
        ["catalogue-differs"],
        None,
    ),
    "a catalogue's edition changed": (
        lambda: edited(files(), put(("catalogues", 0, "edition"), "2031")),
        ["catalogue-differs"],
        None,
    ),
    "another baseline": (
        lambda: edited(files(), put(("call", "baselines"), ["nist-ir-8259a"])),
        ["catalogue-differs", "catalogue-differs", "result-differs"],
        "/baselines/0/id",
    ),
    "the tool's version changed": (
        lambda: edited(files(), put(("tool", "version"), "9.9.9")),
        ["tool-version"],
        None,
    ),
    "the age changed": (
        lambda: edited(files(), put(("call", "max_age"), 1)),
        [],
        None,
    ),
    "a policy that asks less": (
        lambda: relisted(with_policy()),
        ["result-differs"],
        "/gate/policy_sha256",
    ),
    "a waiver added": (
        lambda: relisted(with_waiver()),
        ["result-differs"],
        "/waivers/1",
    ),
    "strict left out": (
        lambda: edited(gated(), put(("call", "gate", "strict"), True)),
        ["result-differs"],
        "/gate/strict",
    ),
    "no example allowed": (
        lambda: edited(gated(), put(("call", "gate", "allow_example"), False)),
        ["result-differs"],
        "/gate/passed",
    ),
    "the gate not asked": (
        lambda: edited(gated(), put(("call", "gate"), None)),
        ["file-unused", "result-differs"],
        "/gate",
    ),
    "the waivers not named": (
        lambda: edited(gated(), put(("call", "waivers"), None)),
        ["file-unused", "result-differs"],
        "/waivers/0",
    ),
    "a file smuggled in": (
        lambda: relisted({**files(), "artefacts/letter.txt": b"dear reader"}),
        ["file-unused"],
        None,
    ),
    "the result replaced by no JSON": (
        lambda: relisted({**files(), RESULT: b"all is well\n"}),
        ["result-differs"],
        None,
    ),
    "the result written otherwise": (
        lambda: relisted({**files(), RESULT: json.dumps(result(files())).encode()}),
        ["result-differs"],
        None,
    ),
}


@pytest.mark.parametrize("what", LISTED)
def test_what_is_listed_anew_breaks_the_signature_and_its_effect_is_shown(what):
    make_files, reasons, pointer = LISTED[what]
    found = looked_at(together(make_files()))
    assert ids(found) == [*FAILED, *reasons]
    assert found.authenticity == "failed"
    if pointer is not None:
        assert any(at.startswith(pointer) for at in pointers(found)), pointers(found)[:20]


@pytest.mark.parametrize("what", LISTED)
def test_what_somebody_else_signs_is_not_the_maker_s(what):
    make_files, reasons, _ = LISTED[what]
    found = looked_at(together(signed(make_files(), "rogue")))
    assert ids(found)[0] == "signature-not-vouched"
    assert sorted(ids(found)[1:]) == sorted(reasons)


@pytest.mark.parametrize("what", [name for name, row in LISTED.items() if row[1]])
def test_what_does_not_follow_is_found_though_the_maker_signed_it(what):
    make_files, reasons, _ = LISTED[what]
    found = looked_at(together(signed(make_files())))
    assert found.authenticity == "authenticated"
    assert [id for id in ids(found) if id != "signature-test-key"] == reasons
    assert ("signature-test-key" in ids(found)) is (what == "the profile broken"), "no profile, no example"
    assert not looked_at(together(signed(make_files())), allow_unsigned=True).accepted


def test_messages_give_both_sides():
    def of(what, id):
        return told(looked_at(together(LISTED[what][0]())), id)

    assert "made by iotassess 9.9.9, and this is " in of("the tool's version changed", "tool-version")
    assert f"digest {OTHER_SHA}; here it is" in of("a catalogue's digest changed", "catalogue-differs")
    assert 'the first at /as_of: was "2026-11-01", is "2026-11-02"' in of("as-of moved", "result-differs")
    assert "it cannot be read: not JSON" in of("the result replaced by no JSON", "result-differs")
    assert "is not written the same, from byte 1 on" in of("the result written otherwise", "result-differs")
    failed = of("the profile broken", "rerun-failed")
    assert "profile/good.yaml:1:10: product" in failed
    assert "iotassess-" not in failed, "the folder that it was unpacked to is nobody's business"


def test_another_version_of_the_tool_is_told_before_the_difference(monkeypatch):
    from iotassess.bundle import call, check, rerun

    for module in (call, check, rerun):
        monkeypatch.setattr(module, "__version__", "9.9.9")
    found = looked_at(example())
    assert ids(found) == ["tool-version", "result-differs"]
    assert [(d.pointer, d.now) for d in found.differences] == [("/tool/version", "9.9.9")]
