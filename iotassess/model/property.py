"""What one property of the vocabulary is: its type, who shows it, and how two values are compared."""

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
        owed_by: artefact kinds whose devices owe an answer beside those of ``shown_by``: what is shown about
            another artefact (a result about a token) is owed for each of these.
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
    owed_by: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()

    @property
    def joins(self) -> str:
        """The family that it is compared in."""
        return self.family or self.id


TOKENS = ("psa-token", "eat-cwt", "eat-jwt", "eat-ucs", "eat-deb", "cca-token")
MANIFEST = ("suit-envelope",)
IMAGE = ("firmware-image",)
BOOTABLE = ("mcuboot-image",)
REFERENCES = ("corim", "comid", "coswid")
DESCRIPTION = ("mud", "mud-signed")
CERTIFICATE = ("x509-chain",)
ONBOARDING = ("brski-voucher", "fdo-voucher", "teep-message")

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
