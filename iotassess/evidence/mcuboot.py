"""MCUboot images: firmware with a header, and TLVs that hold its hash and signatures.

1. The header, then the TLVs (:mod:`mcuboot_layout`). Of an image whose TLVs cannot be found the header and
   the file's digests are all that is shown.
2. Hash and signatures (:mod:`mcuboot_signature`).
3. What the TLVs say (:mod:`mcuboot_claims`).

Everything but the file's digests stands under the signature or is not covered. Source: MCUboot, design.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from iotassess.errors import MalformedArtefact
from iotassess.evidence import mcuboot_names as names
from iotassess.evidence.context import Context
from iotassess.evidence.eat_reading import MAX_SAME_PROBLEMS
from iotassess.evidence.firmware_digests import COMPARED_ALGORITHMS, digest_of, show, subject_of
from iotassess.evidence.mcuboot_claims import Details, read_details
from iotassess.evidence.mcuboot_layout import Header, Layout, read_header, read_layout
from iotassess.evidence.mcuboot_signature import Authentication, authenticate
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Problem, Shown
from iotassess.model.claim import PRODUCT, Digest, Subject
from iotassess.model.problems import problem

MEDIA_TYPE: Final = "application/octet-stream"

_COSE_HASHES: Final = {"sha-256": "SHA-256", "sha-384": "SHA-384", "sha-512": "SHA-512"}


def is_mcuboot_image(peek: Peek) -> bool:
    """Tell by the first word; no other kind begins with it (as CBOR it is not well-formed)."""
    return peek.data.startswith(names.MAGIC_BYTES)


def decode(peek: Peek, context: Context) -> Artefact:
    """Decode an MCUboot image.

    Args:
        peek: its bytes.
        context: anchors, and the role that the profile gives to it.

    Raises:
        MalformedArtefact: there is no header.
    """
    data = peek.data
    header = read_header(data)
    subject = subject_of(context)
    size, digests = digest_of((data,), COMPARED_ALGORITHMS)
    claims: dict[str, Any] = header.as_claim()
    claims |= {"size": size, "digests": {digest.alg: digest.value for digest in digests}}
    shown = list(show(subject, digests, size, "digests.", "size"))
    try:
        layout = read_layout(data, header)
    except MalformedArtefact as fault:
        found = problem(fault.problem, fault.message, at=fault.at, offset=fault.offset)
        claims["not_evaluated"] = ["hash and signatures"]
        return Artefact(
            context.path,
            "mcuboot-image",
            MEDIA_TYPE,
            digests[0].value,
            size,
            False,
            "unverified",
            problems=(found,),
            claims=claims,
            shown=tuple(shown),
            role=context.role,
        )
    authentication = authenticate(data, layout, context)
    details = read_details(data, layout)
    claims |= details.claims
    claims["hash"] = _hash_claim(authentication)
    payload = data[header.header_size : header.payload_end]
    payload_size, payload_digests = digest_of((payload,), COMPARED_ALGORITHMS)
    claims["payload"] = {"size": payload_size} | {digest.alg: digest.value for digest in payload_digests}
    if skipped := _not_evaluated(data, layout, authentication):
        claims["not_evaluated"] = skipped
    covered = _is_covered(authentication)
    if _runs_as_it_stands(header, authentication):
        shown += show(subject, payload_digests, payload_size, "payload.", "payload.size", covered=covered)
    shown += _statements(subject, header, authentication, details, covered)
    checked = authentication.checked
    return Artefact(
        context.path,
        "mcuboot-image",
        MEDIA_TYPE,
        digests[0].value,
        size,
        authentication.wellformed and details.wellformed,
        checked.authenticity,
        checked.signatures,
        tuple(_capped((*checked.problems, *details.problems))),
        claims,
        tuple(shown),
        role=context.role,
    )


def _capped(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Give the first problems of each id; of the others only that there are more."""
    counts: dict[str, int] = {}
    for found in problems:
        same = counts[found.id] = counts.get(found.id, 0) + 1
        if same <= MAX_SAME_PROBLEMS:
            yield found
        elif same == MAX_SAME_PROBLEMS + 1:
            yield problem(found.id, f"more problems of this kind than the {MAX_SAME_PROBLEMS} listed")


def _hash_claim(authentication: Authentication) -> dict[str, Any] | None:
    found = authentication.hash
    if found is None:
        return None
    return {
        "alg": found.alg,
        "value": found.given.hex(),
        "computed": found.computed.hex(),
        "matches": found.matches,
    }


def _not_evaluated(data: bytes, layout: Layout, authentication: Authentication) -> list[str]:
    """Name what was not looked into."""
    skipped = []
    if authentication.hash is not None and authentication.holds is None:
        skipped.append("hash (over the plaintext of an encrypted payload, which takes the device's key)")
    if layout.header.compressed:
        skipped.append("payload (compressed; what it unpacks to was not compared)")
    if data[layout.end :].strip(b"\xff").strip(b"\x00"):
        skipped.append("trailing_bytes (behind the TLVs, where no signature reaches)")
    return skipped


def _runs_as_it_stands(header: Header, authentication: Authentication | None = None) -> bool:
    """Tell whether the payload, as it stands in the file, is what runs: neither encrypted nor compressed.

    Args:
        header: the header.
        authentication: what came of the hash: where it is that of the bytes as they are, an image that says
            that it is encrypted is in the clear.
    """
    if header.compressed or not header.image_size:
        return False
    return not header.encrypted or (authentication is not None and authentication.holds is True)


def _is_covered(authentication: Authentication) -> bool:
    """Whether a signature, verified or not, covers header, payload and protected TLVs as they are."""
    return authentication.holds is True and authentication.checked.authenticity not in ("unsigned", "failed")


def _statements(
    subject: Subject, header: Header, authentication: Authentication, details: Details, covered: bool
) -> Iterator[Shown]:
    """Make the statements but those of digests and sizes of file and payload."""
    yield Shown(subject, "component.version", header.version.short, "version", covered)
    if details.counter is not None:
        value, tlv = details.counter
        yield Shown(
            subject, "component.security-counter", value, "security_counter", covered and tlv.protected
        )
    checked = authentication.checked
    image_hash = authentication.hash
    if image_hash is not None and authentication.holds is not None:
        digest = Digest(image_hash.alg, image_hash.computed.hex())
        yield Shown(subject, "component.image-digest", digest, "hash.computed", covered, observed=True)
    if checked.authenticity in ("unsigned", "failed"):
        yield Shown(PRODUCT, "software.code-signing", False, "signatures", covered=False, observed=True)
        yield Shown(subject, "component.image-signed", False, "signatures", covered=False, observed=True)
    elif covered and checked.verified:  # one signed image does not say that all code is signed
        yield Shown(subject, "component.image-signed", True, "signatures")
    for alg in dict.fromkeys(signature.alg for signature in checked.signatures):
        if alg is not None:
            yield Shown(PRODUCT, "crypto.algorithms", alg, "signatures", covered)
    if image_hash is not None:
        yield Shown(PRODUCT, "crypto.algorithms", _COSE_HASHES[image_hash.alg], "hash.alg", covered)
    for bit, cipher in names.CIPHERS.items():
        if header.flags & bit and authentication.holds is None:
            yield Shown(PRODUCT, "crypto.algorithms", cipher, "flags", covered)
