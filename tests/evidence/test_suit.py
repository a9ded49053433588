"""A good envelope: nothing is wrong with it, all of it is read, and it shows what it should."""

from __future__ import annotations

import json

import cbor2
import pytest

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import suit, suit_envelope
from iotassess.evidence.peek import Peek
from iotassess.model.claim import PRODUCT, Digest, Subject
from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import context, ids, read, shown

COMPONENT = Subject("component", "00/617070", "suit-component-id")


def test_good_envelope_is_authenticated_without_any_problem():
    artefact = read(build.good())
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "suit-envelope",
        True,
        "authenticated",
    )
    assert artefact.problems == ()
    assert [(s.type, s.alg, s.status, s.key) for s in artefact.signatures] == [
        ("COSE_Sign1", "ESP256", "verified", "signer")
    ]
    assert artefact.purpose == "update"


def test_claims_have_the_keys_of_the_contract_and_are_json():
    claims = read(build.good()).claims
    assert claims is not None
    assert json.loads(json.dumps(claims)) == claims
    contract = {
        "layout": "current",
        "manifest_version": 1,
        "sequence_number": 7,
        "reference_uri": None,
        "components": [["00", "617070"]],
        "vendor_ids": [build.VENDOR.hex()],
        "class_ids": [build.CLASS.hex()],
        "payloads": [
            {
                "component": "00/617070",
                "digest": {"alg": "sha-256", "value": build.sha256(build.IMAGE).hex()},
                "size": len(build.IMAGE),
                "uri": build.URI,
                "encrypted": False,
            }
        ],
        "sections": ["shared-sequence", "validate", "invoke", "install", "text"],
        "severed": {},
        "dependencies": 0,
        "digest_matches": True,
    }
    assert {key: claims[key] for key in contract} == contract
    assert claims["commands"]["install"] == [
        "set-component-index",
        "override-parameters",
        "fetch",
        "image-match",
    ]
    assert claims["text"]["en"]["components"]["00/617070"]["component-version"] == "3.2.0"


def test_shown_statements_of_a_good_envelope():
    artefact = read(build.good())
    found = {(s.subject, s.property, s.value) for s in artefact.shown}
    image = Digest("sha-256", build.sha256(build.IMAGE).hex())
    assert found == {
        (PRODUCT, "update.authenticated", True),
        (PRODUCT, "update.signature-algorithm", "ESP256"),
        (PRODUCT, "crypto.algorithms", "ESP256"),
        (PRODUCT, "crypto.algorithms", "SHA-256"),
        (PRODUCT, "update.sequence-number", 7),
        (PRODUCT, "identity.vendor-id", build.VENDOR.hex()),
        (PRODUCT, "identity.class-id", build.CLASS.hex()),
        (PRODUCT, "update.target-checked", True),
        (PRODUCT, "update.integrity-checked", True),
        (PRODUCT, "boot.image-verified", True),
        (PRODUCT, "update.encrypted", False),
        (PRODUCT, "update.transport", "https"),
        (COMPONENT, "component.digest", image),
        (COMPONENT, "component.size", len(build.IMAGE)),
        (COMPONENT, "component.version", "3.2.0"),
    }
    assert all(s.covered and not s.observed for s in artefact.shown)


def test_trails_lead_to_the_values():
    data = build.good().build()
    for statement in read(data).shown:
        if statement.trail:
            assert cbor.locate(data, statement.trail) is not None, statement.property
    digest = next(s for s in read(data).shown if s.property == "component.digest")
    offset = cbor.locate(data, digest.trail)
    assert offset is not None
    wrapped = build.dumps(build.dumps(build.digest(build.IMAGE)))
    assert data[offset : offset + len(wrapped)] == wrapped


def test_untagged_envelope_reads_the_same():
    plan = build.good()
    plan.tagged = False
    artefact = read(plan)
    assert (artefact.kind, artefact.authenticity, artefact.claims["tagged"]) == (
        "suit-envelope",
        "authenticated",
        False,
    )


def test_all_optional_members_are_read():
    plan = build.good()
    plan.manifest |= {4: "https://sensors.example/manifest", 5: [b"root"], 14: build.dumps({0: "coswid"})}
    plan.sections |= {8: [12, 0, 3, 15], 16: [12, 0, 3, 15], 18: [12, 0, 3, 15], 24: [12, 0, 33, 0]}
    artefact = read(plan)
    assert artefact.claims["reference_uri"] == "https://sensors.example/manifest"
    assert artefact.claims["manifest_component_id"] == ["726f6f74"]
    assert set(artefact.claims["sections"]) >= {
        "load", "payload-fetch", "candidate-verification", "uninstall", "coswid",
    }  # fmt: skip
    assert artefact.problems == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (cbor2.CBORTag(107, 1), True),
        ({2: b"", 3: b""}, True),
        ({2: [], 3: b""}, True),
        ({3: build.dumps({1: 1, 2: 1, 3: b""})}, True),
        ({3: build.dumps({1: 1})}, False),
        ({3: b"\xff"}, False),
        ({2: b"", 3: "text"}, False),
        ({1: 2, 3: -7}, False),
        ([1, 2, 3], False),
        (cbor2.CBORTag(61, {2: b"", 3: b""}), False),
    ],
)
def test_sniffing(value, expected):
    assert suit_envelope.is_suit_envelope(Peek(build.dumps(value))) is expected


@pytest.mark.parametrize("value", [1, [], {}, {2: b""}, {3: "text"}, {3: None}])
def test_what_has_no_manifest_is_no_envelope(value):
    peek = Peek(build.dumps(cbor2.CBORTag(107, value)))
    with pytest.raises(MalformedArtefact) as raised:
        suit.decode(peek, context())
    assert raised.value.problem == "suit-malformed"


def test_unreadable_manifest_leaves_what_the_envelope_tells():
    manifest = b"\xa1\x01"
    payload = build.dumps(build.digest(build.dumps(manifest)))
    wrapper = build.dumps([payload, build.dumps(build.cose_block(payload))])
    artefact = read(build.dumps(cbor2.CBORTag(107, {2: wrapper, 3: manifest})))
    assert not artefact.wellformed
    assert artefact.authenticity == "unverified"  # well signed, but nothing that could be believed
    assert [s.status for s in artefact.signatures] == ["verified"]
    assert artefact.claims["layout"] == "unknown"
    assert artefact.claims["digest_matches"] is True
    assert artefact.shown == ()
    unsigned = read(build.dumps(cbor2.CBORTag(107, {3: build.dumps([1])})))
    assert unsigned.authenticity == "unsigned"
    assert shown(unsigned, "update.authenticated") == [False]


def test_indefinite_lengths_are_reported_once():
    manifest, _ = build.good().encoded_manifest()
    payload = build.dumps(build.digest(build.dumps(manifest)))
    wrapper = b"\x9f" + build.dumps(payload) + build.dumps(build.dumps(build.cose_block(payload))) + b"\xff"
    data = b"\xd8\x6b\xbf" + b"".join(map(build.dumps, (2, wrapper, 3, manifest))) + b"\xff"
    artefact = read(data)
    assert ids(artefact) == {"cbor-indefinite-length"}
    assert artefact.authenticity == "authenticated"
    block = b"\xd2\x9f" + build.dumps(build.cose_block(payload).value)[1:] + b"\xff"
    inner = build.dumps(cbor2.CBORTag(107, {2: build.dumps([payload, block]), 3: manifest}))
    assert ids(read(inner)) == {"cbor-indefinite-length"}
