"""Small claims and artefacts to cross-check, without any bytes."""

from __future__ import annotations

from typing import Any

from iotassess.model.artefact import Artefact, Role, Shown, SignatureResult
from iotassess.model.claim import PRODUCT, Claim, Digest, Source, Subject
from iotassess.model.profile.leaves import all_properties

PROPERTIES = all_properties()
APP = Subject("component", "app")
APP_IN_TOKEN = Subject("component", "ARoT", "measurement-type")
APP_IN_MANIFEST = Subject("component", "617070", "suit-component-id")
GOOD = Digest("sha-256", "aa" * 32)
BAD = Digest("sha-256", "bb" * 32)
VENDOR = "11" * 16
CLASS = "22" * 16
IMPLEMENTATION = "33" * 32


def declare(property: str, value: Any, subject: Subject = PRODUCT, line: int = 1) -> Claim:
    return Claim(subject, property, value, 0, Source(None, property, line, 1))


def profile(*more: Claim) -> list[Claim]:
    """A product that every artefact below can be bound to."""
    return [
        declare("identity.vendor-id", VENDOR),
        declare("identity.class-id", CLASS),
        declare("identity.implementation-id", IMPLEMENTATION),
        declare("component.any", True),
        declare("component.digest", GOOD, APP),
        declare("component.version", "1.0", APP),
        declare("component.suit-component-id", "617070", APP),
        declare("component.measurement-type", "ARoT", APP),
        *more,
    ]


def signed(purpose: str | None = "update", source: str | None = "user", **more: Any) -> SignatureResult:
    fields: dict[str, Any] = {"key": "anchor", "thumbprint": "ab" * 32, **more}
    return SignatureResult(
        "COSE_Sign1", "ES256", None, "verified", anchor_source=source, anchor_purpose=purpose, **fields
    )


def artefact(kind: str, purpose: str | None, shown: list[Shown], **more: Any) -> Artefact:
    fields: dict[str, Any] = {
        "path": f"{kind}.bin",
        "authenticity": "authenticated",
        "signatures": (signed(purpose),),
        **more,
    }
    path = fields.pop("path")
    authenticity = fields.pop("authenticity")
    return Artefact(
        path, kind, None, "00" * 32, 10, fields.pop("wellformed", True), authenticity,
        shown=tuple(shown), purpose=purpose, **fields,
    )  # fmt: skip


def manifest(*more: Shown, digest: Digest = GOOD, vendor: str = VENDOR, **fields: Any) -> Artefact:
    shown = [
        Shown(PRODUCT, "identity.vendor-id", vendor, "vendor_ids[0]"),
        Shown(PRODUCT, "identity.class-id", CLASS, "class_ids[0]"),
        Shown(APP_IN_MANIFEST, "component.digest", digest, "payloads[0].digest"),
        Shown(PRODUCT, "update.authenticated", True, "signatures"),
        *more,
    ]
    return artefact("suit-envelope", "update", shown, **fields)


def token(
    *more: Shown, digest: Digest = GOOD, implementation: str = IMPLEMENTATION, **fields: Any
) -> Artefact:
    shown = [
        Shown(PRODUCT, "identity.implementation-id", implementation, "implementation_id"),
        Shown(APP_IN_TOKEN, "component.measurement", digest, "sw_components[0].digest"),
        Shown(APP_IN_TOKEN, "component.version", "1.0", "sw_components[0].version"),
        *more,
    ]
    return artefact("psa-token", "attestation", shown, **{"device": "01ff", **fields})


IMAGE_ROLE = Role("image", "app", 3)


def image(digest: Digest = GOOD, role: Role | None = IMAGE_ROLE) -> Artefact:
    shown = [Shown(APP, "component.image-digest", digest, "sha256", observed=True)]
    return artefact("firmware-image", None, shown, authenticity="unsigned", signatures=(), role=role)
