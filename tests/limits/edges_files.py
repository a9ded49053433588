"""Edges of files: certificates, vouchers, firmware, trust anchors, folders."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import cbor2

from iotassess.evidence import anchor_files, collect, x509_extensions, x509_paths
from iotassess.evidence.companions import companions
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.x5chain import leaf_key
from iotassess.evidence.x509_bundle import paths
from tests.evidence import cms_builder, fdo_builder, mud_builder, x509_builder
from tests.evidence.signing import AS_OF, b64, leaf, named, pem
from tests.evidence.test_brski import in_cms, jws_row, voucher
from tests.evidence.test_brski import read as read_voucher
from tests.evidence.test_fdo import read as read_fdo
from tests.evidence.test_firmware_formats import CONTEXT, END, decode, elf, line
from tests.evidence.test_x5chain import built
from tests.limits.edge import Edge, problems, refusal

TOO_LARGE = "artefact-too-large"


# --- certificates -------------------------------------------------------------------------------


def bundle_bytes(size: int) -> str:
    return problems(x509_builder.read(x509_builder.pem(x509_builder.device()).ljust(size, b"\n")), TOO_LARGE)


def bundle_certificates(size: int) -> str:
    many = [x509_builder.device(number=100 + index) for index in range(size)]
    return problems(x509_builder.read(many), TOO_LARGE)


def bundle_blocks(size: int) -> str:
    other = b"-----BEGIN X-----\n-----END X-----\n"
    data = x509_builder.pem(x509_builder.device()) + other * (size - 1)
    return problems(x509_builder.read(data), TOO_LARGE)


def bundle_paths(size: int) -> str:
    followed = len(paths(0, [range(1, size + 1), *[()] * size]))
    return f"{size} lead up, {followed} are followed" if followed < size else ""


def bare_keys(size: int) -> str:
    one = named(x509_builder.MIDDLE, "key", purpose="identity")

    class Crowd:
        def candidates(self, *_: Any) -> Any:
            return iter([one] * size)

    context: Any = Context("file", Crowd(), AS_OF)
    tried = len(list(x509_paths._bare_keys(x509_builder.device(), context, None)))
    return f"{size} are named, {tried} are tried" if tried < size else ""


def mud_url(size: int) -> str:
    url = "https://maker.example/".ljust(size, "a")
    extension = x509_builder.unknown(
        x509_extensions.MUD_URL.dotted_string, cms_builder.tlv(0x16, url.encode())
    )
    found = x509_extensions.mud_url(x509_builder.device(extension))
    return "" if found == url else f"a URL of {size} characters is not taken"


def serials(size: int) -> str:
    certificate = x509_builder.device(serial=tuple(f"SN-{at}" for at in range(size)))
    listed = len(x509_extensions.subject_serials(certificate))
    return f"{size} are there, {listed} are listed" if listed < size else ""


def chain(size: int) -> str:
    reason = built([leaf()] * size).reason
    return reason if "at most" in reason else ""


def certificate_bytes(size: int) -> str:
    told = refusal(lambda: leaf_key([b"\x30" * size]))
    return told if "at most" in told else ""


# --- vouchers -----------------------------------------------------------------------------------


def fdo_entries(size: int) -> str:
    parts = fdo_builder.Voucher().parts()
    parts[4] = [parts[4][0]] * size
    return problems(read_fdo(cbor2.dumps(parts)), TOO_LARGE)


def fdo_bytes(size: int) -> str:
    made = [fdo_builder.Voucher(info="i" * length).build() for length in (0, 70_000)]
    around = len(made[1]) - 70_000
    assert around > len(made[0]), "lengths of more than 64 KiB have longer heads"
    data = fdo_builder.Voucher(info="i" * (size - around)).build()
    assert len(data) == size
    return problems(read_fdo(data), TOO_LARGE)


def fdo_rendezvous(size: int) -> str:
    directive = [[3, cbor2.dumps(443)]]
    artefact = read_fdo(fdo_builder.Voucher(rendezvous=[directive] * size))
    listed = len(artefact.claims["header"]["rendezvous_info"])
    return f"{size} are there, {listed} are listed" if listed < size else ""


def brski_serial(size: int) -> str:
    artefact = read_voucher(in_cms(voucher(serial_number="1" * size)))
    named_ = any(one.property == "device.serial" for one in artefact.shown)
    return "" if named_ else f"a serial number of {size} names no device"


def brski_signatures(size: int) -> str:
    data = json.dumps({"payload": b64(voucher()), "signatures": [jws_row(voucher())] * size})
    return problems(read_voucher(data.encode()), "voucher-malformed")


# --- firmware -----------------------------------------------------------------------------------


def elf_segments(size: int) -> str:
    return problems(decode(Peek(elf(*[{"type": 4, "data": b""}] * (size - 1), {})), CONTEXT), TOO_LARGE)


def hex_lines(size: int) -> str:
    lines = b"".join(line(0, 16 * at, b"x" * 16) for at in range(size - 1))
    return problems(decode(Peek(lines + END), CONTEXT), TOO_LARGE)


def hex_line_bytes(size: int) -> str:
    first = line(0, 0, b"x" * 16)
    return problems(
        decode(Peek(first.rstrip(b"\n").ljust(size) + b"\n" + END), CONTEXT), "firmware-malformed"
    )


def memory_span(size: int) -> str:
    data = elf({"paddr": 0, "data": b"x"}, {"paddr": size - 1, "data": b"y"})
    return " | ".join(decode(Peek(data), CONTEXT).claims.get("not_evaluated", ()))


def memory_fill(size: int) -> str:
    """So many times the bytes that the file gives, and a mebibyte."""
    given = 1 << 12
    end = size * given + (1 << 20)
    half = given // 2
    data = elf({"paddr": 0, "data": b"x" * half}, {"paddr": end - half, "data": b"y" * half})
    return " | ".join(decode(Peek(data), CONTEXT).claims.get("not_evaluated", ()))


def memory_pieces(size: int) -> str:
    strewn = b"".join(line(0, 32 * at, b"U") for at in range(size)) + END
    return problems(decode(Peek(strewn), CONTEXT), TOO_LARGE)


# --- folders ------------------------------------------------------------------------------------


def folder_depth(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        deep = Path(root, *["f"] * (size - 1))
        deep.mkdir(parents=True, exist_ok=True)
        (deep / "file").write_bytes(b"x")
        collected = collect.collect([root])
        assert len(collected.found) + len(collected.not_done) == 1
        return " | ".join(one.said for one in collected.not_done)


def folder_files(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        for index in range(size):
            Path(root, str(index)).write_bytes(b"x")
        return " | ".join(one.said for one in collect.collect([root]).not_done)


def _anchors(path: Path) -> str:
    return refusal(lambda: list(anchor_files.read_anchors(anchor_files.AnchorSpec(path, "update"), [])))


def anchor_bytes(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        Path(root, "a.pem").write_bytes(pem(x509_builder.ROOT).ljust(size, b"\n"))
        return _anchors(Path(root, "a.pem"))


def anchor_count(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        for index in range(size):
            Path(root, f"{index}.pem").write_bytes(pem(x509_builder.ROOT))
        return _anchors(Path(root))


def anchor_depth(size: int) -> str:
    with tempfile.TemporaryDirectory() as root:
        deep = Path(root, *["update"] * size)
        deep.mkdir(parents=True)
        (deep / "a.pem").write_bytes(pem(x509_builder.ROOT))
        return _anchors(Path(root))


def signature_files(size: int) -> str:
    data = mud_builder.signature(mud_builder.data())
    found = [collect.Found(f"{at}.p7s", data, None, "", len(data)) for at in range(size)]
    held = len(companions(found))
    return f"{size} are there, {held} are held" if held < size else ""


EDGES: dict[str, Edge] = {
    "iotassess.evidence.x509_begin:MAX_BUNDLE_BYTES": Edge(bundle_bytes, "{most}"),
    "iotassess.evidence.x509_bundle:MAX_CERTIFICATES": Edge(bundle_certificates, "more than {most} certif"),
    "iotassess.evidence.x509_bundle:MAX_BLOCKS": Edge(bundle_blocks, "more than {most} PEM blocks"),
    "iotassess.evidence.x509_bundle:MAX_PATHS": Edge(bundle_paths, "{got} lead up, {most} are followed"),
    "iotassess.evidence.x509_paths:MAX_BARE_KEYS": Edge(bare_keys, "{got} are named, {most} are tried"),
    "iotassess.evidence.x509_extensions:MAX_URL_CHARACTERS": Edge(mud_url, "{got} characters"),
    "iotassess.evidence.x509_extensions:MAX_SERIALS": Edge(serials, "{got} are there, {most} are listed"),
    "iotassess.evidence.x5chain:MAX_CHAIN": Edge(chain, "at most {most}"),
    "iotassess.evidence.certificates:MAX_CERTIFICATE_BYTES": Edge(certificate_bytes, "at most {most}"),
    "iotassess.evidence.fdo_layout:MAX_ENTRIES": Edge(fdo_entries, "{got} entries; at most {most}"),
    "iotassess.evidence.fdo_layout:MAX_VOUCHER_BYTES": Edge(fdo_bytes, "{got} bytes; at most {most}"),
    "iotassess.evidence.fdo_claims:MAX_RENDEZVOUS": Edge(fdo_rendezvous, "{got} are there, {most} are"),
    "iotassess.evidence.brski:MAX_SERIAL": Edge(brski_serial, "{got}"),
    "iotassess.evidence.brski_forms:MAX_SIGNATURES": Edge(brski_signatures, "{most}"),
    "iotassess.evidence.firmware_elf:MAX_SEGMENTS": Edge(
        elf_segments, "{got} program headers; at most {most}"
    ),
    "iotassess.evidence.firmware_hex:MAX_LINES": Edge(hex_lines, "more than {most} lines", smaller=100),
    "iotassess.evidence.firmware_hex:MAX_LINE_BYTES": Edge(hex_line_bytes, "more than {most} characters"),
    "iotassess.evidence.firmware_memory:MAX_SPAN": Edge(memory_span, "{got} bytes", smaller=1 << 16),
    "iotassess.evidence.firmware_memory:MAX_FILL": Edge(memory_fill, "no one image"),
    "iotassess.evidence.firmware_memory:MAX_PIECES": Edge(memory_pieces, "more than {most}", smaller=20),
    "iotassess.evidence.collect:MAX_DEPTH": Edge(folder_depth, "{most} folders deep"),
    "iotassess.evidence.collect:MAX_FILES": Edge(folder_files, "limits", smaller=3),
    "iotassess.evidence.anchor_files:MAX_ANCHOR_FILE_BYTES": Edge(anchor_bytes, "expected at most {most}"),
    "iotassess.evidence.anchor_files:MAX_ANCHOR_FILES": Edge(anchor_count, "at most {most}", smaller=3),
    "iotassess.evidence.anchor_files:MAX_FOLDER_DEPTH": Edge(anchor_depth, "more than {most} folders deep"),
    "iotassess.evidence.companions:MAX_COMPANIONS": Edge(signature_files, "{got} are there, {most} are held"),
}
"""Limit → its edge."""
