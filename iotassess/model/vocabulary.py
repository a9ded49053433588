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

from iotassess.model import (
    compared_attestation,
    compared_identity,
    compared_network,
    compared_software,
    compared_update,
)
from iotassess.model.property import (
    BOOTABLE,
    CERTIFICATE,
    DEBUG_STATES,
    DESCRIPTION,
    IMAGE,
    LIFECYCLES,
    MANIFEST,
    ONBOARDING,
    REFERENCES,
    TOKENS,
    UNINTELLIGIBLE,
    Cardinality,
    Comparison,
    Property,
    ValueType,
)

__all__ = [
    "BINDING_SETS",
    "BOOTABLE",
    "CERTIFICATE",
    "COMPARED",
    "DEBUG_STATES",
    "DESCRIPTION",
    "IMAGE",
    "LIFECYCLES",
    "LOCATORS",
    "MANIFEST",
    "ONBOARDING",
    "REFERENCES",
    "TOKENS",
    "UNINTELLIGIBLE",
    "Cardinality",
    "Comparison",
    "Property",
    "ValueType",
]

_COMPARED = (
    *compared_identity.ROWS,
    *compared_software.ROWS,
    *compared_attestation.ROWS,
    *compared_update.ROWS,
    *compared_network.ROWS,
)

COMPARED: dict[str, Property] = {row.id: row for row in _COMPARED}
"""Properties that artefacts can show, by id."""

LOCATORS: dict[str, str] = {
    "suit-component-id": "component.suit-component-id",
    "measurement-type": "component.measurement-type",
    "swid-tag-id": "component.swid-tag-id",
    "serial": "device.serial",
    "identity-key": "device.identity-key",
}
"""Naming scheme of a decoder → the declared property whose value finds the subject in the profile."""

BINDING_SETS: tuple[frozenset[str], ...] = (
    frozenset({"identity.implementation-id"}),
    frozenset({"identity.vendor-id", "identity.class-id"}),
    frozenset({"identity.oemid", "identity.hwmodel"}),
    frozenset({"product.vendor", "product.model"}),
    frozenset({"network.mud-url"}),
    frozenset({"component.swid-tag-id"}),
    frozenset({"device.serial"}),
    frozenset({"device.identity-key"}),
)
"""Identity properties that together say which product an artefact is about."""

assert len(COMPARED) == len(_COMPARED), "a property id stands twice"  # noqa: S101 - a bug at import
