"""Cross-checks with the user's denylist: what is known to be bad is bad wherever it turns up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from iotassess.crosscheck.join import make_discrepancy
from iotassess.crosscheck.rules import Scene
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import Claim, Subject, Value, is_authoritative, is_declared

IN_USE = "denied-firmware-in-use"


def denied_firmware(scene: Scene) -> Iterator[Discrepancy]:
    """Firmware that the denylist names is declared, released, or measured on a device."""
    if not scene.denied:
        return
    groups: dict[tuple[Subject, Value], list[Claim]] = defaultdict(list)
    for claim in scene.table.claims:
        if claim.value in scene.denied and not claim.other:
            groups[claim.subject, claim.value].append(claim)
    for (subject, digest), claims in groups.items():
        shown = [c for c in claims if not is_declared(c)]
        declared = next((c for c in claims if is_declared(c)), None)
        where = ", ".join(dict.fromkeys(str(c.source) for c in claims))
        yield make_discrepancy(
            IN_USE,
            subject,
            f"{where}: {subject} is {digest}, which the denylist names; "
            "update the product, or find out why it still has that",
            declared=declared,
            evidenced=shown,
            properties=["component.digest", *(c.property for c in claims)],
            error=any(map(is_authoritative, shown)),
        )
