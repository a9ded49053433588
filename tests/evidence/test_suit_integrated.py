"""Integrated payloads: whoever has the envelope in hand can exchange them, and none of that may go unseen."""

from __future__ import annotations

import pytest

from tests.evidence import suit_builder as build
from tests.evidence.suit_reading import ids, read, shown


def integrated(content=build.IMAGE):
    plan = build.good()
    plan.sections[20][3][21] = "#app"
    plan.members["#app"] = content
    return plan


def test_integrated_payload_is_held_against_its_digest():
    artefact = read(integrated())
    assert artefact.problems == ()
    assert artefact.claims["integrated"] == {"#app": len(build.IMAGE)}
    assert shown(artefact, "update.transport") == []
    assert shown(artefact, "update.encrypted") == [False]


def test_integrated_payload_that_was_changed_makes_the_envelope_fail():
    assert read(integrated(build.IMAGE[:-1])).authenticity == "failed"


@pytest.mark.parametrize("number", [-14, -15, -17, -99, 77])
def test_integrated_payload_under_a_digest_that_nobody_compares_is_not_authenticated(number):
    plan = integrated(b"anything")
    plan.shared[3][3] = build.dumps([number, bytes(32)])
    artefact = read(plan)
    assert artefact.authenticity == "unverified"
    assert any(p.id == "suit-digest-alg-not-mti" and p.at == "integrated.#app" for p in artefact.problems)
    assert shown(artefact, "update.authenticated") == []
    assert shown(artefact, "component.digest") == []


def test_payload_that_one_component_has_no_digest_for_is_held_against_that_of_the_other():
    plan = integrated()
    plan.text = None
    plan.common[2].append([b"z"])
    plan.sections[20] += [12, 1, 20, {21: "#app"}, 21, 2]
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == {"suit-fetch-without-image-match"}
    plan.members["#app"] = b"swapped"
    artefact = read(plan)
    assert artefact.authenticity == "failed"
    assert "suit-payload-digest-mismatch" in ids(artefact)


def test_payload_of_two_components_has_to_have_both_digests():
    plan = integrated()
    plan.text = None
    plan.common[2].append([b"z"])
    plan.sections[7] = [12, 0, 3, 15]
    plan.sections[20] += [12, 1, 20, {21: "#app", 3: build.dumps(build.digest(b"other"))}, 21, 2, 3, 15]
    for content in (build.IMAGE, b"other"):
        plan.members["#app"] = content
        assert read(plan).authenticity == "failed"


def staged(content):
    """The payload comes into one component without a digest, and is checked in another after a copy."""
    plan = integrated(content)
    plan.text = None
    plan.common[2].append([b"z"])
    plan.sections[7] = [12, 0, 3, 15]
    plan.sections[20] = [12, 1, 20, {21: "#app"}, 21, 2, 12, 0, 20, {22: 1}, 22, 2, 3, 15]
    return plan


def test_payload_that_is_checked_only_after_a_copy_is_compared_now():
    artefact = read(staged(build.IMAGE))
    assert (artefact.authenticity, artefact.problems) == ("authenticated", ())
    artefact = read(staged(b"swapped"))
    assert artefact.authenticity == "unverified"
    assert ids(artefact) == {"suit-payload-digest-mismatch"}


def test_payload_whose_digest_is_known_at_boot_only_is_compared_now():
    plan = integrated()
    digest = plan.shared[3].pop(3)
    plan.sections[7] = [12, 0, 20, {3: digest}, 3, 15]
    assert read(plan).authenticity == "authenticated"
    plan.members["#app"] = b"swapped"
    artefact = read(plan)
    assert artefact.authenticity == "unverified"
    assert "suit-payload-digest-mismatch" in ids(artefact)


def test_payload_that_nothing_gives_a_digest_for_is_no_word_on_the_manifest():
    plan = integrated()
    plan.shared[3].pop(3)
    plan.sections.pop(7)
    plan.sections[20] = plan.sections[20][:-2]
    artefact = read(plan)
    assert artefact.authenticity == "authenticated"
    assert ids(artefact) == {"suit-fetch-without-image-match"}


def test_payload_that_only_a_section_out_of_sight_refers_to_is_not_authenticated():
    """Take the install section away, and nothing says any more what the payload has to be."""
    plan = integrated(b"swapped")
    plan.severed_absent = {20}
    artefact = read(plan)
    assert artefact.authenticity == "unverified"
    assert ids(artefact) == {"suit-payload-unreferenced"}
    assert "install" in artefact.problems[0].message


def test_payload_whose_digest_may_be_out_of_sight_is_not_authenticated():
    plan = integrated(b"swapped")
    plan.shared[3].pop(3)
    plan.sections.pop(7)
    plan.sections[16] = [12, 0, 20, {21: "#app"}, 21, 2]
    plan.severed_absent = {20}
    assert read(plan).authenticity == "unverified"


def test_payload_that_may_be_ciphertext_or_not_is_neither_good_nor_failed():
    plan = integrated(b"ciphertext")
    plan.sections[20] = [
        12, 0,
        20, {21: "#app"},
        15, [build.sequence(20, {19: build.encryption_info()}, 21, 2), build.sequence(20, {14: 9}, 21, 2)],
        3, 15,
    ]  # fmt: skip
    artefact = read(plan)
    assert artefact.authenticity == "unverified"
    assert "suit-payload-digest-mismatch" in ids(artefact)


def test_integrated_ciphertext_is_not_held_against_the_digest_of_the_plaintext():
    plan = integrated(b"ciphertext")
    plan.sections[20][3][19] = build.encryption_info()
    artefact = read(plan)
    assert artefact.problems == ()
    assert shown(artefact, "update.encrypted") == [True]
    assert artefact.claims["payloads"][0]["encryption"] == {
        "alg": "A128CTR",
        "key_exchange": ["ECDH-ES + A128KW"],
    }
    assert {"A128CTR", "ECDH-ES + A128KW"} <= set(shown(artefact, "crypto.algorithms"))


def test_integer_key_and_text_that_name_one_payload_are_both_held_against_its_digest():
    for good, bad in ((24, "#24"), ("#24", 24)):
        plan = build.draft_17()
        plan.sections[17][3][21] = "#24"
        plan.members = {good: build.IMAGE, bad: b"something else"}
        artefact = read(plan)
        assert artefact.authenticity == "failed"
        assert "suit-payload-digest-mismatch" in ids(artefact)
        assert sorted(artefact.claims["integrated"].values()) == sorted((len(build.IMAGE), 14))
    plan.members = {24: build.dependency().build(), "#24": build.dependency().build()}
    assert len({nested.path for nested in read(plan).nested}) == 2
