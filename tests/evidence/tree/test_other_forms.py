"""DER, PEM, compact JWS, MCUboot images, and bytes of no structure."""

from __future__ import annotations

import base64
import datetime
import struct

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.evidence.tree import build, dump, text_forms, unread
from iotassess.evidence.tree.common import MAX_LEVELS
from iotassess.model.tree import DECODED
from tests.evidence.tree.looking import LEFT_OUT, covers, find, named, of_type, stops, walk
from tests.tries import tries

KEY = ec.derive_private_key(7, ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example\u202edevice")])
CERTIFICATE = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(1 << 120)
    .not_valid_before(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    .not_valid_after(datetime.datetime(2056, 1, 1, tzinfo=datetime.UTC))
    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), critical=True)
    .sign(KEY, hashes.SHA256(), ecdsa_deterministic=True)
)
DER = CERTIFICATE.public_bytes(serialization.Encoding.DER)
PEM = CERTIFICATE.public_bytes(serialization.Encoding.PEM)

# --- DER ----------------------------------------------------------------------------------------


def test_a_certificate_has_its_fields_named_and_its_signed_bytes_told():
    root = build(DER, "x509-chain")
    assert root.type == "der"
    assert covers(root)
    tbs = find(root, "tbsCertificate")
    assert DER[tbs.offset : tbs.end] == CERTIFICATE.tbs_certificate_bytes
    assert tbs.notes == (f"signed bytes from 0x{tbs.offset:x} to 0x{tbs.end:x}",)
    assert find(root, "notBefore").value == "UTCTime 2026-01-01T00:00:00Z"
    assert find(root, "notAfter").value == "GeneralizedTime 2056-01-01T00:00:00Z"
    assert find(root, "subject", "type").value == "commonName (2.5.4.3)"
    assert find(root, "subjectPublicKeyInfo", "parameters").value == "P-256 (1.2.840.10045.3.1.7)"
    assert find(root, "subjectPublicKey").notes == ("key",)
    assert find(root, "signatureValue").notes == ("signature",)
    assert find(root, "signatureValue").children == ()
    assert find(root, "extensions", "critical").value == "BOOLEAN true"
    assert "BIT STRING h'0780'" in [node.value for node in walk(root)]
    assert find(root, "serialNumber").value == f"INTEGER h'{(1 << 120).to_bytes(16, 'big').hex()}'"


def test_a_certificate_in_a_cose_header_is_opened_with_offsets_of_the_file():
    message = cbor2.CBORTag(18, [cbor2.dumps({33: DER}), {33: [DER, b"\x31"]}, b"p", b"s"])
    data = cbor2.dumps(message)
    root = build(data, "cose-message")
    assert covers(root)
    times = [node for node in walk(root) if node.name == "notBefore"]
    assert len(times) == 2
    assert all(data[node.offset + 2 : node.end] == b"260101000000Z" for node in times)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("0201ff", "INTEGER -1"),
        ("0200", "INTEGER h'' (empty)"),
        ("010100", "BOOLEAN false"),
        ("0500", "NULL"),
        ("0a0103", "ENUMERATED 3"),
        ("0603551d13", "basicConstraints (2.5.29.19)"),
        ("06032a0304", "OBJECT IDENTIFIER 1.2.3.4"),
        ("060180", "OBJECT IDENTIFIER h'80'"),
        ("1302c3a4", 'PrintableString "\\\\xc3\\\\xa4"'),
        ("1e0400410042", 'BMPString "AB"'),
        ("170d3439303130313030303030305a", "UTCTime 2049-01-01T00:00:00Z"),
        ("170d3530303130313030303030305a", "UTCTime 1950-01-01T00:00:00Z"),
        ("170178", 'UTCTime "x"'),
        ("80027879", "[0] h'7879' \"xy\""),
        ("5f210178", "[APPLICATION 33] h'78'"),
        ("9f81000178", "[128] h'78'"),
        ("c90178", "[PRIVATE 9] h'78'"),
        ("090178", "UNIVERSAL 9 h'78'"),
        ("0402dead", "OCTET STRING h'dead'"),
        ("04030201ff", "OCTET STRING, DER inside"),
        ("04030206ff", "OCTET STRING h'0206ff'"),
        ("0403020681", "OCTET STRING h'020681'"),
        ("0401ff", "OCTET STRING h'ff'"),
        ("0304000201ff", "BIT STRING, DER inside"),
        ("0304010201ff", "BIT STRING h'010201ff'"),
    ],
)
def test_an_element_is_said_in_words(encoded, value):
    data = bytes.fromhex("30") + bytes([len(encoded) // 2]) + bytes.fromhex(encoded) + b""
    root = build(data + (b"\x05\x00" if len(data) < 5 else b""), "cms-signature")
    assert root.children[0].children[0].value == value


@pytest.mark.parametrize(
    ("encoded", "at", "why"),
    [
        ("3009020101", 0, "an element of 9 bytes was announced, 3 are left"),
        ("30030201", 0, "3 bytes was announced, 2 are left"),
        ("30050201010200ff", 7, None),
        ("300402010105", 5, "the data ends where a length was expected"),
        ("30040201013f", 5, "an identifier that does not end"),
        ("300702013f1f81818181", 5, "an identifier that does not end, or is longer"),
        ("3005020101058000", 5, "an indefinite length"),
        ("3006020101058500", 5, "a length of more than four bytes"),
    ],
)
def test_der_stops_where_an_element_is_wrong(encoded, at, why):
    data = bytes.fromhex(encoded)
    root = build(data if len(data) > 4 else data + b"", "x509-chain")
    if root.type != "der":  # too short to be told from anything else
        root = build(data, None)
        return
    found = stops(root)
    if why is None:
        assert root.children[-1].type == "trailing"
        assert root.children[-1].offset == at
        return
    assert why in found[0].value
    assert found[0].offset == at


def test_der_that_is_too_deep_is_shown_as_bytes():
    data = b"\x05\x00"
    for _ in range(MAX_LEVELS + 30):
        head = b"\x30" + (bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big"))
        data = head + data
    root = build(data, "x509-chain")
    assert covers(root)


def test_der_with_more_elements_than_are_shown_leaves_the_rest_out():
    inside = b"\x05\x00" * 12_000
    root = build(b"\x30\x83" + len(inside).to_bytes(3, "big") + inside, "x509-chain")
    assert len(of_type(root, LEFT_OUT)) == 1
    assert covers(root)


@settings(max_examples=tries(200), deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_have_a_tree_of_elements(data):
    data = b"\x30" + bytes([min(len(data), 127)]) + data + b"\x05\x00\x05"
    root = build(data, "x509-chain")
    assert covers(root) or root.type != "der"


# --- PEM ----------------------------------------------------------------------------------------


def test_pem_is_decoded_and_says_where_its_offsets_count_from():
    data = b"Text before\n" + PEM + PEM
    root = build(data, "x509-chain")
    assert root.type == "pem"
    first, second = root.children
    assert first.offset == 12
    assert data[second.offset :].startswith(b"-----BEGIN CERTIFICATE-----")
    assert first.type == DECODED
    assert "offsets below count from the start of the decoded bytes" in first.notes
    assert find(first, "tbsCertificate").offset == 4


def test_a_private_key_is_named_and_its_bytes_are_not_shown():
    pem = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (block,) = build(pem, None).children
    assert block.name == "PRIVATE KEY"
    assert (block.hex, block.children) == ("", ())
    assert block.notes == ("secret key: not shown",)


def test_pem_that_is_cut_off_or_no_base64_is_told():
    (block,) = build(PEM[: len(PEM) // 2], None).children
    assert "incomplete: no END line" in block.notes
    assert stops(block)
    (block,) = build(b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n", None).children
    assert "not base64" in stops(block)[0].value
    root = build(b"-----BEGIN CERTIFICATE-----\n" * 100, None)
    assert len(root.children) == text_forms.MAX_BLOCKS


def test_cbor_in_armour_is_shown_by_the_grammar_of_its_kind():
    body = base64.b64encode(cbor2.dumps([101, cbor2.dumps([101, b"\x07" * 16]), [5, b"m"], None, []]))
    data = b"-----BEGIN OWNERSHIP VOUCHER-----\n" + body + b"\n-----END OWNERSHIP VOUCHER-----\n"
    root = build(data, "fdo-voucher")
    assert root.children[0].value.endswith("of CBOR")
    assert find(root, "header", "guid").value == "UUID 07070707-0707-0707-0707-070707070707"


def test_a_head_of_pem_that_is_none_is_told():
    assert "no PEM block" in text_forms.pem(b"nothing", None, None)[0].value


# --- JWS ----------------------------------------------------------------------------------------


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


HEADER = base64url(b'{"alg":"ES256"}')
PAYLOAD = base64url(b'{"iat":1793448000}')


def test_a_jws_has_three_parts_with_offsets_and_its_json_inside():
    data = b"\n" + HEADER + b"." + PAYLOAD + b"." + base64url(b"\x01" * 64) + b"\n"
    root = build(data, "eat-jwt")
    assert root.type == "jws"
    header, payload, signature = root.children
    assert data[header.offset : header.end] == HEADER
    assert data[payload.offset : payload.end] == PAYLOAD
    assert find(payload, "iat").value == "2026-10-31T12:00:00Z (1793448000)"
    assert find(payload, "iat").offset == 7
    assert signature.notes == ("signature",)
    assert signature.value.startswith("64 bytes: h'0101")


def test_a_jws_with_a_part_missing_or_wrong_is_told():
    root = build(HEADER + b"." + PAYLOAD, None)
    assert 'expected "." and the signature' in stops(root)[0].value
    root = build(HEADER + b"." + b"x" + b".", None)
    assert "not base64url" in stops(root)[0].value
    assert root.children[2].value == "empty"
    root = build(HEADER + b"." + base64url(b"no json") + b".AAAA", None)
    assert "expected a value" in stops(root)[0].value


# --- MCUboot ------------------------------------------------------------------------------------


def tlv(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def area(magic: int, *tlvs: bytes) -> bytes:
    return struct.pack("<HH", magic, 4 + sum(map(len, tlvs))) + b"".join(tlvs)


def image(
    *areas: bytes,
    header_size: int = 64,
    payload: bytes = bytes(range(100)),
    flags: int = 4,
    size: int | None = None,
) -> bytes:
    protected = len(areas[0]) if len(areas) > 1 else 0
    header = struct.pack(
        "<IIHHIIBBHII",
        0x96F3B83D,
        0,
        header_size,
        protected,
        len(payload) if size is None else size,
        flags,
        1,
        2,
        3,
        4,
        0,
    )
    return header + bytes(header_size - 32) + payload + b"".join(areas)


PROTECTED = area(0x6908, tlv(0x50, struct.pack("<I", 9)), tlv(0x60, cbor2.dumps({1: "SPE"})))
PLAIN = area(
    0x6907,
    tlv(0x10, b"\x01" * 32),
    tlv(0x22, b"\x30\x06\x02\x01\x01\x02\x01\x02"),
    tlv(0xA5, b"v"),
    tlv(0x99, b""),
)
TRAILER = (
    b"\xff" * 64
    + b"\x01"
    + b"\xff" * 7
    + b"\xff"
    + b"\xff" * 7
    + bytes.fromhex("77c295f360d2ef7f3552500f2cb67980")
)


def test_an_mcuboot_image_is_named_from_header_to_trailer():
    data = image(PROTECTED, PLAIN) + TRAILER
    root = build(data, "mcuboot-image")
    assert root.type == "mcuboot"
    assert covers(root)
    assert find(root, "version").value == "1.2.3+4"
    assert find(root, "flags").value == "ENCRYPTED_AES128 (0x00000004)"
    assert find(root, "SEC_CNT (0x50)").value == "9"
    assert find(root, "BOOT_RECORD (0x60)", "1").value == '"SPE"'
    assert find(root, "SHA256 (0x10)").notes == ("digest",)
    assert find(root, "ECDSA_SIG (0x22)").notes == ("signature",)
    assert find(root, "vendor (0xa5)").value == "h'76'"
    assert find(root, "unknown (0x99)").value == "h'' (empty)"
    assert find(root, "copy done").value == "set (1)"
    assert find(root, "image ok").value == "not set (0xff)"
    payload = find(root, "payload")
    assert (payload.offset, payload.length) == (64, 100)
    assert "sha-256" in payload.value


def test_the_second_form_of_the_trailer_tells_its_alignment():
    magic = (16).to_bytes(2, "little") + bytes.fromhex("2de15d29410b8d77679c110f1f8a")
    root = build(image(PLAIN) + b"\xff" * 100 + magic, "mcuboot-image")
    assert covers(root)
    assert "alignment of 16" in [node.value for node in walk(root)]
    wide = (4096 + 1).to_bytes(2, "little") + magic[2:]
    assert covers(build(image(PLAIN) + b"\xff" * 100 + wide, "mcuboot-image"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (image(PLAIN)[:20], "a header of 32 bytes was expected"),
        (image(PLAIN, size=9999), "a payload of 9999 bytes at 0x40 was announced"),
        (image(header_size=64), "the magic 0x6907 of the TLV area was expected"),
        (image(area(0x6907, b"\x10")), "a TLV of at least 4 bytes was expected"),
        (image(area(0x6907, tlv(0x10, b"")[:2] + b"\xff\xff")), "a value of 65535 bytes was announced"),
        (image(header_size=64)[:40], "a payload of 100 bytes"),
    ],
)
def test_an_mcuboot_image_is_shown_as_far_as_it_goes(data, why):
    root = build(data, "mcuboot-image")
    assert covers(root)
    assert why in stops(root)[0].value


def test_a_tlv_area_that_announces_more_than_there_is_is_told():
    data = image(struct.pack("<HH", 0x6907, 900) + tlv(0x10, b"\x01" * 32))
    root = build(data, "mcuboot-image")
    assert covers(root)
    assert "a size of 900 bytes, 40 are left" in find(root, "TLV area").notes
    assert covers(build(image(struct.pack("<HH", 0x6907, 0)), "mcuboot-image"))


def test_more_tlvs_than_are_shown_are_left_out():
    data = image(area(0x6907, *[tlv(0x99, b"")] * 11_000))
    root = build(data, "mcuboot-image")
    assert covers(root)
    assert any(node.type == LEFT_OUT and "more items" in node.value for node in walk(root))


def test_bytes_behind_the_areas_that_are_no_trailer_are_told():
    root = build(image(PLAIN) + b"extra", "mcuboot-image")
    assert find(root, "behind the TLVs").type == "trailing"


@settings(max_examples=tries(150), deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_behind_the_magic_have_a_tree(data):
    assert covers(build(bytes.fromhex("3db8f396") + data, None))


# --- no structure -------------------------------------------------------------------------------


def test_bytes_without_structure_are_dumped():
    data = b"\x00\x01plain" + bytes(1000)
    root = build(data, "firmware-image")
    assert root.type == "binary"
    assert root.children[0].value == "..plain........."
    assert root.children[-1].type == LEFT_OUT
    assert covers(root)


def test_an_elf_file_says_what_it_is():
    data = b"\x7fELF" + bytes([1, 1]) + bytes(10) + struct.pack("<HH", 2, 40) + bytes(60)
    assert build(data, None).value == "ELF file: 32-bit, executable for Arm"
    data = b"\x7fELF" + bytes([9, 2]) + bytes(10) + struct.pack(">HH", 77, 999) + bytes(60)
    assert build(data, None).value == "ELF file: unknown class, type 77 for machine 999"
    assert build(b"\x7fELF\x01", None).value == "ELF file, cut off"


def test_an_intel_hex_file_is_counted():
    data = b":0300300002337A1E\r\n:00000001FF\r\n"
    assert build(data, None).value == "Intel HEX: 2 records, 3 bytes of data"
    assert build(data[:19], None).value == "Intel HEX: 1 record, 3 bytes of data, without end record"


@pytest.mark.parametrize(
    ("data", "kind", "encoding"),
    [
        (b"", None, "empty"),
        (b"hello world, this is text", None, "binary"),
        (b"0a970104", None, "binary"),
        (b"\xa1\x78\x1b-----BEGIN CERTIFICATE-----\xf6", None, "cbor"),
        (b"\x01", None, "cbor"),
        (b"\x01\x02", None, "binary"),
        (b"\x01\x02", "eat-cwt", "cbor"),
        (b"\xa1", "mud", "binary"),
        (b"\xa1", None, "cbor"),
        (b"\x5f", None, "binary"),
        (b"  [", None, "json"),
        (HEADER + b"." + PAYLOAD + b".", "eat-jwt", "jws"),
        (b"abcdefgh.abc.def", None, "binary"),
    ],
)
def test_the_bytes_tell_how_they_are_encoded(data, kind, encoding):
    assert build(data, kind).type == encoding


def test_a_file_that_was_not_read_says_why():
    root = unread(99, "it is too large")
    assert (root.length, root.value) == (99, "not read: it is too large")
    assert named(root) == []


def test_the_first_lines_are_shown_and_no_more():
    found = dump.lines(bytes(40), 0, 40, 1)
    assert [(node.offset, node.length) for node in found] == [(0, 16), (16, 24)]
