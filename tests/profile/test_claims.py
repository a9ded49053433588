"""The declaration as claims: one a leaf, in values that evidence can be compared with."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from iotassess.model.claim import PRODUCT, Claim, Digest, Grade, Source, Subject
from iotassess.model.profile.leaves import all_properties, leaves
from iotassess.profile import LoadedProfile, claims, load_profile_bytes

MINIMAL = "product: {vendor: Example, model: Node 1}\n"


ALWAYS = ("product.vendor", "product.model")
"""What every profile has to say."""


def made(text: str) -> tuple[Claim, ...]:
    """The claims of a profile but for those that every one makes."""
    return tuple(
        c for c in claims(load_profile_bytes(text.encode(), "profile.yaml")) if c.property not in ALWAYS
    )


def of(text: str, property_: str) -> list[Claim]:
    return [claim for claim in made(text) if claim.property == property_]


def test_a_profile_that_declares_nothing_claims_nothing_but_whose_it_is() -> None:
    assert made(MINIMAL) == ()
    named = {c.property: c.value for c in claims(load_profile_bytes(MINIMAL.encode(), "profile.yaml"))}
    assert named == {"product.vendor": "Example", "product.model": "Node 1"}


def test_every_property_of_the_model_is_claimed(full: LoadedProfile) -> None:
    # A symmetric key has no public half; nothing else is left out of the full profile.
    expected = {leaf.property for leaf in leaves() if leaf.property}
    assert {claim.property for claim in claims(full)} == expected


def test_every_claim_is_in_the_vocabulary_with_its_type(full: LoadedProfile) -> None:
    types: dict[str, tuple[type, ...]] = {
        "bool": (bool,),
        "uint": (int,),
        "number": (int, float),
        "digest": (Digest,),
    }
    rows = all_properties()
    for claim in claims(full):
        row = rows[claim.property]
        assert type(claim.value) in types.get(row.type, (str,)), claim
        assert claim.subject.kind == row.subject, claim
        assert claim.grade == Grade.DECLARED
        assert claim.subject.scheme == "profile"
        assert not claim.observed


def test_every_claim_says_where_it_stands(full: LoadedProfile, full_text: str) -> None:
    lines = full_text.splitlines()
    for claim in claims(full):
        source = claim.source
        assert source.artefact is None
        assert source.line is not None
        assert source.column is not None
        key = source.path.rpartition(".")[2].partition("[")[0]
        rest = lines[source.line - 1][source.column - 1 :]
        before = lines[source.line - 1][: source.column - 1].strip(" -")
        assert before == f"{key}:" or (before == "" and rest)


def test_a_leaf_is_claimed_at_its_place() -> None:
    assert made(MINIMAL + "update:\n  automatic_default: false\n") == (
        Claim(
            PRODUCT,
            "update.automatic-default",
            False,
            Grade.DECLARED,
            Source(None, "update.automatic_default", 3, 22),
        ),
    )


def test_an_alias_is_claimed_where_it_stands() -> None:
    (claim,) = of("product: {vendor: &a Example, model: Node 1}\nsupport: {contact: *a}\n", "support.contact")
    assert (claim.value, claim.source.line, claim.source.column) == ("Example", 2, 20)


def test_null_claims_nothing() -> None:
    assert made(MINIMAL + "update: {ota: null}\nboot:\ndevices: ~\n") == ()


def test_a_list_of_values_claims_each_member_and_that_there_are_some() -> None:
    found = made(MINIMAL + "update:\n  transport:\n    - https\n    - coaps\n")
    assert [(c.property, c.value, c.source.path, c.source.line, c.source.column) for c in found] == [
        ("update.transport.any", True, "update.transport", 3, 3),
        ("update.transport", "https", "update.transport[0]", 4, 7),
        ("update.transport", "coaps", "update.transport[1]", 5, 7),
    ]


def test_an_empty_list_claims_that_there_is_nothing() -> None:
    (claim,) = made(MINIMAL + "update: {signature_algorithms: []}\n")
    assert (claim.property, claim.value) == ("update.signature-algorithm.any", False)


def test_an_instance_list_claims_about_each_by_name() -> None:
    found = made(
        MINIMAL + "components:\n  - name: app\n    version: '1.10'\n  - {name: bl2, updatable: true}\n"
    )
    assert [(c.subject, c.property, c.value, c.source.path) for c in found] == [
        (PRODUCT, "component.any", True, "components"),
        (Subject("component", "app"), "component.name", "app", "components[0].name"),
        (Subject("component", "app"), "component.version", "1.10", "components[0].version"),
        (Subject("component", "bl2"), "component.name", "bl2", "components[1].name"),
        (Subject("component", "bl2"), "component.updatable", True, "components[1].updatable"),
    ]


def test_an_empty_instance_list_claims_that_there_is_none() -> None:
    (claim,) = made(MINIMAL + "personal_data: []\n")
    assert claim[:3] == (PRODUCT, "personal-data.any", False)


def test_devices_are_named_by_their_instance() -> None:
    key = "cd" * 32
    found = of(
        MINIMAL + f"devices: [{{instance_id: '01{'ab' * 32}', attestation_key: {key}}}]",
        "device.attestation-key",
    )
    assert [(c.subject, c.value) for c in found] == [(Subject("device", "01" + "ab" * 32), key)]


def test_a_list_inside_an_instance_is_about_the_instance() -> None:
    found = made(MINIMAL + "trust_anchors: [{name: a, purpose: [update]}]\n")
    assert [(c.subject, c.property, c.value, c.source.path) for c in found[1:]] == [
        (Subject("trust-anchor", "a"), "trust-anchor.name", "a", "trust_anchors[0].name"),
        (Subject("trust-anchor", "a"), "trust-anchor.purpose.any", True, "trust_anchors[0].purpose"),
        (Subject("trust-anchor", "a"), "trust-anchor.purpose", "update", "trust_anchors[0].purpose[0]"),
    ]


def test_stages_stand_below_boot() -> None:
    found = made(MINIMAL + "boot: {stages: [{name: rom, verified_by: hardware}]}\n")
    assert [(c.subject, c.property, c.source.path) for c in found] == [
        (PRODUCT, "boot-stage.any", "boot.stages"),
        (Subject("boot-stage", "rom"), "boot-stage.name", "boot.stages[0].name"),
        (Subject("boot-stage", "rom"), "boot-stage.verified-by", "boot.stages[0].verified_by"),
    ]


def test_a_practice_is_claimed_under_its_own_name() -> None:
    (claim,) = made(MINIMAL + "process: {threat_model: {done: false}}\n")
    assert claim[:3] == (PRODUCT, "process.threat-model", False)
    assert claim.source.path == "process.threat_model.done"


def test_a_document_claims_its_date() -> None:
    found = made(
        MINIMAL
        + "process: {roles: {document: {path: a, digest: 'sha-256:"
        + "ab" * 32
        + "', date: 2026-01-02}}}\n"
    )
    assert [(c.property, c.value) for c in found] == [("process.roles.document-date", "2026-01-02")]


@pytest.mark.parametrize(
    ("text", "property_", "value"),
    [
        (
            f"components: [{{name: a, digest: 'sha-256:{'ab' * 32}'}}]",
            "component.digest",
            Digest("sha-256", "ab" * 32),
        ),
        (
            f"components: [{{name: a, digest: 'sha-384:{'ab' * 48}'}}]",
            "component.digest",
            Digest("sha-384", "ab" * 48),
        ),
        ("support: {until: 2030-12-31}", "support.until", "2030-12-31"),
        (
            "identity: {vendor_id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
            "identity.vendor-id",
            "6ba7b8109dad11d180b400c04fd430c8",
        ),
        (
            "identity: {vendor_id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8, "
            "class_id: 7ba7b810-9dad-11d1-80b4-00c04fd430c8}",
            "identity.class-id",
            "7ba7b8109dad11d180b400c04fd430c8",
        ),
        ("identity: {oemid: '32473'}", "identity.oemid", "pen:32473"),
        ("components: [{name: a, suit_component_id: 00/0a}]", "component.suit-component-id", "00/0a"),
        ("update: {installed_sequence_number: 7}", "update.sequence-number", 7),
        ("lifecycle: secured", "lifecycle", "secured"),
    ],
)
def test_values_are_those_of_decoders(text: str, property_: str, value: object) -> None:
    (claim,) = of(MINIMAL + text, property_)
    assert claim.value == value
    assert type(claim.value) is type(value)


def test_the_vendor_identifier_follows_from_the_domain() -> None:
    text = "product: {vendor: Example, model: Node 1, vendor_domain: example.com}\n"
    (claim,) = made(text)
    assert claim.property == "identity.vendor-id"
    assert claim.value == uuid.uuid5(uuid.NAMESPACE_DNS, "example.com").hex
    assert claim.source == Source(None, "product.vendor_domain", 1, 58)
    # An identity section without a vendor identifier changes nothing.
    assert len(of(text + "identity: {per_device: true}", "identity.vendor-id")) == 1


def test_a_declared_vendor_identifier_is_claimed_once() -> None:
    declared = uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")
    text = "product: {vendor: Example, model: Node 1, vendor_domain: example.com}\n"
    (claim,) = of(text + f"identity: {{vendor_id: {declared}}}", "identity.vendor-id")
    assert claim.source.path == "identity.vendor_id"


def test_informative_leaves_claim_nothing() -> None:
    text = "example: true\nschema: iotassess/profile/v1\nevidence: [{artefact: a}]\n"
    assert made(MINIMAL + text) == ()


def test_claims_are_the_same_each_time(everything: dict[str, Any]) -> None:
    text = json.dumps(everything)
    assert made(text) == made(text)
    assert all(hash(claim) == hash(again) for claim, again in zip(made(text), made(text), strict=True))
