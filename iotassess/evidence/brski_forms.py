"""The three signed forms of a voucher: CMS, JWS and COSE. Each gives the signed object, and what came of it.

- CMS around JSON (RFC 8366 section 5).
- JWS around JSON, in general JSON serialisation or compact (draft-ietf-anima-jws-voucher). In the former each
  signature is opened as the compact JWS that it stands for (RFC 7515 section 7.2.1), so there is one way in.
- COSE around CBOR (draft-ietf-anima-constrained-voucher).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor, cms, cose, jose, json
from iotassess.codec.keys import KeyFault
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cms, check_cose, check_jws
from iotassess.evidence.brski_fields import kind_of
from iotassess.evidence.cms_claims import describe
from iotassess.evidence.context import Context
from iotassess.evidence.peek import COSE_TAGS, Peek
from iotassess.model.artefact import Purpose
from iotassess.model.problems import problem

PURPOSE: Final[Purpose] = "identity"
AT: Final = "signature"

MAX_SIGNATURES: Final = 8
"""Signatures of one JWS; a voucher has that of its maker, and in BRSKI-PRM that of a registrar."""

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)

_MARKS: Final = (b"ietf-voucher:voucher", b"ietf-voucher-request:voucher")


class Opened(NamedTuple):
    """A voucher, opened.

    Attributes:
        document: the signed object.
        checked: what came of its signatures.
        media_type: IANA media type of the form.
        about: claims about the form.
    """

    document: Any
    checked: Checked
    media_type: str
    about: dict[str, Any]


# --- which form ---------------------------------------------------------------------------------


def is_voucher(peek: Peek) -> bool:
    """Tell whether the bytes are a voucher, or a request for one, in any form. Never raises."""
    if cms.is_cms(peek.data):
        return _is_cms_voucher(peek.data)
    if peek.tags and not COSE_TAGS.isdisjoint(peek.tags[:1]):
        return kind_of(peek.payload) is not None
    if peek.data[:1] == b"\x84":
        return kind_of(peek.payload) is not None
    document = peek.json
    if isinstance(document, dict):
        return kind_of(document) is not None or _is_jws_voucher(document)
    if peek.is_text and peek.data.count(b".") == 2:
        return _is_compact_voucher(peek.data)
    return False


def _is_cms_voucher(data: bytes) -> bool:
    try:
        content = cms.parse(data).content
    except MalformedArtefact:
        return any(mark in data for mark in _MARKS)
    return content is not None and _is_voucher_json(content)


def _is_voucher_json(data: bytes) -> bool:
    document = Peek(data).json
    if document is None:
        return data.lstrip()[:1] == b"{" and any(mark in data for mark in _MARKS)
    return kind_of(document) is not None


def _is_jws_voucher(document: Mapping[str, Any]) -> bool:
    payload, signatures = document.get("payload"), document.get("signatures", document.get("signature"))
    if not isinstance(payload, str) or signatures is None or not _BASE64URL.fullmatch(payload):
        return False
    return _is_compact_voucher(f"e30.{payload}.".encode())


def _is_compact_voucher(data: bytes) -> bool:
    try:
        return _is_voucher_json(jose.parse(data).payload)
    except MalformedArtefact:
        return False


# --- opening ------------------------------------------------------------------------------------


def open_voucher(peek: Peek, context: Context) -> Opened:
    """Open a voucher and check its signatures.

    Args:
        peek: the bytes.
        context: anchors, moment.

    Raises:
        MalformedArtefact: the bytes are none of the three forms, or what is signed cannot be read.
    """
    if cms.is_cms(peek.data):
        return _open_cms(peek.data, context)
    if peek.data.lstrip()[:1] == b"{":
        return _open_json(peek.data, context)
    if peek.is_text:
        jws = jose.parse(peek.data, problem="voucher-malformed")
        document = _json(jws.payload)
        checked = _not_by_a_device(check_jws(jws, context, PURPOSE, AT), [jws.x5c])
        return Opened(document, checked, _JWS, {"form": "jws-compact"})
    return _open_cose(peek, context)


_JWS: Final = "application/voucher-jws+json"


def _json(data: bytes) -> Any:
    return json.loads(data, problem="voucher-malformed")


def _open_cms(data: bytes, context: Context) -> Opened:
    message = cms.parse(data)
    if message.content is None:
        raise MalformedArtefact(
            "cms-content-missing", "the signature is detached; expected the voucher in it"
        )
    document = _json(message.content)
    checked = check_cms(message, message.content, context, PURPOSE, AT)
    chains = [cms.chain_of(message, signer, message.content) for signer in message.signers]
    checked = _not_by_a_device(checked, chains)
    about = {"form": "cms", "signature": describe(message)}
    return Opened(document, checked, "application/voucher-cms+json", about)


def _open_cose(peek: Peek, context: Context) -> Opened:
    message = cose.parse(peek.cbor)
    if message.payload is None:
        raise MalformedArtefact("voucher-malformed", "the payload is detached; expected the voucher in it")
    document = cbor.loads(message.payload)
    checked = check_cose(message, context, PURPOSE, at=AT)
    checked = _not_by_a_device(checked, [signature.x5chain for signature in message.signatures])
    return Opened(document, checked, "application/voucher+cose", {"form": "cose"})


def _open_json(data: bytes, context: Context) -> Opened:
    document = _json(data)
    if kind_of(document) is not None:
        unsigned = problem("cose-unsigned", "a voucher without signature; anybody can write one", at=AT)
        return Opened(document, Checked((), (unsigned,), "unsigned", False, None), _JWS, {"form": "json"})
    tokens = _split(document)
    places = [AT] if len(tokens) == 1 else [f"{AT}[{index}]" for index in range(len(tokens))]
    checks = [check_jws(token, context, PURPOSE, at) for token, at in zip(tokens, places, strict=True)]
    checked = _not_by_a_device(_together(checks), [token.x5c for token in tokens])
    return Opened(_json(tokens[0].payload), checked, _JWS, {"form": "jws-json"})


_DEVICES: Final = frozenset({"idevid", "ldevid", "attestation-key"})


def _not_by_a_device(checked: Checked, chains: Iterable[Sequence[bytes]]) -> Checked:
    """Take the authenticity from a voucher that a device signed: a device does not assign devices to owners.

    The authority that certifies devices is named for the purpose identity, too, and its certificates build.
    """
    if checked.authenticity != "authenticated" or not any(chain and _is_device(chain[0]) for chain in chains):
        return checked
    found = problem(
        "x509-key-usage",
        "the signer's certificate is that of a device; expected the maker's authority that assigns devices "
        "(MASA, RFC 8995 section 5.4): name its key",
        at=AT,
        severity="error",
    )
    return checked._replace(authenticity="intact", problems=(*checked.problems, found))


def _is_device(der: bytes) -> bool:
    from iotassess.evidence.certificates import load  # only a voucher that carries one pays for it
    from iotassess.evidence.x509_bundle import Member
    from iotassess.evidence.x509_claims import guess

    try:
        return guess(Member(0, der, load(der), 0, False)) in _DEVICES
    except KeyFault:
        return False


def _split(document: Mapping[str, Any]) -> list[jose.Jws]:
    """Give the compact JWS of each signature (RFC 7515 section 7.2): one at least, all of one payload."""
    rows = document.get("signatures", [document])
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_SIGNATURES:
        raise MalformedArtefact(
            "voucher-malformed", f"expected an array of 1 to {MAX_SIGNATURES} signatures", at="signatures"
        )
    payload = document.get("payload")
    tokens: list[jose.Jws] = []
    for index, row in enumerate(rows):
        found = [row.get("protected"), payload, row.get("signature")] if isinstance(row, dict) else []
        parts = [part for part in found if isinstance(part, str) and _BASE64URL.fullmatch(part)]
        if len(parts) != 3:
            raise MalformedArtefact(
                "voucher-malformed",
                "expected protected header, payload and signature, each in base64url",
                at=f"signatures[{index}]",
            )
        tokens.append(jose.parse(".".join(parts), problem="voucher-malformed"))
    return tokens


def _together(checks: Sequence[Checked]) -> Checked:
    """Put the signatures of one JWS together, as those of other forms are: one that is bad is enough."""
    signatures = tuple(result for checked in checks for result in checked.signatures)
    problems = tuple(found for checked in checks for found in checked.problems)
    if any(checked.authenticity == "failed" for checked in checks):
        return Checked(signatures, problems, "failed", False, None)
    for authenticity in ("authenticated", "intact", "unverified"):
        best = next((checked for checked in checks if checked.authenticity == authenticity), None)
        if best is not None:
            return Checked(
                signatures,
                problems,
                best.authenticity,
                any(checked.verified for checked in checks),
                best.key,
            )
    return Checked(signatures, problems, "unsigned", False, None)
