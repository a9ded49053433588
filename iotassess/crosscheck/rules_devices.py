"""Cross-checks about devices: their keys, state and certificates, and what verifiers made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from iotassess.crosscheck.join import make_discrepancy
from iotassess.crosscheck.rules import Scene
from iotassess.model.assessment import Discrepancy
from iotassess.model.claim import PRODUCT, Claim, Grade, Source, is_authoritative, is_declared

UNSECURED = ("unknown", "assembly-and-test", "psa-rot-provisioning")
"""Lifecycles in which a PSA root of trust does not enforce secure boot (RFC 9783 section 4.3.1)."""


def failed_measurement(scene: Scene) -> Iterator[Discrepancy]:
    """A device reports that a part of it failed its own check (EAT measres, RFC 9711 section 4.2.17)."""
    for artefact in scene.artefacts:
        failed = [p for p in artefact.problems if p.id == "eat-measurement-failed"]
        if not failed:
            continue
        source = Source(artefact.path, failed[0].at or "measres")
        claim = Claim(
            PRODUCT, "attestation.measures-software", False, artefact.grade or Grade.DECODED, source
        )
        yield make_discrepancy(
            "measurement-mismatch",
            PRODUCT,
            f"{source}: {failed[0].message}; find out what is on the device",
            declared=None,
            evidenced=[claim],
            properties=["attestation.measures-software", "component.measurement"],
            error=is_authoritative(claim),
        )


KEYS_OF_DEVICES: tuple[tuple[str, str], ...] = (
    ("device.attestation-key", "sign with the same key"),
    ("device.identity-key", "have certificates for the same key"),
)
"""Properties whose value is a key of one device, and what several devices with one value do."""


def shared_key(scene: Scene) -> Iterator[Discrepancy]:
    """Two devices have one key: whoever opens one device can speak for the other."""
    for property, what in KEYS_OF_DEVICES:
        by_key: dict[object, list[Claim]] = defaultdict(list)
        for claim in scene.table.of(property):
            by_key[claim.value].append(claim)
        for key, claims in by_key.items():
            if len({c.subject for c in claims}) < 2:
                continue
            shown = [c for c in claims if not is_declared(c)]
            devices = ", ".join(sorted({c.subject.name[:18] for c in claims}))
            declared = next((c for c in claims if is_declared(c)), None)
            yield make_discrepancy(
                "shared-key-across-devices",
                PRODUCT,
                f"devices {devices} … {what} {str(key)[:16]}…; give each device a key of its own",
                declared=declared,
                evidenced=shown,
                properties=[property, "key.unique", "identity.per-device"],
                error=sum(is_authoritative(c) for c in shown) >= min(2, len(shown)) and bool(shown),
            )


def unsecured_lifecycle(scene: Scene) -> Iterator[Discrepancy]:
    """Secure boot is declared, and a token shows a lifecycle in which it is not enforced."""
    declared = next((c for c in scene.table.about(PRODUCT, "boot.secure-boot") if is_declared(c)), None)
    if declared is None or declared.value is not True:
        return
    for claim in scene.table.about(PRODUCT, "lifecycle"):
        if is_declared(claim) or claim.value not in UNSECURED:
            continue
        yield make_discrepancy(
            "secure-boot-contradiction",
            PRODUCT,
            f"{declared.source.path} declares secure boot, but {claim.source} shows lifecycle {claim.value}, "
            "in which it is not enforced; hand in a token of a device as sold",
            declared=declared,
            evidenced=[claim],
            properties=["boot.secure-boot", "lifecycle"],
            error=is_authoritative(claim),
        )


def short_certificate(scene: Scene) -> Iterator[Discrepancy]:
    """A certificate of a device ends before the declared support does: it cannot be known by it any more."""
    until = next((c for c in scene.table.about(PRODUCT, "support.until") if is_declared(c)), None)
    if until is None:
        return
    for claim in scene.table.of("device.certificate-expires"):
        if claim.other or str(claim.value) >= str(until.value):  # both are ISO dates
            continue
        yield make_discrepancy(
            "certificate-ends-before-support",
            claim.subject,
            f"{claim.source}: the certificate ends on {claim.value}, support on {until.value} (line "
            f"{until.source.line}); renew it in the field, or issue it for longer",
            declared=until,
            evidenced=[claim],
            properties=["device.certificate-expires", "identity.enrolment.scalable"],
            error=is_authoritative(claim),
        )


def contraindicated_appraisal(scene: Scene) -> Iterator[Discrepancy]:
    """Another verifier says not to trust a device of this product."""
    for claim in scene.table.about(PRODUCT, "attestation.appraisal"):
        if claim.value != "contraindicated" or claim.other:
            continue
        yield make_discrepancy(
            "attestation-contradiction",
            PRODUCT,
            f"{claim.source}: another verifier's appraisal is contraindicated; find out what it found",
            declared=None,
            evidenced=[claim],
            properties=["attestation.supported", "attestation.measures-software", "attestation.appraisal"],
            error=is_authoritative(claim),
        )
