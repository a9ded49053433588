"""Rules for technologies of remote attestation: roles, tokens, and what they are compared with."""

from __future__ import annotations

from iotassess.profile.technology.model import (
    Beside,
    Conflict,
    From,
    Given,
    Implied,
    Need,
    Rules,
    Says,
    Version,
    flag,
    one,
    some,
    text,
)

EVIDENCE = (
    Beside("rats-eat"),
    Beside("psa-attestation"),
    Beside("tpm-measured-boot"),
    Says("attestation.formats", ("psa-token", "eat", "cca-token", "tpm-quote", "dice")),
)
"""Technologies and formats by which a device gives evidence."""

_SUPPORTED = ("attestation.supported", "attestation.supported", True)

_RATS = Rules(
    "rats",
    (
        Version("RFC 9334"),
        Version("draft-ietf-rats-architecture-*", "RFC 9334: the draft was published as that"),
    ),
    {
        "roles": some("Roles that the device plays.", "attester", "verifier", "relying-party"),
        "model": one("How results reach the relying party.", "background-check", "passport", "both"),
        "freshness": some("What keeps old evidence out.", "nonce", "timestamp", "epoch-id"),
        "verifier": text("Who appraises the evidence."),
    },
    needs=(
        Need(
            EVIDENCE,
            "a format of the evidence, as the architecture has none of its own",
            when=(Given("roles", ("attester",), silent=True),),
            silent=True,
        ),
    ),
    implies=(
        Implied(
            *_SUPPORTED, "an attester produces evidence", when=(Given("roles", ("attester",), silent=True),)
        ),
        Implied("attestation.verifier", "attestation.verifier", From("verifier"), "the parameter says it"),
    ),
    example={"roles": ["attester"], "model": "background-check", "freshness": ["nonce"]},
    version="RFC 9334",
)

_EAT = Rules(
    "rats-eat",
    (
        Version("RFC 9711"),
        Version("draft-ietf-rats-eat-*", "RFC 9711: drafts have other claim numbers"),
    ),
    {
        "encoding": some(
            "Forms of the token: CWT, JWT, unsigned claims set, detached bundle.", "cwt", "jwt", "ucs", "deb"
        ),
        "profile": one(
            "Profile of EAT that it follows; none where it is a plain one.", "none", "psa", "cca", "other"
        ),
        "algorithms": some("Algorithms that sign it, by their IANA COSE registry names."),
        "nonce": flag("It contains the verifier's challenge."),
        "measurements": flag("It has measurements of the running software."),
    },
    builds_on=("cose",),
    conflicts=(
        Conflict(
            (Given("encoding", ("ucs",), alone=True),),
            "An unsigned claims set is worth as much as the channel that carries it.",
            "warning",
        ),
        Conflict(
            (Given("encoding", ("ucs",), alone=True), Given("algorithms")),
            "An unsigned claims set has no signature algorithm.",
        ),
    ),
    implies=(
        Implied(*_SUPPORTED, "a token is evidence"),
        Implied(
            "attestation.format",
            "attestation.formats",
            "eat",
            "the parameter profile says that it is a token of its own",
            when=(Given("profile", ("none", "other")),),
        ),
        Implied(
            "attestation.format",
            "attestation.formats",
            "psa-token",
            "the parameter profile says so",
            when=(Given("profile", ("psa",)),),
        ),
        Implied(
            "attestation.format",
            "attestation.formats",
            "cca-token",
            "the parameter profile says so",
            when=(Given("profile", ("cca",)),),
        ),
        Implied(
            "attestation.algorithm", "attestation.algorithms", From("algorithms"), "the parameter says it"
        ),
        Implied("attestation.nonce-bound", "attestation.nonce_bound", From("nonce"), "the parameter says it"),
        Implied(
            "attestation.measures-software",
            "attestation.measures_software",
            From("measurements"),
            "the parameter says it",
        ),
    ),
    example={"encoding": ["cwt"], "profile": "none", "algorithms": ["ESP256"], "nonce": True},
    version="RFC 9711",
)

_PSA = Rules(
    "psa-attestation",
    (
        Version("RFC 9783"),
        Version("tag:psacertified.org,2023:psa#tfm"),
        Version("http://arm.com/psa/2.0.0", "RFC 9783, whose tokens have other claim numbers"),
        Version("PSA_IOT_PROFILE_1", "RFC 9783, whose tokens have other claim numbers"),
    ),
    {
        "key_type": one("Kind of the attestation key.", "asymmetric", "symmetric"),
        "algorithms": some("Algorithms that sign it, by their IANA COSE registry names."),
        "certification_reference": text("Certificate of the platform that the token names."),
        "verification_service": text("Address that the token gives for verification."),
    },
    builds_on=("rats-eat", "cose"),
    needs=(
        Need(
            (Says("hardware.root_of_trust.type", ("rom", "otp", "secure-element", "tpm")),),
            "the token speaks for a root of trust",
        ),
    ),
    implies=(
        Implied(*_SUPPORTED, "a token is evidence"),
        Implied("attestation.format", "attestation.formats", "psa-token", "that is its format"),
        Implied(
            "attestation.nonce-bound",
            "attestation.nonce_bound",
            True,
            "RFC 9783 section 4.1.1 makes the challenge a part of every token",
        ),
        Implied(
            "attestation.algorithm", "attestation.algorithms", From("algorithms"), "the parameter says it"
        ),
    ),
    example={"key_type": "asymmetric", "algorithms": ["ESP256"]},
    version="RFC 9783",
)

_CORIM = Rules(
    "corim",
    (
        Version("draft-ietf-rats-corim-*"),
        Version("draft-birkholz-rats-corim-*", "draft-ietf-rats-corim, whose tags differ"),
    ),
    {
        "profile": text("Profile that it follows: a URI or an object identifier."),
        "content": some(
            "What it says.",
            *("reference-values", "endorsed-values", "attestation-keys", "identity-keys", "coswid"),
        ),
        "signed": flag("It is a signed CoRIM."),
    },
    builds_on=("cose",),
    needs=(
        Need(
            (Says("attestation.supported", (True,)), Beside("rats"), *EVIDENCE),
            "reference values are compared with evidence",
            denied="warning",
            silent=True,
        ),
        Need(
            (Beside("coswid"),),
            "it carries such tags",
            when=(Given("content", ("coswid",)),),
            silent=True,
        ),
    ),
    implies=(
        Implied(
            "attestation.reference-values-published",
            "attestation.reference_values_published",
            True,
            "it carries reference values to verifiers",
            when=(Given("content", ("reference-values",)),),
        ),
    ),
    example={"content": ["reference-values"], "signed": True},
    version="draft-ietf-rats-corim-11",
)

_COSWID = Rules(
    "coswid",
    (
        Version("RFC 9393"),
        Version("draft-ietf-sacm-coswid-*", "RFC 9393: the draft was published as that"),
    ),
    {
        "tag_type": one("Kind of the tag.", "primary", "patch", "corpus", "supplemental"),
        "carried_in": some("Where it is found.", "alone", "corim", "suit-manifest", "device"),
        "signed": flag("The tag itself is signed."),
        "payload_digests": flag("It has digests of the files that it lists."),
    },
    needs=(
        Need(
            (Beside("corim"),),
            "it is carried in one",
            when=(Given("carried_in", ("corim",)),),
            silent=True,
        ),
        Need(
            (Beside("suit-manifest"), Says("update.mechanisms", ("suit", "teep"))),
            "it is carried in a SUIT manifest",
            when=(Given("carried_in", ("suit-manifest",)),),
            denied="warning",
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Given("carried_in", ("alone",), alone=True), Given("signed", (False,))),
            "A tag that stands alone and is not signed is anybody's statement.",
            "warning",
        ),
    ),
    example={"tag_type": "primary", "carried_in": ["suit-manifest"], "payload_digests": True},
    version="RFC 9393",
)

RULES = (_RATS, _EAT, _PSA, _CORIM, _COSWID)
