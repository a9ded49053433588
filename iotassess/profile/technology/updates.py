"""Rules for technologies of update: what describes it, what reports on it, and what they follow."""

from __future__ import annotations

from iotassess.profile.technology.model import (
    Beside,
    Conflict,
    From,
    Given,
    Implied,
    Member,
    Need,
    Rules,
    Says,
    UpdatedOnlyBy,
    Version,
    flag,
    one,
    some,
)

SUIT_NAMED = (Says("update.mechanisms", ("suit", "teep")),)
FOR_UPDATES = Given("uses", ("update",), silent=True)
ONLY_SUIT = (FOR_UPDATES, UpdatedOnlyBy(("suit", "teep")))
UPDATABLE = Conflict(
    (Says("update.supported", (False,)),), "It is about updates; the profile says that there are none."
)

_SUIT = Rules(
    "suit-manifest",
    (
        *(
            Version(f"draft-ietf-suit-manifest-{n:02}", "revision 28 or later, which has other key numbers")
            for n in range(28)
        ),
        Version("draft-ietf-suit-manifest-*"),
    ),
    {
        "uses": some("What manifests are used for.", "update", "boot"),
        "algorithm_profile": one(
            "Algorithm profile (draft-ietf-suit-mti), by its name in the IANA registry.",
            "suit-sha256-hmac-a128kw-a128ctr",
            "suit-sha256-esp256-ecdh-a128ctr",
            "suit-sha256-ed25519-ecdh-a128ctr",
            "suit-sha256-esp256-ecdh-a128gcm",
            "suit-sha256-ed25519-ecdh-chacha-poly",
            "suit-sha256-hsslms-a256kw-a256ctr",
            "other",
        ),
        "sequence_number_enforced": flag("A manifest with a lower sequence number is refused."),
        "identifiers_checked": flag("Vendor and class identifiers are conditions of every manifest."),
        "encrypted": flag("Payloads are encrypted."),
        "multiple_signers": flag("Several trust domains sign parts of an update."),
    },
    builds_on=("cose", "rfc9124"),
    needs=(
        Need(
            SUIT_NAMED,
            "SUIT is then one of the update mechanisms",
            when=(FOR_UPDATES,),
        ),
        Need(
            (Member("update_mechanisms", {"technology": ("suit", "teep")}),),
            "SUIT is then what one of the update mechanisms is built on",
            when=(FOR_UPDATES,),
        ),
    ),
    conflicts=(
        Conflict(
            (Given("uses", ("update",)), Says("update.supported", (False,))),
            "What describes updates is not used for them where there are none.",
        ),
        Conflict(
            (Says("update.supported", (False,)), Given("uses", ("update",), silent=True)),
            "If manifests are used for booting alone, say so with the parameter uses.",
            "warning",
        ),
    ),
    implies=(
        Implied(
            "update.authenticated",
            "update.authenticated",
            True,
            "a manifest without a valid signature or MAC is not processed",
            when=ONLY_SUIT,
        ),
        Implied(
            "update.integrity-checked",
            "update.integrity_checked",
            True,
            "payloads are held against digests in the manifest",
            when=ONLY_SUIT,
        ),
        Implied(
            "update.anti-rollback",
            "update.anti_rollback",
            From("sequence_number_enforced"),
            "the parameter says it",
            when=ONLY_SUIT,
        ),
        Implied(
            "update.target-checked",
            "update.target_checked",
            From("identifiers_checked"),
            "the parameter says it",
            when=ONLY_SUIT,
        ),
        Implied(
            "update.encrypted",
            "update.encrypted",
            From("encrypted"),
            "the parameter says it",
            when=ONLY_SUIT,
        ),
    ),
    example={
        "uses": ["update"],
        "algorithm_profile": "suit-sha256-esp256-ecdh-a128ctr",
        "sequence_number_enforced": True,
    },
    version="draft-ietf-suit-manifest-37",
)

_NEEDS_MANIFEST = Need(
    (
        Beside("suit-manifest"),
        *SUIT_NAMED,
        Member("update_mechanisms", {"technology": ("suit", "teep")}),
    ),
    "it reports what became of a SUIT manifest",
    denied="warning",
    silent=True,
)

_REPORT = Rules(
    "suit-report",
    (Version("draft-ietf-suit-report-*"),),
    {
        "carried_in": one("What carries it.", "eat", "teep", "http", "coap", "other"),
        "protected_by": one("What authenticates it.", "cose", "eat", "channel", "none"),
        "sent": some("When it is sent.", "on-success", "on-failure"),
    },
    needs=(
        _NEEDS_MANIFEST,
        Need(
            (Beside("rats-eat"), Beside("psa-attestation"), Says("attestation.supported", (True,))),
            "an attestation token carries it",
            when=(Given("carried_in", ("eat",)),),
            silent=True,
        ),
        Need(
            (Beside("teep-protocol"), Says("hardware.isolation.tee.managed_by", ("teep",))),
            "a TEEP message carries it",
            when=(Given("carried_in", ("teep",)),),
            silent=True,
        ),
    ),
    conflicts=(
        Conflict(
            (Given("protected_by", ("none",)),),
            "A report that nothing authenticates can be anybody's.",
            "warning",
        ),
        Conflict(
            (Given("protected_by", ("eat",)), Given("carried_in", ("teep", "http", "coap", "other"))),
            "An attestation token protects the report that it carries, and no other.",
        ),
    ),
    example={"carried_in": "eat", "protected_by": "eat", "sent": ["on-success", "on-failure"]},
    version="draft-ietf-suit-report-22",
)

_RFC9019 = Rules(
    "rfc9019",
    (
        Version("RFC 9019"),
        Version("draft-ietf-suit-architecture-*", "RFC 9019: the draft was published as that"),
    ),
    {
        "initiative": one("Who starts an update.", "server", "device", "both"),
        "recovery": one(
            "What a device does when an update fails.", "other-slot", "recovery-image", "retry", "none"
        ),
        "status_tracker": flag("Somebody follows the state of updates across the fleet."),
    },
    conflicts=(
        UPDATABLE,
        Conflict(
            (Given("recovery", ("none",)), Says("update.rollback_on_failure", (True,))),
            "A device that goes back to the old software recovers.",
        ),
        Conflict(
            (Given("recovery", ("none",)),),
            "The architecture asks for a way back from a failed update.",
            "warning",
        ),
    ),
    example={"initiative": "device", "recovery": "other-slot"},
    version="RFC 9019",
)

_RFC9124 = Rules(
    "rfc9124",
    (
        Version("RFC 9124"),
        Version("draft-ietf-suit-information-model-*", "RFC 9124: the draft was published as that"),
    ),
    {"encoding": one("The format that encodes it.", "suit", "other")},
    needs=(
        Need(
            (Beside("suit-manifest"), *SUIT_NAMED),
            "the encoding is a SUIT manifest",
            when=(Given("encoding", ("suit",)),),
            denied="warning",
            silent=True,
        ),
    ),
    conflicts=(UPDATABLE,),
    example={"encoding": "suit"},
    version="RFC 9124",
)

RULES = (_SUIT, _REPORT, _RFC9019, _RFC9124)
