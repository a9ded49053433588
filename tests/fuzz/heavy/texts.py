"""JSON: MUD files and others, large, deep and wide."""

from __future__ import annotations

import json

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.evidence import mud_builder as mud
from tests.evidence import token_builder as token
from tests.fuzz.heavy.pieces import MEBIBYTE, filled


def mud_many_entries() -> bytes:
    entries = [
        mud.ace(f"e{i}", ipv4=mud.to_peer(f"p{i}.example"), tcp={"destination-port": mud.eq(i)})
        for i in range(4_000)
    ]
    return mud.data(entries, entries[:1])


def mud_many_lists() -> bytes:
    document = mud.document()
    lists = document["ietf-access-control-list:acls"]["acl"]
    lists += [{**lists[0], "name": f"l{i}"} for i in range(3_000)]
    names = [f"l{i}" for i in range(3_000)]
    document["ietf-mud:mud"]["from-device-policy"] = mud.policy("from", *names)
    return json.dumps(document).encode()


def mud_one_list_often() -> bytes:
    entries = [mud.ace(f"e{i}", ipv4=mud.to_peer(f"p{i}.example")) for i in range(1_000)]
    document = mud.document(entries)
    document["ietf-mud:mud"]["from-device-policy"] = mud.policy(*["from"] * 30_000)
    return json.dumps(document).encode()


def mud_full() -> bytes:
    return mud.data()[:-1] + b',"x":"' + b"y" * (FULL - 4096) + b'"}'


def mud_mebibyte() -> bytes:
    start = mud.data()[:-1] + b',"x":['
    return filled(b"[],", start, b"0]}", MEBIBYTE)


def json_deep() -> bytes:
    return b"[" * FULL


def json_objects() -> bytes:
    return filled(b'{"a":', size=FULL)


def json_strings() -> bytes:
    return filled(b'"a\\"",', b'{"ietf-mud:mud":[', b"0]}")


def json_number() -> bytes:
    return b'{"ietf-mud:mud":' + b"9" * (FULL - 20) + b"}"


def json_blanks() -> bytes:
    return b" " * (FULL - 2) + b"{}"


def jws_signatures() -> bytes:
    one = {"protected": token.b64(b'{"alg":"ES256"}'), "signature": token.b64(bytes(64))}
    voucher = {"payload": token.b64(b'{"ietf-voucher:voucher":{}}'), "signatures": [one] * 8_000}
    return json.dumps(voucher).encode()
