"""Intel HEX, ELF and MCUboot files as images: digests of the file and of what it holds."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.evidence import firmware, firmware_content, firmware_elf, firmware_hex, firmware_memory
from iotassess.evidence.collect import read_image
from iotassess.evidence.context import Context, Image
from iotassess.evidence.firmware import decode, examine
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.model.artefact import Role
from iotassess.model.claim import Digest, Subject
from iotassess.model.problems import PROBLEMS
from tests.evidence import mcuboot_builder
from tests.evidence.signing import AS_OF
from tests.tries import tries

CONTEXT = Context("app.hex", TrustStore(), AS_OF)
CODE = bytes(range(200))


def line(kind: int, address: int = 0, data: bytes = b"", checksum: int | None = None) -> bytes:
    record = bytes([len(data)]) + struct.pack(">HB", address, kind) + data
    check = -sum(record) & 0xFF if checksum is None else checksum
    return b":" + (record + bytes([check])).hex().upper().encode() + b"\n"


END = line(1)


def intel_hex(data: bytes = CODE, address: int = 0x0800_0000, end: bytes = END) -> bytes:
    """The data in lines of sixteen bytes at a 32-bit address."""
    lines = [line(4, 0, struct.pack(">H", address >> 16))]
    lines += [line(0, (address & 0xFFFF) + at, data[at : at + 16]) for at in range(0, len(data), 16)]
    return b"".join(lines) + end


LAYOUTS = {
    (32, "<"): ("<HHIIIIIHHHHHH", "<IIIIIIII", 1, 1),
    (32, ">"): (">HHIIIIIHHHHHH", ">IIIIIIII", 1, 2),
    (64, "<"): ("<HHIQQQIHHHHHH", "<IIQQQQQQ", 2, 1),
    (64, ">"): (">HHIQQQIHHHHHH", ">IIQQQQQQ", 2, 2),
}


def elf(*segments: dict, bits: int = 32, order: str = "<", **fields: int) -> bytes:
    """An executable with these program headers; of each, ``data`` and what is to differ from the usual."""
    head_form, segment_form, word, endian = LAYOUTS[bits, order]
    table = 16 + struct.calcsize(head_form)
    width = struct.calcsize(segment_form)
    position = table + width * len(segments)
    rows, body = b"", b""
    for segment in segments:
        data = segment.get("data", CODE)
        row = {"type": 1, "offset": position + len(body), "flags": 5, "vaddr": 0x2000_0000, "paddr": 0x1000}
        row |= {"filesz": len(data), "memsz": len(data), "align": 4} | segment
        names = ["type", "offset", "vaddr", "paddr", "filesz", "memsz", "flags", "align"]
        if bits == 64:
            names = ["type", "flags", "offset", "vaddr", "paddr", "filesz", "memsz", "align"]
        rows += struct.pack(segment_form, *(row[name] for name in names))
        body += data
    said = {"type": 2, "machine": 40, "version": 1, "entry": 0x1001, "phoff": table, "shoff": 0, "flags": 0}
    said |= {"ehsize": table, "phentsize": width, "phnum": len(segments), "a": 0, "b": 0, "c": 0} | fields
    head = b"\x7fELF" + bytes([word, endian, 1]) + bytes(9) + struct.pack(head_form, *said.values())
    return head + rows + body


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def content_of(data: bytes) -> str | None:
    """SHA-256 of what a file holds, or None."""
    artefact = decode(Peek(data), CONTEXT)
    return artefact.claims.get("content", {}).get("sha-256")


def fault_of(data: bytes) -> str:
    """What is wrong with a file; its digest counts all the same."""
    artefact = decode(Peek(data), CONTEXT)
    (found,) = artefact.problems
    assert found.id == "firmware-malformed"
    assert not artefact.wellformed
    assert (found.at, artefact.authenticity) == ("content", "unsigned")
    assert 0 <= found.offset <= len(data)
    assert [shown.path for shown in artefact.shown] == [
        *(f"digests.{alg}" for alg in ("sha-256", "sha-384", "sha-512")),
        "size",
    ]
    assert artefact.shown[0].value == Digest("sha-256", sha256(data))
    assert "content" not in artefact.claims
    return found.message


# --- what is shown ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "format", "held"),
    [
        (intel_hex(), "intel-hex", CODE),
        (elf({}), "elf", CODE),
        (mcuboot_builder.image(payload=CODE), "mcuboot", CODE),
    ],
)
def test_a_file_shows_its_own_digest_and_that_of_what_it_holds(data, format, held):
    artefact = decode(Peek(data), replace(CONTEXT, role=Role("image", "app", 3)))
    assert (artefact.kind, artefact.wellformed, artefact.problems) == ("firmware-image", True, ())
    assert artefact.claims["format"] == format
    assert artefact.claims["content"]["size"] == len(held)
    values = {shown.path: shown.value for shown in artefact.shown}
    assert values["digests.sha-256"] == Digest("sha-256", sha256(data))
    assert values["content.sha-256"] == Digest("sha-256", sha256(held))
    assert values["content.sha-512"] == Digest("sha-512", hashlib.sha512(held).hexdigest())
    assert (values["size"], values["content.size"]) == (len(data), len(held))
    assert len(values) == 8
    for shown in artefact.shown:
        assert (shown.subject, shown.observed, shown.covered) == (Subject("component", "app"), True, False)
    json.dumps(artefact.claims, allow_nan=False)


def test_raw_bytes_have_no_content_besides_themselves():
    artefact = decode(Peek(CODE), CONTEXT)
    assert artefact.claims["format"] == "raw"
    assert "content" not in artefact.claims
    assert len(artefact.shown) == 4


@pytest.mark.parametrize("data", [b"", b":", b":0400", b"\x7fEL", b"\x3d\xb8\xf3", b": all that is text"])
def test_what_only_begins_like_another_format_is_raw(data):
    artefact = decode(Peek(data), CONTEXT)
    assert (artefact.claims["format"], artefact.wellformed, artefact.problems) == ("raw", True, ())


def test_what_else_the_file_says_is_told():
    start = line(5, 0, struct.pack(">I", 0x0800_0101))
    claims = decode(Peek(intel_hex(end=start + END)), CONTEXT).claims
    assert claims["content"]["start_linear"] == 0x0800_0101
    assert claims["content"]["address"] == 0x0800_0000
    start = line(3, 0, struct.pack(">I", 0x1234_5678))
    assert decode(Peek(intel_hex(end=start + END)), CONTEXT).claims["content"]["start_segment"] == 0x12345678
    claims = decode(Peek(elf({}, bits=64, order=">")), CONTEXT).claims
    assert (
        claims["content"] | {"class": 64, "byte_order": "big", "machine": 40, "entry": 0x1001}
        == claims["content"]
    )
    claims = decode(Peek(mcuboot_builder.image()), CONTEXT).claims
    assert claims["content"]["version"] == "1.2.3+4"


# --- Intel HEX ----------------------------------------------------------------------------------


def test_lines_may_end_and_be_ordered_as_tools_have_them():
    lines = intel_hex().splitlines(keepends=True)
    shuffled = [lines[0], *reversed(lines[1:-1]), lines[-1]]
    for text in (
        b"".join(shuffled),
        intel_hex().replace(b"\n", b"\r\n"),
        intel_hex().replace(b"\n", b"\r"),
        intel_hex().lower(),
        b"\n" + intel_hex().replace(b"\n", b" \n\n"),
        intel_hex()[:-1],
    ):
        assert content_of(text) == sha256(CODE)


def test_segments_and_the_first_64_kib_need_no_linear_address():
    assert content_of(line(0, 0x10, CODE) + END) == sha256(CODE)
    two = line(2, 0, b"\x10\x00") + line(0, 0x0, b"ab") + line(2, 0, b"\x0f\xff") + line(0, 0x0E, b"xy") + END
    assert content_of(two) == sha256(b"xyab")
    assert decode(Peek(two), CONTEXT).claims["content"]["address"] == 0xFFFE


def test_a_line_may_run_on_into_the_next_64_kib_of_linear_memory():
    text = line(4, 0, b"\x00\x01") + line(0, 0xFFFE, b"abcd") + line(4, 0, b"\x00\x02") + line(0, 2, b"ef")
    assert content_of(text + END) == sha256(b"abcdef")


def test_gaps_are_told_in_both_ways_in_which_tools_fill_them():
    text = line(0, 0x100, b"abcd") + line(0, 0x10A, b"efgh") + END
    artefact = decode(Peek(text), CONTEXT)
    assert artefact.claims["content"]["sha-256"] == sha256(b"abcd" + b"\xff" * 6 + b"efgh")
    assert artefact.claims["content_with_zeros"]["sha-256"] == sha256(b"abcd" + b"\0" * 6 + b"efgh")
    assert artefact.claims["content"]["size"] == 14
    paths = [shown.path for shown in artefact.shown]
    assert paths.count("content.size") == 1
    assert len([path for path in paths if path.startswith("content_with_zeros.")]) == 3
    image = examine((text,)).as_image("app.hex", None)
    assert Digest("sha-256", sha256(b"abcd" + b"\xff" * 6 + b"efgh")) in image.content
    assert Digest("sha-256", sha256(b"abcd" + b"\0" * 6 + b"efgh")) in image.content
    assert len(image.content) == 6


def test_a_wide_gap_is_filled_whole():
    text = line(0, 0, b"a") + line(4, 0, b"\x00\x05") + line(0, 0, b"b") + END
    assert content_of(text) == sha256(b"a" + b"\xff" * 0x4FFFF + b"b")


def test_memory_that_is_no_one_image_is_not_laid_out():
    text = line(0, 0, b"flash") + line(4, 0, b"\xff\xff") + line(0, 0, b"settings") + END
    artefact = decode(Peek(text), CONTEXT)
    assert (artefact.wellformed, artefact.problems) == (True, ())
    assert "sha-256" not in artefact.claims["content"]
    assert "4294901768 bytes" in artefact.claims["not_evaluated"][0]


def test_a_file_that_holds_nothing_has_no_digest_that_everybody_has():
    for data in (line(0, 0, b"") + END, elf({"data": b""}), elf(), elf({"type": 2})):
        artefact = decode(Peek(data), CONTEXT)
        assert (artefact.wellformed, artefact.problems) == (True, ())
        assert "nothing" in artefact.claims["not_evaluated"][0]
        assert len(artefact.shown) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (intel_hex(end=b""), "no end-of-file"),
        (intel_hex() + line(0, 0, b"x"), "behind the end-of-file"),
        (intel_hex() + b"hello", "behind the end-of-file"),
        (line(0, 0, CODE) + b"hello\n" + END, "colon"),
        (line(0, 0, CODE) + b":" + b"00" * 600 + b"\n" + END, "characters"),
        (line(0, 0, CODE) + b":zz\n" + END, "hexadecimal"),
        (line(0, 0, CODE) + b":\xff\xff\n" + END, "hexadecimal"),
        (line(0, 0, CODE) + b":000\n" + END, "hexadecimal"),
        (line(0, 0, CODE) + b":\n" + END, "bytes"),
        (line(0, 0, CODE) + b":02000000AA54\n" + END, "bytes"),
        (line(0, 0, CODE) + b":01000000AABB55\n" + END, "bytes"),
        (line(0, 0, CODE, checksum=0) + END, "checksum of line 1"),
        (line(0, 0, CODE) + line(6, 0, b"ab") + END, "type 6"),
        (line(0, 0, CODE) + line(4, 0, b"a") + END, "bytes of data"),
        (line(0, 0, CODE) + line(1, 0, b"a"), "bytes of data"),
        (line(0, 0, CODE) + line(0, 100, b"x") + END, "given twice"),
        (line(0, 100, b"x") + line(0, 100, b"x") + END, "given twice"),
        (line(0, 0xFFFF, b"ab") + END, "end of its segment"),
        (line(2, 0, b"\x10\x00") + line(0, 0xFFFF, b"ab") + END, "end of its segment"),
        (line(4, 0, b"\xff\xff") + line(0, 0xFFFF, b"ab") + END, "end of memory"),
        (line(5, 0, b"abcd") + line(5, 0, b"abce") + END, "second start"),
    ],
)
def test_an_intel_hex_file_that_is_broken_says_where(text, expected):
    assert expected in fault_of(text)


def test_more_lines_than_are_read_are_too_large(monkeypatch):
    monkeypatch.setattr(firmware_hex, "MAX_LINES", 5)
    artefact = decode(Peek(intel_hex()), CONTEXT)
    assert ([found.id for found in artefact.problems], artefact.wellformed) == (["artefact-too-large"], True)


# --- ELF ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_loadable_segments_are_put_at_their_physical_addresses(bits, order):
    data = elf(
        {"data": b"data", "vaddr": 0x2000_0000, "paddr": 0x1006, "memsz": 100},
        {"data": b"note", "type": 4, "paddr": 0x1000},
        {"data": b"code", "vaddr": 0x1000, "paddr": 0x1000},
        {"data": b"", "vaddr": 0x2000_1000, "paddr": 0, "memsz": 50},
        bits=bits,
        order=order,
    )
    assert content_of(data) == sha256(b"code\xff\xffdata")


def test_where_no_segment_has_a_physical_address_the_virtual_ones_count():
    data = elf({"data": b"late", "vaddr": 0x14, "paddr": 0}, {"data": b"soon", "vaddr": 0x10, "paddr": 0})
    assert content_of(data) == sha256(b"soonlate")


def test_debugging_information_changes_the_file_and_not_what_it_holds():
    assert content_of(elf({}) + b"symbols") == content_of(elf({}))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x7fELF" + b"\1\1", "header"),
        (elf({})[:4] + b"\3" + elf({})[5:], "class 3"),
        (elf({})[:5] + b"\0" + elf({})[6:], "byte order 0"),
        (elf({})[:40], "cut off"),
        (elf({}, phentsize=31), "do not fit"),
        (elf({}, phnum=20), "do not fit"),
        (elf({}, phoff=1 << 31), "do not fit"),
        (elf({"filesz": len(CODE) + 1, "memsz": 1000}), "leads out"),
        (elf({"offset": 1 << 31}), "leads out"),
        (elf({"memsz": 10}), "does not fit the memory"),
        (elf({"paddr": 0xFFFF_FFFF}), "does not fit the memory"),
        (elf({}, {}), "given twice"),
        (elf({}, {"paddr": 0x1000 + len(CODE) - 1}), "given twice"),
    ],
)
def test_an_elf_file_that_is_broken_says_where(data, expected):
    assert expected in fault_of(data)


def test_more_segments_than_are_read_are_too_large(monkeypatch):
    monkeypatch.setattr(firmware_elf, "MAX_SEGMENTS", 1)
    artefact = decode(Peek(elf({}, {"paddr": 0x5000})), CONTEXT)
    assert ([found.id for found in artefact.problems], artefact.wellformed) == (["artefact-too-large"], True)


# --- MCUboot ------------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [0x4, 0x8, 0x200])
def test_what_an_encrypted_or_compressed_image_boots_is_not_told(flags):
    artefact = decode(Peek(mcuboot_builder.image(flags=flags)), CONTEXT)
    assert artefact.claims["content"] == {"version": "1.2.3+4"}
    assert artefact.claims["not_evaluated"]
    assert len(artefact.shown) == 4


def test_an_mcuboot_image_that_is_cut_off_is_malformed():
    assert "cut off" in fault_of(mcuboot_builder.image()[:-1])
    assert "header" in fault_of(mcuboot_builder.image()[:20])
    many = decode(Peek(mcuboot_builder.image(extra=((1, b""),) * 600)), CONTEXT)
    assert ([found.id for found in many.problems], many.wellformed) == (["artefact-too-large"], True)


def test_an_image_that_is_said_to_be_firmware_stays_that():
    artefact = read(mcuboot_builder.image(), CONTEXT, kind="firmware-image")
    assert (artefact.kind, artefact.claims["format"]) == ("firmware-image", "mcuboot")
    assert {shown.property for shown in artefact.shown} == {"component.image-digest", "component.size"}


# --- files --------------------------------------------------------------------------------------


def test_a_file_that_is_read_piece_by_piece_comes_to_the_same():
    data = intel_hex()
    whole = examine((data,)).as_image("x", None)
    assert examine(bytes([byte]) for byte in data).as_image("x", None) == whole
    assert whole.content_size == len(CODE)


def test_an_image_from_a_file_has_what_it_holds(tmp_path):
    file = tmp_path / "app.hex"
    file.write_bytes(intel_hex())
    image = read_image(file, "app.hex", "00")
    assert isinstance(image, Image)
    assert (image.component, image.format, image.content_size) == ("00", "intel-hex", len(CODE))
    assert Digest("sha-256", sha256(CODE)) in image.content
    assert Digest("sha-256", sha256(intel_hex())) in image.digests
    file.write_bytes(intel_hex(end=b""))
    broken = read_image(file, "app.hex")
    assert isinstance(broken, Image)
    assert (broken.content, broken.content_size, broken.problem.id) == ((), None, "firmware-malformed")


@pytest.mark.parametrize("data", [intel_hex(), elf({}), mcuboot_builder.image()])
def test_a_file_too_large_to_be_looked_into_is_digested_all_the_same(monkeypatch, data):
    monkeypatch.setattr("iotassess.evidence.firmware.MAX_CONTAINER_BYTES", 200)
    artefact = decode(Peek(data), CONTEXT)
    assert [found.id for found in artefact.problems] == ["artefact-too-large"]
    assert artefact.shown[0].value == Digest("sha-256", sha256(data))
    assert len(artefact.shown) == 4


def test_a_raw_image_of_any_size_is_not_kept():
    assert examine(CODE for _ in range(100)).size == 20_000


# --- hostile ------------------------------------------------------------------------------------

SAMPLES = [intel_hex(CODE[:20]), elf({"data": b"code"}), elf({"data": b"code"}, bits=64, order=">")]


def check(data: bytes) -> None:
    artefact = decode(Peek(data), CONTEXT)
    assert artefact.shown[0].value == Digest("sha-256", sha256(data))
    for found in artefact.problems:
        assert found.id in PROBLEMS
        assert found.offset is None or 0 <= found.offset <= len(data)
    json.dumps(artefact.claims, allow_nan=False)


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_truncated_file_is_taken_for_a_whole_one(sample):
    whole = content_of(sample)
    for length in range(len(sample) - 1):
        check(sample[:length])
        assert content_of(sample[:length]) != whole


@pytest.mark.parametrize("sample", SAMPLES)
def test_flipped_bits_crash_nothing(sample):
    for at in range(len(sample)):
        for bit in range(8):
            check(sample[:at] + bytes([sample[at] ^ (1 << bit)]) + sample[at + 1 :])


@settings(max_examples=tries(200))
@given(st.binary(max_size=150), st.sampled_from([b"\x7fELF\1\1", b"\x7fELF\2\2", b":0000000000", b""]))
def test_any_bytes_behind_any_beginning(data, head):
    check(head + data)


@settings(max_examples=tries(200))
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 0xFFFF), st.binary(max_size=6)), max_size=8))
def test_any_lines(rows):
    check(b":0000000000\n"[:0] + b"".join(line(*row) for row in rows) + END)


def test_a_small_file_that_names_addresses_far_apart_takes_no_memory():
    memory = firmware_memory.Memory()
    memory.add(0, b"a", 0)
    memory.add(1 << 60, b"b", 1)
    memory.settle()
    assert memory.span == (1 << 60) + 1
    assert memory.has_gaps
    wide = elf({"paddr": 1}, {"paddr": 1 << 60}, bits=64)
    assert "no one image" in decode(Peek(wide), CONTEXT).claims["not_evaluated"][0]


def test_memory_that_nothing_was_put_into():
    memory = firmware_memory.Memory()
    memory.settle()
    assert (memory.start, memory.span, memory.has_gaps, list(memory.chunks(0))) == (0, 0, False, [])


def test_every_format_is_told_by_a_head_of_the_length_that_is_looked_at():
    for data, format in ((intel_hex(), "intel-hex"), (elf({}), "elf"), (mcuboot_builder.image(), "mcuboot")):
        assert firmware_content.format_of(data[: firmware_content.HEAD_BYTES]) == format


# --- work ---------------------------------------------------------------------------------------


def digested(monkeypatch):
    """Count the bytes that are hashed for each content."""
    counts = []
    digest = firmware.digest_of

    def counted(chunks, *more):
        size, digests = digest(chunks, *more)
        counts.append(size * len(digests))
        return size, digests

    monkeypatch.setattr(firmware, "digest_of", counted)
    return counts


def test_two_bytes_far_apart_are_not_hashed_with_what_lies_between(monkeypatch):
    counts = digested(monkeypatch)
    data = elf({"data": b"a", "paddr": 0x1000}, {"data": b"b", "paddr": 0x1000 + (64 << 20) - 1})
    artefact = decode(Peek(data), CONTEXT)
    assert (artefact.wellformed, artefact.problems) == (True, ())
    assert f"2 bytes that reach over {64 << 20} bytes" in artefact.claims["not_evaluated"][0]
    assert sum(counts) == 5 * len(data)


@pytest.mark.parametrize(("more", "opened"), [(0, True), (1, False)])
def test_how_far_apart_the_bytes_of_an_image_may_stand(more, opened):
    span = 16 * 2 + (1 << 20) + more
    data = elf({"data": b"a", "paddr": 0}, {"data": b"b", "paddr": span - 1, "vaddr": 0x3000_0000})
    assert (content_of(data) is not None) is opened


def test_what_lies_between_is_hashed_as_often_as_it_is_compared(monkeypatch):
    counts = digested(monkeypatch)
    data = line(0, 0, b"a") + line(0, 0xFFF, b"b") + END
    assert content_of(data) == sha256(b"a" + b"\xff" * 0xFFE + b"b")
    assert counts == [5 * len(data), 3 * 0x1000, 3 * 0x1000]


def test_bytes_strewn_over_a_file_are_not_all_kept(monkeypatch):
    monkeypatch.setattr(firmware_memory, "MAX_PIECES", 20)
    for count, expected in ((20, []), (21, ["artefact-too-large"])):
        strewn = b"".join(line(0, 32 * at, b"U") for at in range(count)) + END
        artefact = decode(Peek(strewn), CONTEXT)
        assert ([found.id for found in artefact.problems], artefact.wellformed) == (expected, True)
    assert content_of(intel_hex(bytes(16 * 40))) is not None, "what follows one another is one piece"


@pytest.mark.parametrize(
    ("zeroed", "loaded"),
    [
        ({"vaddr": 0, "paddr": 0, "memsz": 64}, {"vaddr": 32, "paddr": 32}),
        ({"vaddr": 32, "paddr": 32, "memsz": 64}, {"vaddr": 95, "paddr": 95}),
        ({"vaddr": 0x2000_0000, "paddr": 0x100, "memsz": 64}, {"vaddr": 0x30, "paddr": 0x2000_0020}),
        ({"vaddr": 8, "paddr": 8, "memsz": 64, "data": b""}, {"vaddr": 4, "paddr": 4, "data": b"12345"}),
    ],
)
def test_a_segment_that_is_zeroed_where_another_is_loaded(zeroed, loaded):
    first, second = {"data": b"data"} | zeroed, {"data": b"code"} | loaded
    for segments in ((first, second), (second, first)):
        assert "zeroed" in fault_of(elf(*segments))


def test_memory_that_is_zeroed_beside_what_is_loaded_is_in_order():
    # Initial values in flash, which take more room where the program runs: the next segment follows in flash.
    values = {"data": b"data", "vaddr": 0x2000_0000, "paddr": 0x100, "memsz": 64}
    assert content_of(elf(values, {"data": b"code", "vaddr": 0x104, "paddr": 0x104})) == sha256(b"datacode")
    beside = {"data": b"code", "vaddr": 0x140, "paddr": 0x140}
    assert content_of(elf({**values, "vaddr": 0x100}, beside)) is not None
