"""Reference values in large numbers."""

from __future__ import annotations

from typing import Any

import cbor2
from cbor2 import CBORTag

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import corim_builder as corim


def corim_many_tags() -> bytes:
    one = CBORTag(506, cbor2.dumps(corim.comid()))
    return corim.unsigned(corim.manifest(*[one] * 20_000))


def corim_many_measurements() -> bytes:
    rows = [corim.measured(f"C{i}") for i in range(2_900)]
    return corim.unsigned(corim.manifest(corim.comid({0: [corim.reference(*rows)]})))


def corim_full_tags() -> bytes:
    rows = [corim.measured(f"C{i}") for i in range(2_900)]
    one = CBORTag(506, cbor2.dumps(corim.comid({0: [corim.reference(*rows)]})))
    return corim.signed(corim.manifest(*[one] * 45))


def corim_many_triples() -> bytes:
    rows = [corim.reference() for _ in range(1_800)]
    return corim.unsigned(corim.manifest(corim.comid({0: rows})))


def corim_many_digests() -> bytes:
    measured = corim.measured("BL", k2=[[1, corim.DIGEST]] * 14_000)
    return corim.unsigned(corim.manifest(corim.comid({0: [corim.reference(measured)]})))


def corim_many_keys() -> bytes:
    keys = [CBORTag(554, corim.pem())] * 3_500
    return corim.unsigned(corim.manifest(corim.comid({3: [corim.endorsement(*keys)]})))


def corim_large_keys() -> bytes:
    text = "-----BEGIN PUBLIC KEY-----\n" + "A" * (60 << 10) + "\n-----END PUBLIC KEY-----\n"
    return corim.unsigned(corim.manifest(corim.comid({3: [corim.endorsement(*[CBORTag(554, text)] * 15)]})))


def corim_large_bytes() -> bytes:
    measured = corim.measured("BL", k4=CBORTag(560, bytes(FULL - 8192)))
    return corim.unsigned(corim.manifest(corim.comid({0: [corim.reference(measured)]})))


def comid_many() -> bytes:
    rows = [corim.measured(f"C{i}") for i in range(2_900)]
    return cbor2.dumps(CBORTag(506, corim.comid({0: [corim.reference(*rows)]})))


def coswid_many_files() -> bytes:
    files = [{24: f"f{i}", 20: 100, 7: [1, corim.DIGEST]} for i in range(4_500)]
    tag = {0: "id", 12: 0, 1: "software", 2: {31: "Acme", 33: [1, 2]}, 6: {17: files}}
    return cbor2.dumps(CBORTag(1398229316, tag))


def coswid_deep_folders() -> bytes:
    folder: dict[int, Any] = {24: "d", 26: {17: [{24: "f"}] * 5}}
    for _ in range(25):
        folder = {24: "d", 26: {16: [folder, folder] if _ < 8 else [folder]}}
    tag = {0: "id", 12: 0, 1: "software", 2: {31: "Acme", 33: [1, 2]}, 6: {16: [folder]}}
    return cbor2.dumps(CBORTag(1398229316, tag))
