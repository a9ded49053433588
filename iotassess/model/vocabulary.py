"""The closed vocabulary of properties: what a claim can be about, and how two values are compared.

Two groups make it up. :data:`COMPARED` holds the properties that artefacts can show; each says how values
from different sources are compared and which discrepancy a disagreement is. Every other property comes
from a leaf of the profile model (:func:`iotassess.model.profile.leaves.declared_properties`): it can only be
declared or documented, so there is nothing to compare it with.

Properties that state the same quantity from different vantage points form a *family* and are compared with
each other: a component's declared digest, the digest that a manifest gives, the measurement in a token and
the digest of the image file are four properties of the family ``component.digest``. The discrepancy of a pair
is that of the member with the higher ``rank``, so that the name says which vantage point disagrees.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from iotassess.model.claim import SubjectKind

ValueType = Literal["bool", "uint", "number", "text", "enum", "digest", "date"]
Cardinality = Literal["one", "set", "alternatives"]
Comparison = Literal["equal", "digest", "at-least", "member", "refines", "none"]


class Property(NamedTuple):
    """One kind of statement.

    Attributes:
        id: permanent id; a profile leaf's id is its path in kebab-case.
        subject: kind of subject that it is about.
        type: type of its values.
        meaning: one sentence, with the source of the definition where there is one.
        shown_by: artefact kinds that can show it; empty when it can only be declared or documented.
        cardinality: ``one`` value holds; or a declared ``set`` of which evidence shows members; or the
            artefact gives ``alternatives`` of which one has to fit (several class identifiers).
        compare: how two values of the family are held against each other.
        order: for ``refines``, the values from weakest to strongest.
        discrepancy: id of the disagreement, or None where values are not compared.
        family: properties of one family are compared with each other; default is the property's own id.
        rank: the higher rank of two disagreeing properties names the discrepancy.
        identity: its agreement says which product an artefact is about.
        per_device: it is about one device, so that every sampled device has to answer, and devices are not
            compared with each other.
        touches: properties that fall with it: a disagreement about it puts them in doubt, too.
    """

    id: str
    subject: SubjectKind
    type: ValueType
    meaning: str
    shown_by: tuple[str, ...] = ()
    cardinality: Cardinality = "one"
    compare: Comparison = "none"
    order: tuple[str, ...] = ()
    discrepancy: str | None = None
    family: str = ""
    rank: int = 0
    identity: bool = False
    per_device: bool = False
    touches: tuple[str, ...] = ()

    @property
    def joins(self) -> str:
        """The family that it is compared in."""
        return self.family or self.id


TOKENS = ("psa-token", "eat-cwt", "eat-jwt", "eat-ucs", "eat-deb")
MANIFEST = ("suit-envelope",)
IMAGE = ("firmware-image",)

DEBUG_STATES = (
    "enabled",
    "disabled",
    "disabled-since-boot",
    "disabled-permanently",
    "disabled-fully-and-permanently",
)
"""Weakest first: the names of RFC 9711 section 4.2.9 in kebab-case, value = index."""

UNINTELLIGIBLE = "unintelligible"
"""Value of a state that an artefact gives in a way that no specification defines, or that it must give and
does not: it is an answer of its own, so that another artefact's good answer does not stand alone."""

LIFECYCLES = (
    "unknown",
    "assembly-and-test",
    "psa-rot-provisioning",
    "secured",
    "non-psa-rot-debug",
    "recoverable-psa-rot-debug",
    "decommissioned",
)
"""RFC 9783 section 4.3.1 in kebab-case; the high byte of the value is 0x00, 0x10 … 0x60."""

_COMPARED = (
    # Identity: which product is this about?
    Property(
        "identity.vendor-id",
        "product",
        "text",
        "SUIT vendor identifier, a UUID in hex; version 5 of the vendor's domain by convention.",
        MANIFEST,
        "alternatives",
        "equal",
        discrepancy="vendor-id-mismatch",
        identity=True,
    ),
    Property(
        "identity.class-id",
        "product",
        "text",
        "SUIT class identifier, a UUID in hex; version 5 of vendor identifier and model by convention.",
        MANIFEST,
        "alternatives",
        "equal",
        discrepancy="class-id-mismatch",
        identity=True,
    ),
    Property(
        "identity.implementation-id",
        "product",
        "text",
        "Which PSA root of trust implementation this is, 32 bytes in hex (RFC 9783 section 4.2.2).",
        ("psa-token",),
        "one",
        "equal",
        discrepancy="implementation-id-mismatch",
        identity=True,
    ),
    Property(
        "identity.oemid",
        "product",
        "text",
        "The maker's identifier with its form: pen:, ieee: or random: (RFC 9711 section 4.2.3).",
        TOKENS,
        "one",
        "equal",
        discrepancy="oemid-mismatch",
        identity=True,
    ),
    Property(
        "identity.hwmodel",
        "product",
        "text",
        "Hardware model, 1 to 32 bytes in hex (RFC 9711 section 4.2.4).",
        TOKENS,
        "one",
        "equal",
        discrepancy="hwmodel-mismatch",
        identity=True,
    ),
    Property(
        "product.firmware-version",
        "product",
        "text",
        "Version of the whole release (EAT swversion of the device).",
        TOKENS,
        "one",
        "equal",
        discrepancy="version-mismatch",
    ),
    Property(
        "product.hardware-revision",
        "product",
        "text",
        "Hardware revision (EAT hwversion).",
        TOKENS,
        "one",
        "equal",
        discrepancy="version-mismatch",
    ),
    Property(
        "device.attestation-key",
        "device",
        "text",
        "SHA-256 over the SubjectPublicKeyInfo of the key that signs this device's tokens (hex).",
        TOKENS,
        "one",
        "equal",
        discrepancy="instance-key-mismatch",
        touches=("attestation.supported",),
        per_device=True,
    ),
    # Components: what is the software, from four vantage points?
    Property(
        "component.digest",
        "component",
        "digest",
        "Digest of a component's image in the release: as declared, or as a manifest gives it.",
        MANIFEST,
        "one",
        "digest",
        discrepancy="component-digest-mismatch",
        rank=1,
    ),
    Property(
        "component.measurement",
        "component",
        "digest",
        "Digest of a component as a device measured it (RFC 9783 section 4.4.1).",
        TOKENS,
        "one",
        "digest",
        discrepancy="measurement-mismatch",
        family="component.digest",
        rank=2,
        per_device=True,
    ),
    Property(
        "component.image-digest",
        "component",
        "digest",
        "Digest of the image file that was supplied, computed here.",
        IMAGE,
        "one",
        "digest",
        discrepancy="image-digest-mismatch",
        family="component.digest",
        rank=3,
    ),
    Property(
        "component.size",
        "component",
        "uint",
        "Size of a component's image in bytes.",
        MANIFEST + IMAGE,
        "one",
        "equal",
        discrepancy="image-digest-mismatch",
    ),
    Property(
        "component.version",
        "component",
        "text",
        "Version of a component.",
        TOKENS + MANIFEST,
        "one",
        "equal",
        discrepancy="version-mismatch",
    ),
    Property(
        "component.signer",
        "component",
        "text",
        "Identifier of the key that signed a component, hash in hex (RFC 9783 section 4.4.1).",
        TOKENS,
        "one",
        "equal",
        discrepancy="signer-mismatch",
    ),
    # State of a device
    Property(
        "debug.state",
        "product",
        "enum",
        "State of the debug facilities (RFC 9711 section 4.2.9).",
        TOKENS,
        "one",
        "refines",
        order=DEBUG_STATES,
        discrepancy="debug-contradiction",
        per_device=True,
    ),
    Property(
        "lifecycle",
        "product",
        "enum",
        "Security lifecycle of a device in the field (RFC 9783 section 4.3.1).",
        TOKENS,
        "one",
        "equal",
        discrepancy="lifecycle-contradiction",
        per_device=True,
    ),
    Property(
        "boot.secure-boot",
        "product",
        "bool",
        "Only software authorised by the maker boots (EAT oemboot, RFC 9711 section 4.2.8).",
        TOKENS,
        "one",
        "equal",
        discrepancy="secure-boot-contradiction",
        per_device=True,
    ),
    Property(
        "attestation.supported",
        "product",
        "bool",
        "The device can produce attestation evidence.",
        TOKENS,
        "one",
        "equal",
        discrepancy="attestation-contradiction",
        per_device=True,
    ),
    Property(
        "attestation.format",
        "product",
        "enum",
        "Format of the evidence: psa-token, eat, cca-token, tpm-quote, dice.",
        TOKENS,
        "set",
        "member",
        discrepancy="attestation-contradiction",
    ),
    Property(
        "attestation.algorithm",
        "product",
        "text",
        "Algorithm that signs the evidence (IANA COSE registry name).",
        TOKENS,
        "set",
        "member",
        discrepancy="algorithm-undeclared",
    ),
    Property(
        "attestation.nonce-bound",
        "product",
        "bool",
        "The evidence contains the verifier's challenge, so it is not a replay (RFC 9334 section 10).",
        TOKENS,
        "one",
        "equal",
        discrepancy="attestation-contradiction",
        per_device=True,
        touches=("attestation.supported",),
    ),
    Property(
        "attestation.measures-software",
        "product",
        "bool",
        "The evidence has measurements of the software that runs.",
        TOKENS,
        "one",
        "equal",
        discrepancy="attestation-contradiction",
        per_device=True,
    ),
    # Update
    Property(
        "update.authenticated",
        "product",
        "bool",
        "An update is accepted only with a valid signature or MAC of an authorised party.",
        MANIFEST,
        "one",
        "equal",
        discrepancy="update-authenticity-contradiction",
    ),
    Property(
        "update.signature-algorithm",
        "product",
        "text",
        "Algorithm that authenticates an update (IANA COSE registry name).",
        MANIFEST,
        "set",
        "member",
        discrepancy="algorithm-undeclared",
    ),
    Property(
        "update.integrity-checked",
        "product",
        "bool",
        "Every payload is held against a digest in the authenticated manifest before it is used.",
        MANIFEST,
        "one",
        "equal",
        discrepancy="update-authenticity-contradiction",
    ),
    Property(
        "update.target-checked",
        "product",
        "bool",
        "An update names the vendor and the class of device that may install it, and both are checked.",
        MANIFEST,
        "one",
        "equal",
        discrepancy="update-authenticity-contradiction",
    ),
    Property(
        "update.encrypted",
        "product",
        "bool",
        "Payloads of an update are encrypted.",
        MANIFEST,
        "one",
        "equal",
        discrepancy="update-encryption-contradiction",
    ),
    Property(
        "update.transport",
        "product",
        "enum",
        "How a payload reaches the device: the scheme of its URI.",
        MANIFEST,
        "set",
        "member",
        discrepancy="update-transport-contradiction",
    ),
    Property(
        "update.sequence-number",
        "product",
        "uint",
        "Sequence number of an update; never lower than the one installed (SUIT manifest section 8.4.2).",
        MANIFEST,
        "one",
        "at-least",
        discrepancy="anti-rollback-contradiction",
    ),
    Property(
        "update.ab-slots",
        "product",
        "bool",
        "An update goes to the slot that does not run, so that a failed one leaves the old software.",
        MANIFEST,
        "one",
        "none",
    ),
    Property(
        "boot.image-verified",
        "product",
        "bool",
        "Each component is held against its digest at every boot (SUIT validate sequence).",
        MANIFEST,
        "one",
        "none",
    ),
    # Cryptography seen anywhere
    Property(
        "crypto.algorithms",
        "product",
        "text",
        "An algorithm in use (IANA COSE registry name, or its usual name elsewhere).",
        TOKENS + MANIFEST,
        "set",
        "member",
        discrepancy="algorithm-undeclared",
    ),
)

COMPARED: dict[str, Property] = {row.id: row for row in _COMPARED}
"""Properties that artefacts can show, by id."""

LOCATORS: dict[str, str] = {
    "suit-component-id": "component.suit-component-id",
    "measurement-type": "component.measurement-type",
}
"""Naming scheme of a decoder → the declared property whose value finds the subject in the profile."""

BINDING_SETS: tuple[frozenset[str], ...] = (
    frozenset({"identity.implementation-id"}),
    frozenset({"identity.vendor-id", "identity.class-id"}),
    frozenset({"identity.oemid", "identity.hwmodel"}),
)
"""Identity properties that together say which product an artefact is about."""

assert len(COMPARED) == len(_COMPARED), "a property id stands twice"  # noqa: S101 - a bug at import
