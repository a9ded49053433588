"""Damage to good bytes: of no format, of CBOR, of ASN.1, of text; and other things around them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import cbor2
from cbor2 import CBORTag
from hypothesis import strategies as st

from iotassess.codec.cbor_tokens import read_head
from iotassess.errors import MalformedArtefact

Damage = Callable[[bytes], bytes]
PLACES = st.floats(0, 1, exclude_max=True)
MOST_HEADS = 4_000


def _at(data: bytes, place: float) -> int:
    return int(place * len(data))


def flip(data: bytes, place: float, bit: int) -> bytes:
    if not data:
        return data
    at = _at(data, place)
    return data[:at] + bytes((data[at] ^ (1 << bit),)) + data[at + 1 :]


def replace(data: bytes, place: float, piece: bytes) -> bytes:
    at = _at(data, place)
    return data[:at] + piece + data[at + len(piece) :]


def insert(data: bytes, place: float, piece: bytes) -> bytes:
    at = _at(data, place)
    return data[:at] + piece + data[at:]


def delete(data: bytes, place: float, count: int) -> bytes:
    at = _at(data, place)
    return data[:at] + data[at + count :]


def duplicate(data: bytes, place: float, count: int) -> bytes:
    at = _at(data, place)
    return data[: at + count] + data[at:]


def truncate(data: bytes, place: float) -> bytes:
    return data[: _at(data, place)]


def splice(data: bytes, other: bytes, place: float, another: float) -> bytes:
    return data[: _at(data, place)] + other[_at(other, another) :]


# --- CBOR -----------------------------------------------------------------------------------------


def heads(data: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> list[tuple[int, int]]:
    """Offsets of the heads of CBOR items and past them, as far as can be told; those in byte strings, too."""
    found: list[tuple[int, int]] = []
    at, end = start, len(data) if end is None else end
    while at < end and len(found) < MOST_HEADS:
        try:
            head = read_head(data, at, end)
        except MalformedArtefact:
            break
        found.append((at, head.next))
        if head.major in (2, 3) and head.info != 31:
            after = head.next + head.argument
            if head.major == 2 and head.argument > 2 and depth < 6 and after <= end:
                found += heads(data, head.next, after, depth + 1)
            at = after
        else:
            at = head.next
    return found


def swap_head(data: bytes, place: float, head: bytes) -> bytes:
    """Give an item another head: another type, length or tag."""
    known = heads(data)
    if not known:
        return head + data
    start, after = known[int(place * len(known))]
    return data[:start] + head + data[after:]


def duplicate_item(data: bytes, place: float) -> bytes:
    """Write an item twice where one stood: a key or a value too many, or a key twice."""
    known = heads(data)
    if len(known) < 3:
        return data + data
    first = int(place * (len(known) - 2))
    start, end = known[first][0], known[first + 2][0]
    return data[:end] + data[start:end] + data[end:]


def head_of(major: int, argument: int, width: int) -> bytes:
    """A head of any width, the shortest or not."""
    if not width:
        return bytes((major << 5 | argument & 0x1F,))
    return bytes((major << 5 | 23 + width,)) + (argument & (1 << 8 * (1 << width - 1)) - 1).to_bytes(
        1 << width - 1, "big"
    )


HEADS = st.builds(
    head_of,
    st.integers(0, 7),
    st.integers(0, 40) | st.sampled_from([107, 255, 65535, 1 << 31, (1 << 64) - 1]),
    st.integers(0, 4),
)


def nest(data: bytes, head: bytes, count: int) -> bytes:
    return head * count + data


def key_twice(data: bytes) -> bytes:
    """The map that an artefact begins with, its first pair a second time."""
    try:
        value = cbor2.loads(data)
    except Exception:  # it was damaged before
        return data + data
    return cbor2.dumps(value if not isinstance(value, dict) else [value, value])


# --- ASN.1 and text -------------------------------------------------------------------------------


def asn1_length(data: bytes, place: float, length: bytes) -> bytes:
    """Give one ASN.1 item another length."""
    places = [
        at for at in range(len(data) - 1) if data[at] in (0x02, 0x03, 0x04, 0x06, 0x30, 0x31, 0xA0, 0xA3)
    ]
    if not places:
        return data + length
    at = places[int(place * len(places))] + 1
    return data[:at] + length + data[at + 1 :]


def in_pem(data: bytes, label: str) -> bytes:
    return (
        f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(data) + f"-----END {label}-----\n".encode()
    )


def wrapped(data: bytes, how: str) -> bytes:
    """Another container around it."""
    text = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    made: dict[str, Callable[[], bytes]] = {
        "bstr": lambda: cbor2.dumps(data),
        "self-described": lambda: b"\xd9\xd9\xf7" + data,
        "cwt": lambda: b"\xd8\x3d" + data,
        "corim": lambda: b"\xd9\x01\xf5" + data,
        "sign1": lambda: cbor2.dumps(CBORTag(18, [b"\xa1\x01\x26", {}, data, bytes(64)])),
        "cmw": lambda: cbor2.dumps(["application/eat+cwt", data]),
        "cmw-json": lambda: json.dumps(["application/eat+cwt", text]).encode(),
        "uccs": lambda: cbor2.dumps(CBORTag(601, {10: data, 266: {"x": data}})),
        "deb": lambda: cbor2.dumps(CBORTag(602, [data, {"x": data}])),
        "pem": lambda: in_pem(data, "CERTIFICATE"),
        "pem-key": lambda: in_pem(data, "PUBLIC KEY"),
        "jwt": lambda: b"eyJhbGciOiJFUzI1NiJ9." + text.encode() + b".AAAA",
        "octets": lambda: b"\x04\x82" + (len(data) & 0xFFFF).to_bytes(2, "big") + data,
    }
    return made[how]()


CONTAINERS = (
    "bstr",
    "self-described",
    "cwt",
    "corim",
    "sign1",
    "cmw",
    "cmw-json",
    "uccs",
    "deb",
    "pem",
    "pem-key",
    "jwt",
    "octets",
)

DAMAGES: st.SearchStrategy[Damage] = st.one_of(
    st.builds(lambda place, bit: lambda data: flip(data, place, bit), PLACES, st.integers(0, 7)),
    st.builds(
        lambda place, piece: lambda data: replace(data, place, piece),
        PLACES,
        st.binary(min_size=1, max_size=6),
    ),
    st.builds(
        lambda place, piece: lambda data: insert(data, place, piece),
        PLACES,
        st.binary(min_size=1, max_size=6),
    ),
    st.builds(lambda place, count: lambda data: delete(data, place, count), PLACES, st.integers(1, 40)),
    st.builds(lambda place, count: lambda data: duplicate(data, place, count), PLACES, st.integers(1, 40)),
    st.builds(lambda place: lambda data: truncate(data, place), PLACES),
    st.builds(lambda place, head: lambda data: swap_head(data, place, head), PLACES, HEADS),
    st.builds(lambda place: lambda data: duplicate_item(data, place), PLACES),
    st.builds(
        lambda head, count: lambda data: nest(data, head, count), HEADS, st.sampled_from([1, 3, 70, 3000])
    ),
    st.builds(
        lambda place, length: lambda data: asn1_length(data, place, length),
        PLACES,
        st.sampled_from([b"\x80", b"\x84\xff\xff\xff\xff", b"\x00", b"\x7f", b"\x82\x00\x01", b"\xff"]),
    ),
    st.builds(lambda how: lambda data: wrapped(data, how), st.sampled_from(CONTAINERS)),
    st.just(key_twice),
)


def apply(data: bytes, damages: list[Damage]) -> bytes:
    for damage in damages:
        data = damage(data)
    return data
