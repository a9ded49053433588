"""The one table of artefact kinds. Adding a kind is one new module and one row here.

Modules are named as strings and imported when an artefact of the kind is met, so that a run pays only for
what it reads. ``assess()`` and ``read()`` take the table as an argument, so that a test can add a row.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, NamedTuple

from iotassess.model.artefact import Purpose


class Kind(NamedTuple):
    """One artefact kind.

    Attributes:
        id: permanent id (CONTRACT).
        title: what it is, for lists.
        specification: where it is defined.
        media_types: IANA media types, the usual one first.
        purpose: anchors of this purpose authenticate it; None where nothing can.
        sniff: "module:function" of ``(Peek) -> bool``, or "" for a kind that is never sniffed.
        decode: "module:function" of ``(Peek, Context) -> Artefact``; raises only MalformedArtefact.
        unsigned_form: its specification has an unsigned form, which ``--allow-unsigned`` accepts.
        tags: CBOR tags that it can have outermost; its sniffer need not be asked, nor imported, about bytes
            that begin with another one. None where any will do.
    """

    id: str
    title: str
    specification: str
    media_types: tuple[str, ...]
    purpose: Purpose | None
    sniff: str
    decode: str
    unsigned_form: bool = False
    tags: frozenset[int] | None = None


_NONE: Final[frozenset[int]] = frozenset()
"""No tag at all: text, DER, images."""

KINDS: tuple[Kind, ...] = (
    Kind(
        "suit-envelope",
        "SUIT manifest envelope",
        "draft-ietf-suit-manifest-37",
        ("application/suit-envelope+cose",),
        "update",
        "iotassess.evidence.suit_envelope:is_suit_envelope",
        "iotassess.evidence.suit:decode",
        tags=frozenset({107}),
    ),
    Kind(
        "suit-report",
        "SUIT report",
        "draft-ietf-suit-report-18",
        ("application/suit-report+cose",),
        "attestation",
        "iotassess.evidence.suit_report:is_suit_report",
        "iotassess.evidence.suit_report:decode",
        unsigned_form=True,
    ),
    Kind(
        "cca-token",
        "Arm CCA attestation token",
        "draft-ffm-rats-cca-token",
        ('application/eat-collection; profile="http://arm.com/CCA-SSD/1.0.0"',),
        "attestation",
        "iotassess.evidence.cca:is_cca_token",
        "iotassess.evidence.cca:decode",
        tags=frozenset({399, 907}),
    ),
    Kind(
        "psa-token",
        "PSA attestation token",
        "RFC 9783",
        ('application/eat+cwt; eat_profile="tag:psacertified.org,2023:psa#tfm"',),
        "attestation",
        "iotassess.evidence.psa:is_psa_token",
        "iotassess.evidence.psa:decode",
    ),
    Kind(
        "eat-deb",
        "EAT detached bundle",
        "RFC 9711 section 5",
        ("application/eat-bun+cbor", "application/eat-bun+json"),
        "attestation",
        "iotassess.evidence.eat_deb:is_bundle",
        "iotassess.evidence.eat_deb:decode",
        tags=frozenset({602}),
    ),
    Kind(
        "corim",
        "Concise reference integrity manifest (CoRIM)",
        "draft-ietf-rats-corim-11",
        ("application/rim+cbor", "application/rim+cose"),
        "reference",
        "iotassess.evidence.corim:is_corim",
        "iotassess.evidence.corim:decode",
        unsigned_form=True,
        tags=frozenset({18, 500, 501, 502}),
    ),
    Kind(
        "comid",
        "Concise module identifier (CoMID)",
        "draft-ietf-rats-corim-11",
        ("application/comid+cbor",),
        "reference",
        "iotassess.evidence.comid:is_comid",
        "iotassess.evidence.comid:decode",
        unsigned_form=True,
        tags=frozenset({506}),
    ),
    Kind(
        "coswid",
        "Concise software identification tag (CoSWID)",
        "RFC 9393",
        ("application/swid+cbor",),
        "reference",
        "iotassess.evidence.coswid:is_coswid",
        "iotassess.evidence.coswid:decode",
        unsigned_form=True,
    ),
    Kind(
        "ear",
        "Attestation result (EAR)",
        "draft-ietf-rats-ear-03",
        (
            'application/eat+jwt; eat_profile="tag:ietf.org,2026:rats/ear#03"',
            'application/eat+cwt; eat_profile="tag:ietf.org,2026:rats/ear#03"',
        ),
        "results",
        "iotassess.evidence.ear:is_ear",
        "iotassess.evidence.ear:decode",
        unsigned_form=True,
    ),
    Kind(
        "teep-message",
        "TEEP message",
        "draft-ietf-teep-protocol",
        ("application/teep+cbor",),
        "update",
        "iotassess.evidence.teep:is_teep_message",
        "iotassess.evidence.teep:decode",
        tags=frozenset({18, 98}),
    ),
    Kind(
        "fdo-voucher",
        "FDO ownership voucher",
        "FIDO Device Onboard 1.1 section 3.4",
        ("application/x-fdo-voucher",),
        "identity",
        "iotassess.evidence.fdo_layout:looks_like_voucher",
        "iotassess.evidence.fdo:decode",
        tags=_NONE,
    ),
    Kind(
        "brski-voucher",
        "BRSKI voucher",
        "RFC 8366, RFC 8995",
        ("application/voucher-cms+json", "application/voucher-jws+json", "application/voucher+cose"),
        "identity",
        "iotassess.evidence.brski:is_voucher",
        "iotassess.evidence.brski:decode",
        tags=frozenset({17, 18, 97, 98}),
    ),
    Kind(
        "cmw",
        "Conceptual message wrapper (CMW)",
        "draft-ietf-rats-msg-wrap-23",
        ("application/cmw+cbor", "application/cmw+json"),
        "attestation",
        "iotassess.evidence.cmw:is_cmw",
        "iotassess.evidence.cmw:decode",
        unsigned_form=True,
    ),
    Kind(
        "mud-signed",
        "MUD file in a CMS signature",
        "RFC 8520 section 13.2",
        ("application/pkcs7-mime",),
        "network",
        "iotassess.evidence.mud:is_signed_mud",
        "iotassess.evidence.mud:decode_signed",
        tags=_NONE,
    ),
    Kind(
        "mud",
        "MUD file",
        "RFC 8520",
        ("application/mud+json",),
        "network",
        "iotassess.evidence.mud:is_mud",
        "iotassess.evidence.mud:decode",
        unsigned_form=True,
        tags=_NONE,
    ),
    Kind(
        "cms-signature",
        "Detached CMS signature",
        "RFC 5652",
        ("application/pkcs7-signature",),
        "network",
        "iotassess.evidence.cms_signature:is_detached_signature",
        "iotassess.evidence.cms_signature:decode",
        tags=_NONE,
    ),
    Kind(
        "x509-chain",
        "X.509 certificate or chain",
        "RFC 5280, IEEE 802.1AR",
        ("application/pem-certificate-chain", "application/pkix-cert"),
        "identity",
        "iotassess.evidence.x509_begin:is_certificate",
        "iotassess.evidence.x509_chain:decode",
    ),
    Kind(
        "mcuboot-image",
        "MCUboot image",
        "MCUboot design documentation",
        ("application/octet-stream",),
        "update",
        "iotassess.evidence.mcuboot:is_mcuboot_image",
        "iotassess.evidence.mcuboot:decode",
        tags=_NONE,
    ),
    Kind(
        "eat-ucs",
        "EAT in an unprotected claims set",
        "RFC 9781",
        ("application/eat-ucs+cbor", "application/eat-ucs+json"),
        "attestation",
        "iotassess.evidence.eat_ucs:is_unprotected_claims_set",
        "iotassess.evidence.eat_ucs:decode",
        unsigned_form=True,
        tags=frozenset({601}),
    ),
    Kind(
        "eat-jwt",
        "EAT as JSON Web Token",
        "RFC 9711, RFC 7519",
        ("application/eat+jwt",),
        "attestation",
        "iotassess.evidence.eat_jwt:is_jwt",
        "iotassess.evidence.eat_jwt:decode",
        tags=_NONE,
    ),
    Kind(
        "eat-cwt",
        "EAT as CBOR Web Token",
        "RFC 9711, RFC 8392",
        ("application/eat+cwt",),
        "attestation",
        "iotassess.evidence.eat:is_cwt",
        "iotassess.evidence.eat:decode",
    ),
    Kind(
        "cose-message",
        "COSE message of another kind",
        "RFC 9052",
        ("application/cose",),
        None,
        "iotassess.evidence.cose_message:is_cose_message",
        "iotassess.evidence.cose_message:decode",
    ),
    Kind(
        "firmware-image",
        "Firmware image",
        "bytes as they are",
        ("application/octet-stream",),
        None,
        "",
        "iotassess.evidence.firmware:decode",
    ),
)
"""In the order in which they are sniffed: the more specific before the more general."""


def load(target: str) -> Callable[..., Any]:
    """Import ``"module:function"``.

    Args:
        target: as in a row of :data:`KINDS`.
    """
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
