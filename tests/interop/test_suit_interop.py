"""Envelopes of other people's tools, of every draft since -03, held against what they must be found to be.

The files are not part of this project: ``IOTASSESS_INTEROP`` names the folder that they are in.
"""

from __future__ import annotations

import datetime
import functools
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.model.artefact import Artefact
from iotassess.model.assessment import AsOf

ROOT = os.environ.get("IOTASSESS_INTEROP")
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
FILES = 218

LAYOUTS = {
    "v28": "current",
    "v17+": "current",  # -17 to -37 cannot be told apart: nothing in it is legacy
    "v17": "draft-17-27",
    "v04": "draft-16-older",
    "ambig": "draft-16-older",  # its digest has a number of drafts up to -13
}
HASHES = {-16: "sha-256", 2: "sha-256"}

_TEXT = "the text member does not decode to a map, as the CDDL prescribes; as CBOR it is a sound byte string"
_TRAILING = (
    "75 bytes follow the manifest in its byte string: nothing in it is read, and nothing of it believed"
)
_EMPTY_BLOCK = (
    "an empty block beside the good one: the wrapper is not what was to be signed, so it is refused"
)
_NUMBERS_04 = "it has the parameter numbers of -03, which the expectation does not interpret; we do"

EXCEPTIONS: dict[str, dict[str, str]] = {
    "libcsuit--suit_manifest_process_main-4ff050ba.suit": {"wellformed": _TEXT},
    "teep-protocol--draft-ietf-teep-protocol-83ac07e3.suit": {"wellformed": _TEXT},
    "teep-protocol--draft-ietf-teep-protocol-14e6dd04.suit": {
        "wellformed": _TRAILING,
        "signature": "the block verifies, as the expectation's own list of signatures says",
        "digest": "the digest does not match either",
    },
    "libcsuit-dominikl--suit_manifest_expS1-d07-6c86246b.suit": {"authenticity": _EMPTY_BLOCK},
    **{
        f"manifest-spec--draft-ietf-suit-manifest-03-d04-{name}.suit": dict.fromkeys(
            ("vendor ids", "class ids", "payload digests", "URIs", "sizes"), _NUMBERS_04
        )
        for name in ("196c6d17", "5bbe433e", "856b1bd7", "ed6f8fa8")
    },
}
"""File → what differs from its expectation → why."""


@functools.cache
def folder() -> Path:
    if ROOT is None:
        pytest.skip("IOTASSESS_INTEROP is not set")
    return Path(ROOT)


@functools.cache
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder() / "suit" / "expected.json").read_text())
    return found


@functools.cache
def anchors() -> TrustStore:
    listed = json.loads((folder() / "keys" / "keys.json").read_text())["keys"]
    names = [row["jwk"] for row in listed.values() if "suit" in row["use"]]
    return TrustStore.load(parse_anchor_spec(f"update={folder() / 'keys' / name}") for name in names)


def open_file(name: str, keys: TrustStore | None = None) -> Artefact:
    data = (folder() / "suit" / name).read_bytes()
    return read(data, Context(name, anchors() if keys is None else keys, AsOf(NOON, NOON)))


def signature_of(artefact: Artefact) -> str:
    statuses = [signature.status for signature in artefact.signatures]
    if not statuses:
        return "unsigned"
    for status, word in (("bad-signature", "bad"), ("verified", "verified")):
        if status in statuses:
            return word
    return "no-key"


def authenticity_of(row: dict[str, Any]) -> str:
    """What the expectation comes to, with all keys named by the user."""
    if row["signature"] == "unsigned":
        return "unsigned"
    good = row["signature"] == "verified" and row["facts"].get("digest_ok") is True
    return "authenticated" if good else "failed"


def differences(artefact: Artefact, row: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    claims, facts = artefact.claims or {}, row["facts"]
    pairs: dict[str, tuple[Any, Any]] = {
        "wellformed": (artefact.wellformed, row["wellformed"]),
        "signature": (signature_of(artefact), row["signature"]),
        "authenticity": (artefact.authenticity, authenticity_of(row)),
        "digest": (claims["digest_matches"], facts.get("digest_ok")),
    }
    if row["signature"] == "verified":
        verified = [signature for signature in artefact.signatures if signature.status == "verified"]
        pairs["algorithm"] = (
            verified[0].alg if verified else None,
            row["alg"].replace("HMAC256", "HMAC 256"),
        )
        pairs["key"] = (verified[0].key if verified else None, row["key"])
    if "components" in facts:
        pairs |= content(claims, facts)
    return {what: pair for what, pair in pairs.items() if pair[0] != pair[1]}


def content(claims: dict[str, Any], facts: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    payloads = claims["payloads"]
    listed = (
        facts.get("dependency_encoding") == "list"
    )  # digests in a list are no parameters: not in the facts
    digests = {
        (p["digest"]["alg"], p["digest"]["value"])
        for p in payloads
        if p["digest"] and not (listed and p.get("dependency"))
    }
    wanted = {(HASHES[number], value) for number, value in facts.get("payload_digests", [])}
    return {
        "layout": (claims["layout"], LAYOUTS[facts["layout"]]),
        "version": (claims["manifest_version"], facts["manifest_version"]),
        "sequence number": (claims["sequence_number"], facts["sequence_number"]),
        "components": (claims["components"], facts["components"]),
        "vendor ids": (claims["vendor_ids"], facts.get("vendor_ids", [])),
        "class ids": (claims["class_ids"], facts.get("class_ids", [])),
        "dependencies": (claims["dependencies"], facts["dependencies"]),
        "sections": (
            claims["sections"][claims["sections"][:1] == ["shared-sequence"] :],
            facts.get("sections", []),
        ),
        "reference URI": (claims["reference_uri"], facts.get("reference_uri")),
        "component id": (claims["manifest_component_id"], facts.get("manifest_component_id")),
        "severed": (
            claims["severed"],
            {name: state["present"] for name, state in facts.get("severed", {}).items()},
        ),
        "integrated": (claims["integrated"], facts.get("integrated_payloads", {})),
        "digest of the manifest": (claims["digest"]["value"], facts["digest"]["value"]),
        "payload digests": (digests, wanted),
        "URIs": ({p["uri"] for p in payloads if p["uri"]}, set(facts.get("uris", []))),
        "sizes": ({p["size"] for p in payloads if p["size"] is not None}, set(facts.get("image_sizes", []))),
        "encrypted": (any(p["encrypted"] for p in payloads), facts["encrypted"]),
        "tag": (claims["tagged"], facts.get("envelope_tag") == 107),
    }


def test_every_file_is_read_and_agrees_but_for_the_exceptions():
    rows = expected()
    assert len(rows) == FILES
    unexpected: dict[str, Any] = {}
    for name, row in rows.items():
        artefact = open_file(name)
        assert artefact.kind == "suit-envelope", name
        assert artefact.sha256 == row["sha256"], name
        found = differences(artefact, row)
        allowed = EXCEPTIONS.get(name, {})
        stale = allowed.keys() - found.keys()
        assert not stale, f"{name}: {stale} agrees now; remove the exception"
        rest = {what: pair for what, pair in found.items() if what not in allowed}
        if rest and not row.get("uncertain"):
            unexpected[name] = rest
    assert unexpected == {}


def test_nothing_is_authenticated_that_must_not_be():
    """No exception here: bad, unsigned, or over another digest is never "authenticated"."""
    count = Counter[str]()
    for name, row in expected().items():
        artefact = open_file(name)
        count[artefact.authenticity] += 1
        if row["signature"] != "verified" or row["facts"].get("digest_ok") is not True:
            assert artefact.authenticity != "authenticated", name
            assert not any(statement.covered for statement in artefact.shown), name
    assert count["authenticated"] > 150


def test_without_keys_nothing_is_authenticated():
    empty = TrustStore(())
    for name, row in expected().items():
        artefact = open_file(name, empty)
        assert artefact.authenticity in ("unverified", "unsigned", "failed"), name
        if row["facts"].get("digest_ok") is False and row["signature"] != "unsigned":
            assert artefact.authenticity == "failed", name


def test_flags_of_other_research_are_found_too():
    """What the corpus notes by the way and we have a problem id for."""
    flags = {
        "no-validate/load/invoke": "suit-no-validate",
        "shared-sequence-lacks-vendor/class-condition": "suit-vendor-condition-missing",
        "plain-http-uri": "suit-uri-plaintext",
        "unsigned": "cose-unsigned",
        "sequence-number>=2^32": "suit-sequence-number-exhausted",
        "legacy-layout:-17..-27": "suit-legacy-layout",
        "legacy-layout:-04..-16": "suit-legacy-layout",
        "manifest-digest-MISMATCH-or-absent": "suit-manifest-digest-mismatch",
        "alg ES256(-7): not in MTI profiles": "suit-alg-not-mti",
        "digest-alg-id 2 (pre -13 SUIT registry, not COSE -16)": "suit-digest-alg-not-mti",
    }
    missed = Counter[str]()
    for name, row in expected().items():
        problems = {problem.id for problem in open_file(name).problems}
        missed.update(flag for flag in row["advisory_flags"] if flag in flags and flags[flag] not in problems)
    assert missed == {}
