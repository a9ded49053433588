"""Detached CMS signatures by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.evidence.cms_signature import is_detached_signature
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact
from tests.evidence import cms_builder as build
from tests.evidence.mud_builder import CHAIN, anchor, ids, read, signature
from tests.evidence.signing import ALICE
from tests.tries import tries

CONTENT = b"what is signed"
ALONE = signature(CONTENT)


def test_a_signature_alone_says_who_signed_what_and_that_the_content_is_missing():
    artefact = read(ALONE, anchor())
    assert (artefact.kind, artefact.wellformed, artefact.authenticity) == (
        "cms-signature",
        True,
        "unverified",
    )
    assert ids(artefact) == {"cms-content-missing"}
    assert [(s.type, s.alg, s.status) for s in artefact.signatures] == [("CMS", "ES256", "no-key")]
    assert artefact.shown == ()
    about = artefact.claims["signature"]
    assert (about["detached"], about["certificates"]) == (True, 3)
    assert about["signers"] == [
        {
            "serial": str(CHAIN[0].serial_number),
            "alg": "ES256",
            "digest_alg": "sha-256",
            "message_digest": build.digest(build.SHA_256, CONTENT).hex(),
            "signing_time": "2026-10-31T12:00:00+00:00",
        }
    ]


def test_a_signer_named_by_its_key_and_a_broken_hash():
    info = build.signer(
        ALICE,
        build.by_key_id(b"alice"),
        CONTENT,
        digest_algorithm=build.SHA_1,
        attributes=build.attributes_of(CONTENT, build.SHA_1),
    )
    artefact = read(build.message(None, [info]), anchor())
    assert [(s.kid, s.status) for s in artefact.signatures] == [(b"alice".hex(), "unsupported-alg")]
    assert artefact.claims["signature"]["signers"][0]["key_id"] == b"alice".hex()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ALONE[:-1], "cms-signature"),
        (ALONE[:30], "cms-signature"),
        (b"\x30\x80" + ALONE[4:], "cms-signature"),
        (build.signed(CONTENT, ALICE, CHAIN), None),
        (CONTENT, None),
    ],
)
def test_a_detached_signature_is_told_from_others(data, kind):
    artefact = read(data, anchor())
    assert artefact.kind == kind
    if kind is not None:
        assert ids(artefact) == {"cms-malformed"}
        assert not artefact.wellformed


def test_certificates_in_cms_are_no_signature():
    assert not is_detached_signature(Peek(build.message(None, [], CHAIN)))


@settings(max_examples=tries(100), deadline=None)
@given(st.binary(max_size=80), st.integers(0, len(ALONE)))
def test_any_bytes_give_an_artefact(noise, at):
    artefact = read(ALONE[:at] + noise, anchor())
    assert isinstance(artefact, Artefact)
    assert artefact.authenticity in ("unverified", "unsigned")
