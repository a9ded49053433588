"""What an MCUboot image says besides its hash and signatures: counter, dependencies, boot record, trailer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence import mcuboot_names as names
from iotassess.evidence.eat_reading import enumerated, free_key, to_json
from iotassess.evidence.mcuboot_layout import MALFORMED, Layout, Tlv, read_version
from iotassess.model.artefact import Problem
from iotassess.model.problems import problem

_BOOT_RECORD: Final[dict[int, tuple[str, type]]] = {
    1: ("sw_type", str),
    2: ("measurement_value", bytes),
    4: ("sw_version", str),
    5: ("signer_id", bytes),
    6: ("measurement_description", str),
}
"""Labels of a software component (PSA attestation API 1.0; RFC 9783 section 4.4.1)."""

_DEPENDENCY_BYTES: Final = 12
"""Image number, three bytes of padding, and the least version."""

_COUNTER_BYTES: Final = 4

_TRAILER_MAGIC: Final = bytes.fromhex("77c295f360d2ef7f3552500f2cb67980")
"""End of the slot where flash is written in units of up to eight bytes."""

_ALIGNED_MAGIC: Final = bytes.fromhex("2de15d29410b8d77679c110f1f8a")
"""The same for larger units, behind their size in two bytes."""

_ALIGNMENTS: Final = (8, 16, 32, 64, 128, 256, 512)
"""Write units that MCUboot knows, in bytes."""

_IS_SET: Final = 1


class Details(NamedTuple):
    """What was read.

    Attributes:
        claims: part of the claims tree.
        problems: what is wrong with it.
        counter: the security counter and where it stands; a protected one before any other; or None.
        wellformed: all of it is as the format has it.
    """

    claims: dict[str, Any]
    problems: tuple[Problem, ...]
    counter: tuple[int, Tlv] | None
    wellformed: bool


def read_details(data: bytes, layout: Layout) -> Details:
    """Read what the TLVs say, and the slot's trailer.

    Args:
        data: the image.
        layout: where things stand in it.
    """
    faults: list[Problem] = []
    counter = _counter(layout, faults)
    claims: dict[str, Any] = {"security_counter": None if counter is None else counter[0]}
    claims |= {"dependencies": []} | _statements(layout, faults, protected=True)
    loose = _statements(layout, faults, protected=False)
    if loose:
        claims["unprotected"] = loose
    for name, types in (("key_hashes", (names.KEYHASH,)), ("public_keys", (names.PUBKEY,))):
        if found := layout.of(*types):
            claims[name] = [tlv.value.hex() for tlv in found]
    if encryption := layout.of(*names.ENCRYPTION):
        claims["encryption"] = [
            {"type": enumerated(tlv.type, tlv.name), "length": len(tlv.value)} for tlv in encryption
        ]
    for name, protected in (("protected_tlvs", True), ("tlvs", False)):
        claims[name] = [tlv.as_claim() for tlv in layout.tlvs if tlv.protected is protected]
    claims["trailing_bytes"] = len(data) - layout.end
    trailer = read_trailer(data[layout.end :])
    if trailer is not None:
        claims["trailer"] = trailer
    problems = [*faults, *_unprotected(layout)]
    if counter is None or not counter[1].protected:
        problems.append(_no_counter(counter))
    return Details(claims, tuple(problems), counter, not faults)


def _counter(layout: Layout, faults: list[Problem]) -> tuple[int, Tlv] | None:
    """Read the security counter; a boot loader looks for it among the protected TLVs only."""
    found: list[tuple[int, Tlv]] = []
    for tlv in layout.of(names.SECURITY_COUNTER):
        if len(tlv.value) != _COUNTER_BYTES:
            faults.append(_wrong_size(tlv, _COUNTER_BYTES, "security_counter"))
        else:
            found.append((int.from_bytes(tlv.value, "little"), tlv))
    protected = [entry for entry in found if entry[1].protected]
    if len({value for value, _ in protected}) > 1:
        values = " and ".join(str(value) for value, _ in protected[:3])
        message = f"security counters {values}: which one holds depends on the boot loader; expected one"
        faults.append(problem(MALFORMED, message, at="security_counter", offset=protected[1][1].offset))
        return None
    return next(iter([*protected, *found]), None)


def _no_counter(counter: tuple[int, Tlv] | None) -> Problem:
    message = "no security counter, so that a boot loader can tell an older release by its version at best"
    offset = None
    if counter is not None:
        message = (
            f"the security counter {counter[0]} stands among the unprotected TLVs, where anybody can change "
            "it and MCUboot does not look for it"
        )
        offset = counter[1].offset
    return problem(
        "mcuboot-no-security-counter",
        f"{message}; sign with a security counter",
        at="security_counter",
        offset=offset,
    )


def _wrong_size(tlv: Tlv, expected: int, at: str) -> Problem:
    message = f"{tlv.name} has {len(tlv.value)} bytes; expected {expected}"
    return problem(MALFORMED, message, at=at, offset=tlv.offset)


def _statements(layout: Layout, faults: list[Problem], *, protected: bool) -> dict[str, Any]:
    """Read dependencies and boot record of one of the two areas, as far as it has them."""
    claims: dict[str, Any] = {}
    tlvs = [tlv for tlv in layout.tlvs if tlv.protected is protected]
    if dependencies := _dependencies([tlv for tlv in tlvs if tlv.type == names.DEPENDENCY], faults):
        claims["dependencies"] = dependencies
    record = _boot_record([tlv for tlv in tlvs if tlv.type == names.BOOT_RECORD], faults)
    if record is not None:
        claims["boot_record"] = record
    return claims


def _unprotected(layout: Layout) -> Iterator[Problem]:
    """Report what stands where anybody can add it to a signed image."""
    for tlv in layout.of(names.DEPENDENCY, names.BOOT_RECORD):
        if not tlv.protected:
            message = (
                f"{tlv.name} stands among the unprotected TLVs, where anybody can add it to a signed image; "
                "expected it among the protected ones: it is not taken for what the image says"
            )
            at = "unprotected.dependencies" if tlv.type == names.DEPENDENCY else "unprotected.boot_record"
            yield problem(MALFORMED, message, at=at, offset=tlv.offset, severity="warning")


def _dependencies(tlvs: Sequence[Tlv], faults: list[Problem]) -> list[dict[str, Any]]:
    found = []
    for tlv in tlvs:
        if len(tlv.value) != _DEPENDENCY_BYTES:
            faults.append(_wrong_size(tlv, _DEPENDENCY_BYTES, "dependencies"))
            continue
        found.append({"image": tlv.value[0], "min_version": str(read_version(tlv.value[4:]))})
    return found


def _boot_record(entries: Sequence[Tlv], faults: list[Problem]) -> dict[str, Any] | None:
    """Read the boot record: the software component that a device adds to its attestation token."""
    if not entries:
        return None
    tlv = entries[0]
    try:
        record = cbor.loads(tlv.value)
    except MalformedArtefact as fault:
        message = f"the boot record is not CBOR: {fault.message}"
        faults.append(problem(MALFORMED, message, at="boot_record", offset=tlv.offset + (fault.offset or 0)))
        return None
    if not isinstance(record, Mapping):
        message = "the boot record is no CBOR map, which a software component is"
        faults.append(problem(MALFORMED, message, at="boot_record", offset=tlv.offset))
        return None
    claims: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for label, value in record.items():
        name, kind = _BOOT_RECORD.get(label, ("", object)) if type(label) is int else ("", object)
        if name and isinstance(value, kind):
            claims[name] = to_json(value)
        else:
            other[free_key(label, other)] = to_json(value)
    if other:
        claims["other"] = other
    return claims


# --- the slot's trailer -------------------------------------------------------------------------


def read_trailer(rest: bytes) -> dict[str, Any] | None:
    """Read what stands at the end of a slot: whether the image is to be tried, and whether it was confirmed.

    Nothing covers it. It ends with a magic; before that stand, each in a unit of the flash, image_ok,
    copy_done and swap_info.

    Args:
        rest: what follows the TLVs.

    Returns:
        The trailer; None where there is none.
    """
    alignment = _alignment(rest[-16:])
    if alignment is None:
        return None
    end = len(rest) - -(-16 // alignment) * alignment
    flags = [rest[at] if at >= 0 else None for at in (end - alignment * unit for unit in (1, 2, 3))]
    image_ok, copy_done, swap_info = flags
    claims: dict[str, Any] = {
        "alignment": alignment,
        "confirmed": image_ok == _IS_SET,
        "copy_done": copy_done == _IS_SET,
    }
    if swap_info is not None and swap_info & 0x0F in names.SWAP_TYPES:
        kind = swap_info & 0x0F
        claims["swap_type"] = enumerated(kind, names.SWAP_TYPES[kind])
        claims["swap_image"] = swap_info >> 4
    return claims


def _alignment(magic: bytes) -> int | None:
    if magic == _TRAILER_MAGIC:
        return _ALIGNMENTS[0]
    if magic[2:] == _ALIGNED_MAGIC and (size := int.from_bytes(magic[:2], "little")) in _ALIGNMENTS:
        return size
    return None
