"""Small tokens and reference values to appraise, without any bytes."""

from __future__ import annotations

from typing import Any

from iotassess.model.appraisal import Appraisal
from iotassess.model.artefact import Artefact, Shown, SignatureResult
from iotassess.model.claim import PRODUCT, Digest, Subject

DEVICE = "01" + "d1" * 32
IMPLEMENTATION = "33" * 32
KEY = "ab" * 32
SIGNER = "51" * 32
BOOT = Digest("sha-256", "b1" * 32)
APP = Digest("sha-256", "a9" * 32)


def signature(**more: Any) -> SignatureResult:
    fields: dict[str, Any] = {"anchor_source": "user", "thumbprint": KEY, "key": "anchor", **more}
    return SignatureResult("COSE_Sign1", "ES256", None, fields.pop("status", "verified"), **fields)


def artefact(kind: str, purpose: Any, shown: tuple[Shown, ...] = (), **more: Any) -> Artefact:
    fields: dict[str, Any] = {
        "path": f"{kind}.bin",
        "wellformed": True,
        "authenticity": "authenticated",
        "signatures": (signature(),),
        **more,
    }
    return Artefact(
        fields.pop("path"), kind, None, "00" * 32, 10, fields.pop("wellformed"),
        fields.pop("authenticity"), shown=shown, purpose=purpose, **fields,
    )  # fmt: skip


def measured(kind: str = "BL", digest: Digest = BOOT, **more: Any) -> dict[str, Any]:
    one = {
        "type": kind,
        "version": "1.0",
        "signer_id": SIGNER,
        "digest": digest.value,
        "digest_alg": digest.alg,
    }
    return {key: value for key, value in {**one, **more}.items() if value is not ...}


def token(*components: dict[str, Any], kind: str = "psa-token", claims: Any = None, **more: Any) -> Artefact:
    """A token that measures these components: without any, a boot loader and an application."""
    listed = list(components) or [measured(), measured("ARoT", APP)]
    said = {"implementation_id": IMPLEMENTATION, "sw_components": listed, **(claims or {})}
    said = {key: value for key, value in said.items() if value is not ...}
    return artefact(kind, "attestation", **{"device": DEVICE, "claims": said, **more})


def reference(
    name: str | None = "BL",
    digest: Digest = BOOT,
    *,
    index: int = 0,
    version: str | None = "1.0",
    signer: str | None = SIGNER,
    scope: str = "environment[0]",
    more: tuple[Digest, ...] = (),
) -> list[Shown]:
    """The statements of one measurement of a CoMID."""
    place = f"tags[0].triples.reference[0].measurements[{index}]"
    subject = Subject("component", name, "measurement-type") if name else Subject("component", place, "file")
    found = [
        Shown(subject, "component.reference", one, f"{place}.digests[{number}]", scope=scope)
        for number, one in enumerate((digest, *more))
    ]
    if version:
        found.append(Shown(subject, "component.reference-version", version, f"{place}.version", scope=scope))
    if signer:
        at = f"{place}.cryptokeys[0]"
        found.append(Shown(subject, "component.reference-signer", signer, at, scope=scope))
    return found


def implementation(value: str = IMPLEMENTATION, scope: str = "environment[0]") -> Shown:
    at = "tags[0].triples.reference[0].environment.class.class_id"
    return Shown(PRODUCT, "identity.implementation-id", value, at, scope=scope)


def endorsed(key: str = KEY, device: str = DEVICE) -> Shown:
    subject = Subject("device", device, "instance-id")
    at = "tags[1].triples.attest_key[0].keys[0]"
    return Shown(subject, "device.endorsed-key", key, at, scope="environment[1]")


def corim(*shown: Shown | list[Shown], **more: Any) -> Artefact:
    """Reference values; without any, those of the good token."""
    given = shown or (implementation(), reference(), reference("ARoT", APP, index=1))
    flat = [one for item in given for one in (item if isinstance(item, list) else [item])]
    return artefact("corim", "reference", tuple(flat), **{"path": "ref.corim", **more})


def outcomes(appraisal: Appraisal) -> list[str]:
    return [one.outcome for one in appraisal.components]


def reason(appraisal: Appraisal, category: str) -> str:
    return next(one.reason for one in appraisal.entries if one.category == category)
