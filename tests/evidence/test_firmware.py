"""Firmware images: digests and size, computed here and so observed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from iotassess.evidence.context import Context
from iotassess.evidence.firmware import decode, digest_of
from iotassess.evidence.peek import Peek
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Role
from iotassess.model.claim import Digest, Subject
from tests.evidence.signing import AS_OF

CONTEXT = Context("images/app.bin", TrustStore(), AS_OF)
DATA = b"firmware" * 1000


def test_all_digests_are_those_of_the_bytes_however_they_are_cut():
    size, digests = digest_of((DATA[:7], b"", DATA[7:]))
    assert size == len(DATA)
    assert digests == (
        Digest("sha-256", hashlib.sha256(DATA).hexdigest()),
        Digest("sha-384", hashlib.sha384(DATA).hexdigest()),
        Digest("sha-512", hashlib.sha512(DATA).hexdigest()),
        Digest("shake128", hashlib.shake_128(DATA).hexdigest(32)),
        Digest("shake256", hashlib.shake_256(DATA).hexdigest(64)),
    )


def test_an_image_shows_its_digests_and_size_as_observed_and_nothing_as_signed():
    artefact = decode(Peek(DATA), CONTEXT)
    assert (artefact.kind, artefact.authenticity, artefact.wellformed) == ("firmware-image", "unsigned", True)
    assert (artefact.size, artefact.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert artefact.claims["size"] == len(DATA)
    assert set(artefact.claims["digests"]) == {"sha-256", "sha-384", "sha-512"}
    assert [shown.property for shown in artefact.shown] == ["component.image-digest"] * 3 + ["component.size"]
    for shown in artefact.shown:
        assert shown.subject == Subject("component", "images/app.bin", "file")
        assert (shown.observed, shown.covered) == (True, False)
    assert artefact.shown[0].value == Digest("sha-256", artefact.sha256)


def test_an_image_of_a_declared_component_speaks_of_that():
    role = Role("image", "app", 12)
    artefact = decode(Peek(DATA), replace(CONTEXT, role=role))
    assert {shown.subject for shown in artefact.shown} == {Subject("component", "app")}
    assert artefact.role == role


def test_an_image_of_a_role_without_component_speaks_of_its_file():
    artefact = decode(Peek(b""), replace(CONTEXT, role=Role("image", None, 1)))
    assert artefact.shown[0].subject.scheme == "file"
    assert artefact.size == 0
