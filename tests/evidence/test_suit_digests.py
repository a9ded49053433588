"""Digests that protect from nothing: unknown, weak, or of a wrong length. To match one proves nothing."""

from __future__ import annotations

import pytest

from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read, shown


def with_digest(number, value):
    plan = build.good()
    plan.shared[3][3] = build.dumps([number, value])
    return plan


@pytest.mark.parametrize(
    ("number", "length", "seen"),
    [
        (-14, 20, [False]),  # SHA-1
        (-15, 8, [False]),  # SHA-256/64
        (-16, 4, [False]),
        (-16, 33, [False]),
        (-44, 32, [False]),
        (-17, 32, []),
        (-99, 32, []),
        (77, 32, []),
        (2, 32, []),  # went out of use before the current layout
    ],
)
def test_match_with_a_digest_that_protects_from_nothing_is_no_check(number, length, seen):
    artefact = read(with_digest(number, bytes(length)))
    assert artefact.authenticity == "authenticated"
    assert shown(artefact, "update.integrity-checked") == seen
    assert shown(artefact, "boot.image-verified") == []
    assert ("suit-fetch-without-image-match" in ids(artefact)) is bool(seen)


@pytest.mark.parametrize("number", [-16, -43, -44, -18, -45])
def test_match_with_a_sound_digest_is_one(number):
    artefact = read(with_digest(*build.digest(build.IMAGE, number)))
    assert shown(artefact, "update.integrity-checked") == [True]
    assert shown(artefact, "boot.image-verified") == [True]


def test_old_number_of_sha_256_is_sound_in_an_old_layout():
    artefact = read(build.draft_04())
    assert shown(artefact, "update.integrity-checked") == [True]


@pytest.mark.parametrize(("number", "name"), [(-14, "SHA-1"), (-15, "SHA-256/64"), (-17, "SHA-512/256")])
def test_weak_digest_is_named(number, name):
    artefact = read(with_digest(number, bytes(32)))
    assert name in shown(artefact, "crypto.algorithms")
    assert artefact.claims["payloads"][0]["digest"]["alg"] == name.lower()
    assert shown(artefact, "component.digest") == []


def test_unknown_digest_before_a_sound_one_at_boot_is_checked():
    plan = with_digest(-99, bytes(32))
    plan.sections[7] = [12, 0, 20, {3: build.dumps(build.digest(build.IMAGE))}, 3, 15]
    artefact = read(plan)
    assert shown(artefact, "update.integrity-checked") == [True]
    assert shown(artefact, "boot.image-verified") == [True]


@pytest.mark.parametrize("number", [-14, -99])
def test_dependency_under_a_digest_that_protects_from_nothing_is_unverified(number):
    plan = build.with_dependency(build.dependency().build())
    plan.sections[15][3][3] = build.dumps([number, bytes(32)])
    assert "suit-dependency-unverified" in ids(read(plan))
