"""Wrappers, vouchers, messages and reports of many parts."""

from __future__ import annotations

import base64
import json
from typing import Any

import cbor2
from cbor2 import CBORTag

from tests.evidence import suit_builder as suit
from tests.evidence import token_builder as token
from tests.fuzz.heavy.pieces import bstr, head


def cmw_many() -> bytes:
    inner = token.sign1(token.eat())
    record = [263, inner]
    return cbor2.dumps({f"m{i}": record for i in range(15_000)})


def cmw_deep() -> bytes:
    found: Any = [263, token.sign1(token.eat())]
    for level in range(10):
        found = {f"l{level}-{i}": found for i in range(2 if level < 7 else 1)}
    return cbor2.dumps(found)


def cmw_large_messages() -> bytes:
    inner = token.sign1(token.eat({**dict.fromkeys(range(1000, 1300), bytes(180))}))
    return cbor2.dumps({f"m{i}": [263, inner] for i in range(250)})


def cmw_json() -> bytes:
    inner = base64.urlsafe_b64encode(token.sign1(token.eat())).rstrip(b"=").decode()
    return json.dumps({f"m{i}": ["application/eat+cwt", inner] for i in range(1_000)}).encode()


def fdo_entries() -> bytes:
    rows = [b"\xd2\x84\x43\xa1\x01\x26\xa0" + bstr(bytes(200)) + bstr(bytes(64))] * 10_000
    start = b"\x85\x18\x65" + bstr(bytes(100)) + b"\x82\x05" + bstr(bytes(32)) + b"\xf6"
    return start + head(4, len(rows)) + b"".join(rows)


def teep_many() -> bytes:
    envelope = suit.good().build()
    return cbor2.dumps([3, {10: [envelope] * 9_000}])


def ear_many() -> bytes:
    submods = {f"s{i}": {1000: 2, 1001: dict.fromkeys(range(8), 2)} for i in range(2_400)}
    return token.sign1(
        {265: "tag:ietf.org,2026:rats/ear#03", 6: token.NOW, 1004: {0: "v", 1: "b"}, 266: submods}
    )


def suit_report_many() -> bytes:
    rows = [{1: [7, 0, 3, 15], 2: {1: 1}} for _ in range(5_000)]
    return cbor2.dumps(
        CBORTag(18, [cbor2.dumps({1: -7}), {}, cbor2.dumps({99: ["x", b""], 3: rows, 4: True}), bytes(64)])
    )
