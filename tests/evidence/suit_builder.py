"""Builds SUIT envelopes for tests: a good one, which a test edits in one place before it is signed.

It uses cbor2 and cryptography and nothing of iotassess, so that a bug cannot agree with itself. The keys are
derived from small numbers: TEST ONLY.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SIGNER = ec.derive_private_key(0x5017, ec.SECP256R1())
STRANGER = ec.derive_private_key(0x0BAD, ec.SECP256R1())
ED_SIGNER = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRET = bytes(range(64, 96))

DOMAIN = "sensors.example"
MODEL = "node-1"
VENDOR = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN).bytes
CLASS = uuid.uuid5(uuid.UUID(bytes=VENDOR), MODEL).bytes

APP = [b"\x00", b"app"]
IMAGE = b"firmware of a sensor node, version 3" * 8
URI = "https://update.sensors.example/app.bin"

ESP256, ES256, ED25519, HMAC = -9, -7, -19, 5


def dumps(value: Any) -> bytes:
    return cbor2.dumps(value)


def wrap(value: Any) -> bytes:
    """The content of a byte string that wraps CBOR, which the caller then encodes as byte string."""
    return dumps(value)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def digest(data: bytes, number: int = -16) -> list[Any]:
    functions: dict[int, Callable[[], bytes]] = {
        -16: lambda: hashlib.sha256(data).digest(),
        -43: lambda: hashlib.sha384(data).digest(),
        -44: lambda: hashlib.sha512(data).digest(),
        -18: lambda: hashlib.shake_128(data).digest(32),
        -45: lambda: hashlib.shake_256(data).digest(64),
        2: lambda: hashlib.sha256(data).digest(),
    }
    return [number, functions[number]()]


def sequence(*items: Any) -> bytes:
    return dumps(list(items))


# --- COSE -----------------------------------------------------------------------------------------


def raw_ecdsa(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    der = key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def cose_block(
    payload: bytes,
    alg: int = ESP256,
    *,
    key: Any = None,
    attached: bool = False,
    protected: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
    tagged: bool = True,
) -> Any:
    """One COSE_Sign1 or COSE_Mac0 over the payload; not yet wrapped."""
    header = dumps({1: alg} if protected is None else protected)
    context = "MAC0" if alg == HMAC else "Signature1"
    data = dumps([context, header if protected != {} else b"", b"", payload])
    if alg == HMAC:
        tag, signature = 17, hmac.digest(key or SECRET, data, "sha256")
    elif alg == ED25519:
        tag, signature = 18, (key or ED_SIGNER).sign(data)
    else:
        tag, signature = 18, raw_ecdsa(key or SIGNER, data)
    parts = [header, unprotected or {}, payload if attached else None, signature]
    return cbor2.CBORTag(tag, parts) if tagged else parts


# --- the envelope ---------------------------------------------------------------------------------


@dataclass
class Plan:
    """An envelope in the making; tests change its fields.

    Attributes:
        manifest: members of the manifest besides common and sections.
        common: members of common besides the shared sequence.
        shared: commands and arguments in turn, or None for no shared sequence.
        sections: manifest key → commands and arguments in turn (or bytes, taken as they are).
        text: content of the text member, or None.
        severed: manifest keys whose content goes to the envelope.
        members: further members of the envelope.
        blocks: makes the authentication blocks from the encoded digest; each is wrapped if not yet bytes.
        digest: makes the SUIT_Digest from the wrapped manifest.
        wrapper: overrides the whole wrapper's value.
        tagged: whether the envelope bears tag 107.
        encode: encodes manifest, common.
        finish: last change to the manifest map before it is encoded.
    """

    manifest: dict[Any, Any] = field(default_factory=lambda: {1: 1, 2: 7})
    common: dict[Any, Any] = field(default_factory=lambda: {2: [APP]})
    shared: list[Any] | None = field(default_factory=list)
    sections: dict[int, Any] = field(default_factory=dict)
    text: Any = None
    text_key: int = 23
    severed: set[int] = field(default_factory=set)
    severed_absent: set[int] = field(default_factory=set)
    members: dict[Any, Any] = field(default_factory=dict)
    blocks: Callable[[bytes], list[Any]] = lambda payload: [cose_block(payload)]
    digest: Callable[[bytes], Any] = digest
    wrapper: Any = ...
    tagged: bool = True
    finish: Callable[[dict[Any, Any]], None] = lambda manifest: None

    def encoded_manifest(self) -> tuple[bytes, dict[Any, bytes]]:
        common = dict(self.common)
        if self.shared is not None:
            common[4] = sequence(*self.shared)
        manifest = {**self.manifest, 3: dumps(common)}
        copies: dict[Any, bytes] = {}
        contents = {
            key: commands if isinstance(commands, bytes) else sequence(*commands)
            for key, commands in self.sections.items()
        }
        if self.text is not None:
            contents[self.text_key] = dumps(self.text)
        for key, content in contents.items():
            if key in self.severed | self.severed_absent:
                manifest[key] = digest(dumps(content))
                if key in self.severed:
                    copies[key] = content
            else:
                manifest[key] = content
        self.finish(manifest)
        return dumps(manifest), copies

    def build(self) -> bytes:
        manifest, copies = self.encoded_manifest()
        signed = dumps(self.digest(dumps(manifest)))
        blocks = [block if isinstance(block, bytes) else dumps(block) for block in self.blocks(signed)]
        wrapper = dumps([signed, *blocks]) if self.wrapper is ... else self.wrapper
        envelope: dict[Any, Any] = {2: wrapper, 3: manifest, **copies, **self.members}
        if wrapper is None:
            del envelope[2]
        return dumps(cbor2.CBORTag(107, envelope) if self.tagged else envelope)


def good() -> Plan:
    """An update of one component over https, checked when installed and at every boot: no problem in it."""
    return Plan(
        shared=[
            12, 0,
            20, {1: VENDOR, 2: CLASS, 3: dumps(digest(IMAGE)), 14: len(IMAGE)},
            1, 15,
            2, 15,
        ],
        sections={
            7: [12, 0, 3, 15],
            9: [12, 0, 23, 2],
            20: [12, 0, 20, {21: URI}, 21, 2, 3, 15],
        },
        text={
            "en": {
                1: "Update of the node",
                tuple(APP): {1: "Sensors", 3: DOMAIN, 4: MODEL, 6: "3.2.0"},
            }
        },
    )  # fmt: skip


def two_slots() -> Plan:
    """The same with an image for each of two slots, chosen by where the device runs."""
    plan = good()
    plan.shared = [
        12, 0,
        20, {1: VENDOR, 2: CLASS},
        1, 15,
        2, 15,
        15, [
            sequence(20, {5: 0}, 5, 5, 20, {3: dumps(digest(IMAGE)), 14: len(IMAGE)}),
            sequence(20, {5: 1}, 5, 5, 20, {3: dumps(digest(IMAGE[1:])), 14: len(IMAGE) - 1}),
        ],
    ]  # fmt: skip
    plan.sections[20] = [
        12, 0,
        15, [
            sequence(20, {5: 0}, 5, 5, 20, {21: URI + ".a"}),
            sequence(20, {5: 1}, 5, 5, 20, {21: URI + ".b"}),
        ],
        21, 2,
        3, 15,
    ]  # fmt: skip
    return plan


def encryption_info(content: int = -65534, exchange: int = -29) -> bytes:
    recipient = [dumps({1: exchange}), {4: b"kid"}, b"wrapped key"]
    return dumps(cbor2.CBORTag(96, [b"", {1: content, 5: bytes(16)}, None, [recipient]]))


def dependency() -> Plan:
    """A small manifest that others depend on."""
    plan = good()
    plan.manifest[5] = [b"dependency.suit"]
    return plan


def with_dependency(envelope: bytes, *commands: Any) -> Plan:
    """A manifest that fetches an integrated dependency, checks and processes it.

    Args:
        envelope: the dependency.
        commands: instead of the commands that check and process it.
    """
    plan = good()
    plan.common[1] = {1: {1: [b"dependency.suit"]}}
    inner = cbor2.loads(envelope).value[3]
    plan.sections[15] = [
        12, 1,
        20, {3: dumps(digest(dumps(inner))), 14: len(envelope), 21: "#dependency"},
        21, 2,
        3, 15,
        *(commands or (7, 15, 11, 15)),
    ]  # fmt: skip
    plan.members["#dependency"] = envelope
    return plan


# --- older layouts --------------------------------------------------------------------------------


def draft_17() -> Plan:
    plan = good()
    plan.sections[17] = plan.sections.pop(20)
    plan.blocks = lambda payload: [cose_block(payload, ES256)]
    return plan


def draft_16() -> Plan:
    plan = good()
    plan.sections = {
        9: [12, 0, 19, {21: URI}, 21, None, 3, None],
        10: [12, 0, 3, None],
        12: [12, 0, 23, None],
    }
    plan.text_key = 13
    plan.text = plan.text["en"]
    plan.digest = lambda data: digest(data, 2)
    plan.blocks = lambda payload: [cose_block(payload, ES256)]
    return plan


def draft_08() -> Plan:
    """``[bstr COSE]`` with the digest as attached payload; no tag."""
    plan = draft_16()
    plan.tagged = False
    manifest, _ = plan.encoded_manifest()
    plan.wrapper = dumps([dumps(cose_block(dumps(digest(dumps(manifest), 2)), ES256, attached=True))])
    return plan


def draft_04() -> Plan:
    """``[COSE]``, wrapped components, numbers of -03 for parameters, identifiers as arguments."""
    plan = draft_16()
    plan.tagged = False
    plan.text = None
    plan.common = {2: dumps([APP])}
    plan.shared = [12, 0, 1, VENDOR, 2, CLASS, 20, {11: digest(IMAGE, 2), 12: len(IMAGE)}]
    plan.sections[9] = [12, 0, 19, {6: URI}, 21, None, 3, None]
    manifest, _ = plan.encoded_manifest()
    plan.wrapper = dumps([cose_block(dumps(digest(dumps(manifest), 2)), ES256, attached=True)])
    return plan
