"""The parts of an FDO ownership voucher (FIDO Device Onboard 1.1 section 3.4.1), with their bytes.

``[protocol version, bstr .cbor header, HMAC, device certificate chain / null, [* COSE_Sign1]]``, in CBOR or
in PEM around it. Digests are over bytes, so the parts that they cover are kept as they were found.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from iotassess.codec import cbor, cose, keys
from iotassess.codec.keys import Key, KeyFault
from iotassess.errors import MalformedArtefact
from iotassess.evidence.eat_reading import describe
from iotassess.evidence.peek import Peek

if TYPE_CHECKING:  # certificates take long to import, and this file is imported to recognise any artefact
    from iotassess.evidence.x509_bundle import Member

VERSIONS: Final = frozenset({100, 101})
"""Protocol versions that are read: FDO 1.0 and 1.1. Entries of 2.0 sign additional data."""

MAX_ENTRIES: Final = 64
"""Owners in one voucher: real ones have one to four, and small devices cannot follow more than some ten."""

MAX_VOUCHER_BYTES: Final = 1 << 20
"""Longest voucher: entries with a chain of certificates each have some kilobytes."""

GUID_BYTES: Final = 16

_ARMOUR: Final = re.compile(
    rb"\A\s{0,64}-----BEGIN OWNERSHIP VOUCHER-----\s(.*?)-----END OWNERSHIP VOUCHER-----\s*\Z", re.DOTALL
)
_ARMOUR_START: Final = b"-----BEGIN OWNERSHIP VOUCHER-----"
_BEGINNING: Final = re.compile(
    rb"[\x85\x9f](?:\x18[\x64-\x6f\xc8]|\x19\x00[\x64-\x6f])[\x40-\x5a]", re.DOTALL
)
"""An array, a protocol version of 1.x or 2.0, and a byte string."""

HASHES: Final[dict[int, tuple[str, str]]] = {-16: ("SHA-256", "sha256"), -43: ("SHA-384", "sha384")}
"""Hash types (section 3.3.2): IANA COSE name, and the name in ``hashlib``."""

HMACS: Final[dict[int, str]] = {5: "HMAC 256/256", 6: "HMAC 384/384"}

DIGEST_BYTES: Final[dict[int, int]] = {-16: 32, -43: 48, 5: 32, 6: 48}
"""Bytes of a hash or an HMAC of a type."""

KEY_TYPES: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    1: ("RSA2048RESTR", ("RSA-2048",)),
    5: ("RSAPKCS", ()),
    6: ("RSAPSS", ()),
    10: ("SECP256R1", ("P-256",)),
    11: ("SECP384R1", ("P-384",)),
}
"""Key types (section 3.3.4) with the curves they allow; of RSA every size."""

ENCODINGS: Final[dict[int, str]] = {0: "Crypto", 1: "X509", 2: "X5CHAIN", 3: "COSEKEY"}


class Hash(NamedTuple):
    """A hash, or an HMAC.

    Attributes:
        type: number of the algorithm.
        value: the digest.
    """

    type: int
    value: bytes

    @property
    def name(self) -> str:
        """Name of the algorithm."""
        known = HASHES.get(self.type)
        return known[0] if known else HMACS.get(self.type, "unknown")

    def matches(self, *parts: bytes) -> bool | None:
        """Tell whether it is the digest of these bytes; None where the algorithm is none for digests."""
        known = HASHES.get(self.type)
        return None if known is None else hashlib.new(known[1], b"".join(parts)).digest() == self.value


class Owner(NamedTuple):
    """The public key of an owner or of the manufacturer.

    Attributes:
        type: number of the key type.
        encoding: number of the encoding.
        key: the key, or None where it cannot be used.
        chain: certificates in DER that it came in, leaf first.
        why: why it cannot be used.
    """

    type: int
    encoding: int
    key: Key | None
    chain: tuple[bytes, ...] = ()
    why: str = ""


class Header(NamedTuple):
    """The header, which the device's HMAC covers.

    Attributes:
        version: protocol version.
        guid: identifier of the device, until its next onboarding.
        rendezvous: where it asks for its owner, decoded.
        device_info: the manufacturer's words for the device.
        manufacturer: the first owner's key.
        chain_hash: digest of the device certificate chain, or None.
    """

    version: int
    guid: bytes
    rendezvous: Any
    device_info: str
    manufacturer: Owner
    chain_hash: Hash | None


class Entry(NamedTuple):
    """One change of owner.

    Attributes:
        message: the COSE_Sign1.
        raw: its bytes as they stand in the voucher.
        previous: digest of the entry before, or of the header and its HMAC.
        header_info: digest of the device's identifier and description.
        extra: further statements, decoded, or None.
        owner: the new owner's key.
    """

    message: cose.Message
    raw: bytes
    previous: Hash
    header_info: Hash
    extra: Any
    owner: Owner


class Voucher(NamedTuple):
    """An ownership voucher.

    Attributes:
        data: its CBOR.
        armoured: it stood in PEM.
        header: read.
        header_raw: its bytes, which are signed through their digest.
        hmac: by a secret that only the device has.
        hmac_raw: its bytes as they stand.
        chain: the device's certificates in DER, leaf first; None for a device without.
        entries: changes of owner, the first first.
    """

    data: bytes
    armoured: bool
    header: Header
    header_raw: bytes
    hmac: Hash
    hmac_raw: bytes
    chain: tuple[bytes, ...] | None
    entries: tuple[Entry, ...]


def malformed(message: str, at: str | None = None, offset: int | None = None) -> MalformedArtefact:
    """Make the error for a voucher that is not what its CDDL says."""
    return MalformedArtefact("fdo-malformed", f"{message} (FDO 1.1 section 3.4)", at=at, offset=offset)


# --- recognising --------------------------------------------------------------------------------


def looks_like_voucher(peek: Peek) -> bool:
    """Tell whether the bytes are a voucher by their armour or by how they begin."""
    return peek.data[:128].lstrip().startswith(_ARMOUR_START) or _BEGINNING.match(peek.data) is not None


def _take_off_armour(data: bytes) -> tuple[bytes, bool]:
    if not data[:128].lstrip().startswith(_ARMOUR_START):
        return data, False
    found = _ARMOUR.match(data)
    if found is None:
        raise malformed("the PEM block has no END line, or something follows it")
    try:
        return base64.b64decode(b"".join(found[1].split()), validate=True), True
    except (binascii.Error, ValueError) as fault:
        raise malformed("the PEM block is not base64") from fault


def members_of(chain: tuple[bytes, ...]) -> tuple[Member, ...]:
    """Give certificates of a voucher as those of a file are given."""
    from iotassess.evidence.certificates import load
    from iotassess.evidence.x509_bundle import Member

    return tuple(Member(index, der, load(der), 0, False) for index, der in enumerate(chain))


# --- opening ------------------------------------------------------------------------------------


def open_voucher(peek: Peek) -> Voucher:
    """Read the parts of a voucher.

    Args:
        peek: its bytes.

    Raises:
        MalformedArtefact: they are none, or not strict CBOR.
    """
    if len(peek.data) > MAX_VOUCHER_BYTES:
        message = f"{len(peek.data)} bytes; at most {MAX_VOUCHER_BYTES} bytes of a voucher are read"
        raise MalformedArtefact("artefact-too-large", message)
    data, armoured = _take_off_armour(peek.data)
    value = cbor.loads(data) if armoured else peek.cbor
    if not isinstance(value, list | tuple) or len(value) != 5:
        raise malformed(f"the voucher is {describe(value)}; expected an array of 5")
    version, header_raw, hmac, chain, entries = value
    if type(version) is not int or version not in VERSIONS:
        raise malformed(f"protocol version {describe(version)}; expected 100 or 101", "protocol_version")
    if type(header_raw) is not bytes:
        raise malformed(f"the header is {describe(header_raw)}; expected bytes", "header")
    if not isinstance(entries, list | tuple):
        raise malformed(f"the entries are {describe(entries)}; expected an array", "entries")
    if len(entries) > MAX_ENTRIES:
        message = f"{len(entries)} entries; at most {MAX_ENTRIES} are read"
        raise MalformedArtefact("artefact-too-large", message, at="entries")
    header = _read_header(header_raw)
    if header.version != version:
        message = f"protocol version {header.version} in the header and {version} around it; expected one"
        raise malformed(message, "header.protocol_version")
    return Voucher(
        data,
        armoured,
        header,
        header_raw,
        _hmac(hmac, "hmac"),
        _slice(data, (2,)),
        _chain(chain, "device_certificate_chain"),
        tuple(_read_entry(entry, _slice(data, (4, index)), index) for index, entry in enumerate(entries)),
    )


def _slice(data: bytes, trail: tuple[int, ...]) -> bytes:
    """Give the bytes of an item as they stand."""
    start = cbor.locate(data, trail)
    if start is None:  # it was decoded from there, but what may be stepped over for one file is used up
        raise MalformedArtefact("artefact-too-large", f"more than is read of one file: the item at {trail}")
    return data[start : cbor.scan(data, start).end]


def _read_header(raw: bytes) -> Header:
    value = _inner(raw, "header")
    if not isinstance(value, list | tuple) or len(value) != 6:
        raise malformed(f"the header is {describe(value)}; expected an array of 6", "header")
    version, guid, rendezvous, info, owner, chain_hash = value
    if type(version) is not int:
        raise malformed(f"the version is {describe(version)}; expected a number", "header.protocol_version")
    if type(guid) is not bytes or len(guid) != GUID_BYTES:
        raise malformed(f"the GUID is {describe(guid)}; expected {GUID_BYTES} bytes", "header.guid")
    if type(info) is not str:
        raise malformed(f"the device info is {describe(info)}; expected a text", "header.device_info")
    if not isinstance(rendezvous, list | tuple):
        message = f"the rendezvous info is {describe(rendezvous)}; expected an array"
        raise malformed(message, "header.rendezvous_info")
    digest = None if chain_hash is None else _hash(chain_hash, "header.device_certificate_chain_hash")
    return Header(version, guid, rendezvous, info, _owner(owner, "header.public_key"), digest)


def _read_entry(value: Any, raw: bytes, index: int) -> Entry:
    at = f"entries[{index}]"
    if not isinstance(value, cbor.Tag) or value.number != 18:
        raise malformed(f"{describe(value)}; expected a COSE_Sign1 with its tag 18", at)
    message = cose.parse(value)
    if message.payload is None:
        raise malformed("the content of the entry is detached; expected it inside", at)
    payload = _inner(message.payload, f"{at}.payload")
    if not isinstance(payload, list | tuple) or len(payload) != 4:
        raise malformed(f"the entry is {describe(payload)}; expected an array of 4", at)
    previous, info, extra, owner = payload
    if extra is not None:
        if type(extra) is bytes:
            extra = _inner(extra, f"{at}.extra")
        if not isinstance(extra, Mapping):
            raise malformed(f"{describe(extra)}; expected a map in bytes, or null", f"{at}.extra")
    return Entry(
        message,
        raw,
        _hash(previous, f"{at}.previous_hash"),
        _hash(info, f"{at}.header_info_hash"),
        extra,
        _owner(owner, f"{at}.public_key"),
    )


def _inner(raw: bytes, at: str) -> Any:
    try:
        return cbor.loads(raw)
    except MalformedArtefact as fault:
        raise malformed(f"{at}: {fault.message}", at) from fault


def _hash(value: Any, at: str) -> Hash:
    if (
        isinstance(value, list | tuple)
        and len(value) == 2
        and type(value[0]) is int
        and type(value[1]) is bytes
    ):
        size = DIGEST_BYTES.get(value[0], len(value[1]))
        if len(value[1]) != size:
            raise malformed(f"{len(value[1])} bytes of hash type {value[0]}; expected {size}", at)
        return Hash(value[0], value[1])
    raise malformed(f"{describe(value)}; expected an array of algorithm and digest", at)


def _hmac(value: Any, at: str) -> Hash:
    found = _hash(value, at)
    if found.type not in HMACS:
        raise malformed(f"an HMAC of hash type {found.type}; expected 5 or 6", at)
    return found


def _chain(value: Any, at: str) -> tuple[bytes, ...] | None:
    """Read a chain of certificates: an array of byte strings, or one (RFC 9360 section 2)."""
    if value is None:
        return None
    found = [value] if type(value) is bytes else value
    if not isinstance(found, list | tuple) or not found or not all(type(one) is bytes for one in found):
        raise malformed(f"{describe(value)}; expected certificates in byte strings", at)
    from iotassess.evidence.certificates import load
    from iotassess.evidence.x5chain import MAX_CHAIN

    if len(found) > MAX_CHAIN:
        message = f"{len(found)} certificates; at most {MAX_CHAIN} are read"
        raise MalformedArtefact("artefact-too-large", message, at=at)
    for der in found:
        try:
            load(der)
        except KeyFault as fault:
            raise malformed(f"a certificate: {fault.message}", at) from fault
    return tuple(found)


def _leaf_key(chain: tuple[bytes, ...]) -> Key | None:
    from iotassess.evidence.x5chain import leaf_key

    return leaf_key(chain) if chain else None


def _owner(value: Any, at: str) -> Owner:
    if not isinstance(value, list | tuple) or len(value) != 3 or not all(type(n) is int for n in value[:2]):
        raise malformed(f"{describe(value)}; expected an array of key type, encoding and key", at)
    kind, encoding, body = value
    if kind not in KEY_TYPES:
        raise malformed(f"a key of type {kind}; expected one of {', '.join(map(str, KEY_TYPES))}", at)
    chain: tuple[bytes, ...] = ()
    try:
        if encoding == 1 and type(body) is bytes:
            found = keys.load_pem_or_der(body) if body[:1] == b"\x30" else []
            key = found[0] if len(found) == 1 else None
        elif encoding == 2:
            chain = _chain(body, at) or ()
            key = _leaf_key(chain)
        elif encoding == 3 and isinstance(body, Mapping):
            key = keys.from_cose_key(body)
        elif encoding in ENCODINGS and encoding != 0:
            raise malformed(f"the key is {describe(body)}, which is not {ENCODINGS[encoding]}", at)
        else:
            return Owner(kind, encoding, None, (), f"keys of encoding {encoding} cannot be used here")
    except KeyFault as fault:
        raise malformed(f"the key: {fault.message}", at) from fault
    if not isinstance(key, Key) or key.kind == "symmetric" or key.private:
        raise malformed("the key is no public key of the encoding that it names", at)
    _require_type(kind, key, at)
    return Owner(kind, encoding, key, chain)


def _require_type(kind: int, key: Key, at: str) -> None:
    """Check that a key is of the type that it is said to be."""
    name, curves = KEY_TYPES[kind]
    fits = key.curve in curves if curves else key.kind == "RSA"
    if not fits:
        raise malformed(f"a {key.curve} key where the type says {name}", at)
