"""Cross-checks with the user's denylist: what is known to be bad is bad wherever it turns up."""

from __future__ import annotations

from collections.abc import Iterator

from iotassess.crosscheck.join import make_discrepancy
from iotassess.crosscheck.rules import Scene
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Digest, is_authoritative

DENIED = "firmware-denied"
IN_USE = "denied-firmware-in-use"


def denied_firmware(scene: Scene) -> Iterator[Discrepancy]:
    """Firmware that the denylist names is declared, released, or measured on a device."""
    denied = {
        (artefact.path, found.at) for artefact in scene.artefacts for found in artefact.problems
        if found.id == DENIED
    }  # fmt: skip
    shown = [c for c in scene.table.claims if (c.source.artefact, c.source.path) in denied and _is_digest(c)]
    digests = {c.value for c in shown}
    declared = [c for c in scene.table.of("component.digest") if c.value in digests]
    for claim in shown:
        if claim.other:
            continue
        yield make_discrepancy(
            IN_USE,
            claim.subject,
            f"{claim.source}: {claim.subject} is {claim.value}, which the denylist names; "
            "update the product, or find out why it still has that",
            declared=next((c for c in declared if c.subject == claim.subject), None),
            evidenced=[claim],
            properties=[claim.property, "component.digest"],
            error=is_authoritative(claim),
        )


def _is_digest(claim: Claim) -> bool:
    return isinstance(claim.value, Digest) and claim.subject != PRODUCT
