"""Which signature is a MUD file's, and what comes of it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from iotassess.codec import cms
from iotassess.evidence import mud_signature
from iotassess.evidence.certificates import name_anchor
from iotassess.evidence.collect import Found
from iotassess.evidence.companions import companions
from iotassess.evidence.context import Companion
from iotassess.evidence.mud_signature import MAX_COMPANIONS
from iotassess.evidence.reading import read as read_any
from iotassess.evidence.trust import TrustStore
from tests.evidence import cms_builder as build
from tests.evidence.mud_builder import CHAIN, anchor, context, data, ids, read, shown, signature
from tests.evidence.signing import ALICE, BOB, EDDY, certificate, leaf, middle, root
from tests.evidence.signing import context as plain_context

FILE = data()
CHANGED = data(systeminfo="changed")
URL = "https://maker.example/sig/of%20it/the.sig?x=1"


def test_the_signature_with_the_files_digest_is_taken_whatever_its_name():
    beside = [("mud.p7s", signature(CHANGED)), ("elsewhere/x.bin", signature(FILE))]
    artefact = read(FILE, anchor(), beside=beside)
    assert artefact.authenticity == "authenticated"
    assert artefact.claims["signature_file"] == "elsewhere/x.bin"


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("mud.json", "mud.p7s"),
        ("mud.json", "mud.json.p7s"),
        ("mud.json", "mud.p7"),
        ("a/mud.json", "a/mud.p7s"),
        ("a\\mud.json", "a\\mud.p7s"),
        ("mud", "mud.p7s"),
        ("mud.json", "other/the.sig"),  # as the file itself says
    ],
)
def test_a_signature_that_is_named_like_the_file_and_does_not_fit_fails(path, beside):
    file = data(mud_signature=URL)
    artefact = read(
        file, anchor(), path=path, beside=[("unrelated.p7s", signature(b"x")), (beside, signature(CHANGED))]
    )
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {"mud-signature-invalid", "cose-bad-signature"}
    assert artefact.claims["signature_file"] == beside
    assert shown(artefact, "network.mud-signed") == [False]
    assert [s.observed for s in artefact.shown if s.property == "network.mud-signed"] == [True]
    assert not any(s.covered for s in artefact.shown)
    assert artefact.wellformed


@pytest.mark.parametrize("beside", ["mud2.p7s", "b/mud.p7s", "mud.json", "sig", "mud.sig"])
def test_signatures_of_other_files_are_left_alone(beside):
    artefact = read(FILE, anchor(), path="a/mud.json", beside=[(beside, signature(CHANGED))])
    assert (artefact.authenticity, ids(artefact)) == ("unsigned", {"mud-unsigned"})
    assert "signature_file" not in artefact.claims


def test_a_signed_file_of_that_name_is_a_file_of_its_own():
    attached = build.signed(CHANGED, ALICE, CHAIN)
    artefact = read(FILE, anchor(), beside=[("mud.p7s", attached)])
    assert artefact.authenticity == "unsigned"


def test_a_file_without_signature_is_unsigned_which_is_an_observation():
    artefact = read(FILE, anchor())
    assert (artefact.authenticity, ids(artefact)) == ("unsigned", {"mud-unsigned"})
    (told,) = [s for s in artefact.shown if s.property == "network.mud-signed"]
    assert (told.value, told.observed, told.covered) == (False, True, False)
    assert not any(s.covered for s in artefact.shown)


def test_a_signature_that_the_file_names_and_nobody_gave_is_no_observation():
    artefact = read(data(mud_signature=URL), anchor())
    assert (artefact.authenticity, ids(artefact)) == ("unsigned", {"mud-unsigned"})
    assert shown(artefact, "network.mud-signed") == []
    assert URL in artefact.problems[0].message


def test_a_signature_that_is_damaged_fails():
    artefact = read(FILE, anchor(), beside=[("mud.p7s", signature(FILE)[:-1])])
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {"mud-signature-invalid", "cms-malformed"}
    assert [s.status for s in artefact.signatures] == ["malformed"]
    assert "signature" not in artefact.claims


def test_a_flipped_bit_in_the_signature_fails():
    good = signature(FILE)
    artefact = read(FILE, anchor(), beside=[("x.p7s", good[:-1] + bytes([good[-1] ^ 1]))])
    assert artefact.authenticity == "failed"
    assert ids(artefact) == {"mud-signature-invalid", "cose-bad-signature"}


def test_a_signature_without_attributes_is_found_by_its_name_and_verifies():
    beside = [("mud.p7s", signature(FILE, plain=True))]
    assert read(FILE, anchor(), beside=beside).authenticity == "authenticated"
    assert read(CHANGED, anchor(), beside=beside).authenticity == "failed"
    assert read(FILE, anchor(), beside=[("x.p7s", beside[0][1])]).authenticity == "unsigned"


def test_without_an_anchor_the_key_that_it_carries_shows_that_it_is_intact():
    artefact = read(FILE, beside=[("mud.p7s", signature(FILE))])
    assert (artefact.authenticity, ids(artefact)) == ("intact", {"cose-self-asserted-key"})
    assert shown(artefact, "network.mud-signed") == [True]


def test_a_signature_that_no_key_fits_shows_neither():
    info = build.signer(ALICE, build.by_key_id(b"?"), FILE)
    artefact = read(FILE, beside=[("mud.p7s", build.message(None, [info]))])
    assert (artefact.authenticity, ids(artefact)) == ("unverified", {"cose-no-key"})
    assert shown(artefact, "network.mud-signed") == []


def test_a_broken_hash_is_never_verified():
    rows = build.attributes_of(FILE, build.SHA_1)
    weak = signature(FILE, attributes=rows, digest_algorithm=build.SHA_1)
    artefact = read(FILE, anchor(), beside=[("mud.p7s", weak)])
    assert (artefact.authenticity, ids(artefact)) == ("unverified", {"cose-alg-unsupported"})
    assert shown(artefact, "network.mud-signed") == []


def test_all_signers_are_checked():
    ours = build.signer(ALICE, build.by_serial(CHAIN[0]), FILE)
    theirs = build.signer(BOB, build.by_key_id(b"bob"), FILE)
    spoilt = build.signer(BOB, build.by_serial(CHAIN[0]), FILE)
    both = read(FILE, anchor(), beside=[("s", build.message(None, [ours, theirs], CHAIN))])
    assert [s.status for s in both.signatures] == ["verified", "bad-signature"]
    assert both.authenticity == "failed"
    alone = read(FILE, beside=[("s", build.message(None, [ours, theirs], CHAIN))])
    assert [s.status for s in alone.signatures] == ["verified", "no-key"]
    bad = read(FILE, anchor(), beside=[("s", build.message(None, [ours, spoilt], CHAIN))])
    assert bad.authenticity == "failed"
    assert {p.at for p in bad.problems if p.id == "cose-bad-signature"} == {"signature[1]"}


def test_a_chain_to_an_authority_with_an_ed25519_key_builds():
    authority = certificate("Authority", EDDY, "Authority", EDDY, ca=True)
    own = certificate("Signer", ALICE, "Authority", EDDY)
    store = TrustStore([], certificates=[name_anchor("authority", authority, "user", "network")])
    beside = (Companion("mud.p7s", build.signed(FILE, ALICE, [own, authority], detached=True)),)
    artefact = read_any(FILE, replace(plain_context(store=store), companions=beside))
    assert artefact.authenticity == "authenticated"
    assert [s.key for s in artefact.signatures] == ["authority"]


def test_only_so_many_signature_files_are_looked_through():
    others = [(f"{n}.p7s", b"0%d" % n) for n in range(MAX_COMPANIONS)]
    late = [*others, ("late.p7s", signature(FILE))]
    assert read(FILE, anchor(), beside=late).authenticity == "unsigned"
    named = [*others, ("mud.p7s", signature(FILE))]
    assert read(FILE, anchor(), beside=named).authenticity == "authenticated"
    assert context(beside=named).companions[-1].path == "mud.p7s"


def test_a_file_that_cannot_be_read_has_no_signature():
    artefact = read(FILE[:-1], anchor(), beside=[("mud.p7s", signature(FILE[:-1]))])
    assert artefact.authenticity != "authenticated"
    assert not artefact.wellformed
    assert root() is not None
    json.dumps(artefact.claims)


def test_each_signature_file_is_parsed_once_however_many_files_it_is_held_against(monkeypatch):
    """Messages of more than 32 KiB are not remembered by the wall for long."""
    large = [build.octets(n.to_bytes(2) + bytes(40_000)) for n in range(8)]
    beside = [
        (f"{n}.p7s", signature(b"x", attributes=[*build.attributes_of(b"x"), build.attribute("1.2.3", item)]))
        for n, item in enumerate(large)
    ]
    found = context(anchor(), beside=beside)
    parsed = []
    wall = cms.parse
    monkeypatch.setattr(cms, "parse", lambda given: parsed.append(given) or wall(given))
    for n in range(5):
        assert read_any(data(systeminfo=str(n)), found).authenticity == "unsigned"
    held = [given for given in parsed if len(given) > 40_000]
    assert len(held) == len(set(held)) == len(large)


def test_the_digest_of_a_file_is_computed_once_for_all_signatures(monkeypatch):
    computed = []
    digest = cms.digest
    monkeypatch.setattr(cms, "digest", lambda *args: computed.append(args[0]) or digest(*args))
    beside = [(f"{n}.p7s", signature(b"%d" % n)) for n in range(9)]
    assert read(FILE, anchor(), beside=beside).authenticity == "unsigned"
    assert computed == ["sha-256"]


def test_only_so_many_bytes_of_signature_files_are_looked_through(monkeypatch):
    beside = [("a.p7s", signature(CHANGED)), ("b.p7s", signature(FILE))]
    size = sum(len(content) for _, content in beside)
    monkeypatch.setattr(mud_signature, "MAX_COMPANION_BYTES", size - 1)
    assert read(FILE, anchor(), beside=beside).authenticity == "unsigned"
    assert read(FILE, anchor(), beside=beside[1:]).authenticity == "authenticated"
    named = [("a.p7s", signature(CHANGED)), ("mud.p7s", signature(FILE))]
    assert read(FILE, anchor(), beside=named).authenticity == "authenticated"


@pytest.mark.parametrize("label", ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"])
def test_a_signature_in_any_armour_is_found_among_the_files_of_a_call(label):
    text = base64.encodebytes(signature(FILE)).decode()
    armoured = f"\n-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()
    files = [("a/mud.json", FILE), ("a/mud.p7s", armoured)]
    found = [Found(path, content, None, "", len(content)) for path, content in files]
    beside = companions([*found, Found("a/no", b"-----BEGIN CERTIFICATE-----", None, "", 9)])
    assert [one.path for one in beside] == ["a/mud.p7s"]
    artefact = read_any(FILE, replace(context(anchor(), path="a/mud.json"), companions=beside))
    assert artefact.authenticity == "authenticated"


def test_a_certificate_like_the_signers_before_it_does_not_make_a_good_signature_fail():
    authority = middle()
    other = certificate("Leaf", BOB, "Middle", BOB)
    info = build.signer(ALICE, build.by_serial(leaf()), FILE)
    store = TrustStore([], certificates=[name_anchor("authority", authority, "user", "network")])
    for chain in ([other, leaf(), authority], [leaf(), other, authority]):
        beside = (Companion("mud.p7s", build.message(None, [info], chain)),)
        artefact = read_any(FILE, replace(plain_context(store=store), companions=beside))
        assert (artefact.authenticity, artefact.problems) == ("authenticated", ())
    beside = (Companion("mud.p7s", build.message(None, [info], [other, authority])),)
    artefact = read_any(FILE, replace(plain_context(store=store), companions=beside))
    assert artefact.authenticity != "authenticated"
