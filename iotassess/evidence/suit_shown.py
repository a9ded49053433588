"""What an envelope shows, as statements for the claim table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from iotassess.codec import cbor
from iotassess.evidence import suit_names as names
from iotassess.evidence.suit_authentication import AT, Authentication
from iotassess.evidence.suit_faults import Trail
from iotassess.evidence.suit_manifest import Manifest, name_component
from iotassess.evidence.suit_payloads import Payload
from iotassess.evidence.suit_rules import scheme_of
from iotassess.evidence.suit_walk import Walked
from iotassess.model.artefact import Shown
from iotassess.model.claim import PRODUCT, Digest, Subject, Value

_MANIFEST: Final[Trail] = (names.MANIFEST, cbor.INTO)
_WRAPPER: Final[Trail] = (names.WRAPPER, cbor.INTO)

_NOT_AUTHENTICATED: Final = Shown(
    PRODUCT, "update.authenticated", False, AT, covered=False, observed=True, trail=_WRAPPER
)


class Findings(NamedTuple):
    """What statements are made of.

    Attributes:
        manifest: the manifest.
        walked: what a walk through it found.
        payloads: its payloads.
        authentication: what came of signatures and digests.
        holds: integrated payloads have their digests; None where that cannot be told.
    """

    manifest: Manifest
    walked: Walked
    payloads: Sequence[Payload]
    authentication: Authentication
    holds: bool | None

    @property
    def covered(self) -> bool:
        """Whether a signature that nothing speaks against covers the manifest."""
        checked = self.authentication.checked
        return self.authentication.digest_matches is True and checked.authenticity not in (
            "unsigned",
            "failed",
        )


def show(findings: Findings) -> tuple[Shown, ...]:
    """Make all statements.

    Args:
        findings: what was found out about the envelope.
    """
    statements = (
        *_authentication(findings),
        *_numbers(findings),
        *_identity(findings),
        *_procedure(findings),
        *_delivery(findings),
        *_components(findings),
    )
    if findings.covered:
        return statements
    return tuple(statement._replace(covered=False) for statement in statements)


def show_unreadable(authentication: Authentication) -> tuple[Shown, ...]:
    """Say of an envelope whose manifest cannot be read that nothing authenticates it, where that is so.

    Args:
        authentication: what came of signatures and digests.
    """
    return (_NOT_AUTHENTICATED,) if _is_refuted(authentication) else ()


def _is_refuted(authentication: Authentication) -> bool:
    """Whether it is certain that nobody vouches for what is in the envelope."""
    return (
        authentication.checked.authenticity in ("unsigned", "failed")
        or authentication.digest_matches is False
    )


def _product(property_: str, value: Value, path: str, trail: Trail = ()) -> Shown:
    return Shown(PRODUCT, property_, value, path, trail=trail)


def _authentication(findings: Findings) -> Iterator[Shown]:
    checked = findings.authentication.checked
    at, trail = AT, _WRAPPER
    if _is_refuted(findings.authentication):
        yield _NOT_AUTHENTICATED
    elif (
        findings.covered
        and findings.holds is True
        and any(signature.status != "malformed" for signature in checked.signatures)
    ):
        yield _product("update.authenticated", True, at, trail)
    for name in dict.fromkeys(signature.alg for signature in checked.signatures):
        if name is not None:
            yield _product("update.signature-algorithm", name, at, trail)
            yield _product("crypto.algorithms", name, at, trail)
    numbers = dict.fromkeys(
        (digest.cose_name, path, where)
        for digest, path, where in (
            (findings.authentication.digest, f"{at}[0]", (*trail, 0)),
            *((payload.digest, "payloads", payload.trail) for payload in findings.payloads),
        )
        if digest is not None and digest.cose_name is not None
    )
    seen: set[str] = set()
    for name, path, where in numbers:
        if name is not None and name not in seen:
            seen.add(name)
            yield _product("crypto.algorithms", name, path, where)


def _numbers(findings: Findings) -> Iterator[Shown]:
    number = findings.manifest.sequence_number
    if number is not None:
        trail = (*_MANIFEST, names.SEQUENCE_NUMBER)
        yield _product("update.sequence-number", number, "sequence_number", trail)


def _identity(findings: Findings) -> Iterator[Shown]:
    """Say whom the manifest is for: only what a device cannot get around."""
    walked = findings.walked
    for parameter, property_, path in (
        ("vendor-identifier", "identity.vendor-id", "vendor_ids"),
        ("class-identifier", "identity.class-id", "class_ids"),
    ):
        for setting in walked.enforced[parameter]:
            yield _product(property_, setting.value.hex(), path, setting.trail)
    if walked.whole and walked.lacking:
        yield _product("update.target-checked", False, "shared-sequence")
    elif walked.complete and walked.checks_target:
        yield _product("update.target-checked", True, "shared-sequence")


def _procedure(findings: Findings) -> Iterator[Shown]:
    walked, manifest = findings.walked, findings.manifest
    if walked.fills and (walked.unmatched or (walked.complete and not walked.doubtful)):
        yield _product("update.integrity-checked", not walked.unmatched, "install")
    if walked.complete and walked.different_slots:
        yield _product("update.ab-slots", True, "install")
    own = set(range(len(manifest.components))) - {entry.component_index for entry in manifest.dependencies}
    if walked.complete and own and own <= walked.boot_matched:
        yield _product("boot.image-verified", True, "validate")


def _delivery(findings: Findings) -> Iterator[Shown]:
    """Encryption and transport of payloads that come from outside, or with the envelope."""
    delivered = [
        payload
        for payload in findings.payloads
        if not payload.dependency and (payload.uri is not None or payload.encryption is not None)
    ]
    if delivered:
        first = next((payload for payload in delivered if not payload.encrypted), delivered[0])
        walked = findings.walked
        # What is not there may decrypt what the rest brings, and bring something in the clear.
        if walked.complete or not (first.encrypted or walked.clouded):
            yield _product("update.encrypted", first.encrypted, "payloads", first.trail)
    algorithms = [name for payload in delivered if payload.encryption for name in payload.encryption.names]
    for name in dict.fromkeys(algorithms):
        if not name.startswith("unknown") and name != "direct":
            yield _product("crypto.algorithms", name, "payloads")
    integrated = {entry.uri for entry in findings.manifest.integrated}
    schemes = {
        scheme_of(payload.uri): payload
        for payload in reversed(findings.payloads)
        if payload.uri is not None and payload.uri not in integrated
    }
    for scheme in sorted(schemes):
        if scheme:
            yield _product("update.transport", scheme, "payloads", schemes[scheme].trail)


def _components(findings: Findings) -> Iterator[Shown]:
    for place, payload in enumerate(findings.payloads):
        if payload.dependency:
            continue
        subject = Subject("component", payload.component, "suit-component-id")
        if payload.digest is not None and payload.digest.hash is not None and payload.digest.fits:
            digest = Digest(payload.digest.alg, payload.digest.value.hex())
            yield Shown(subject, "component.digest", digest, f"payloads[{place}].digest", trail=payload.trail)
        if payload.size is not None:
            yield Shown(
                subject, "component.size", payload.size, f"payloads[{place}].size", trail=payload.trail
            )
    for text in findings.manifest.text.components:
        version = text.fields.get("component-version")
        name = name_component(text.component)
        if version is not None and text.component in findings.manifest.components:
            subject = Subject("component", name, "suit-component-id")
            path = f"text.{text.language}.components.{name}.component-version"
            yield Shown(subject, "component.version", version, path, trail=text.trail)
