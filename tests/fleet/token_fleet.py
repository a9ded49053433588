"""Fleets for tests and measurements: devices with keys, and tokens like those of the example sensor node.

python -m tests.fleet.token_fleet FOLDER TOKENS [DEVICES]
"""

from __future__ import annotations

import datetime
import hashlib
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.examples import PROFILES

EXAMPLE = PROFILES / "sensor-node"
GOOD = EXAMPLE / "good.yaml"
START = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
BATCH = 10_000

_HEADER = cbor2.dumps({1: -7})
_CURVE = ec.SECP256R1()
_ALGORITHM = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


@lru_cache(1)
def sample() -> dict[Any, Any]:
    """The claims of the example's own token."""
    token = cbor2.loads((EXAMPLE / "evidence" / "psa-token.cbor").read_bytes())
    claims: dict[Any, Any] = dict(cbor2.loads(token.value[2]))
    return claims


class Device(NamedTuple):
    """One made-up device."""

    number: int
    name: str
    key: ec.EllipticCurvePrivateKey
    instance: bytes

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@lru_cache(200_000)
def device(number: int) -> Device:
    """The device of a number: always the same."""
    key = ec.derive_private_key(0xF1EE7 * 1_000_003 + number + 1, _CURVE)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return Device(number, f"device-{number:06d}", key, b"\x01" + hashlib.sha256(point).digest())


def nonce_of(number: int) -> bytes:
    """The challenge of a token."""
    return hashlib.sha256(f"nonce {number}".encode()).digest()


def claims_of(one: Device, nonce: bytes, edits: Mapping[Any, Any] = {}) -> dict[Any, Any]:
    """A claims set of a device; an edit to ``...`` removes a claim."""
    seed = hashlib.sha256(nonce + one.instance).digest()
    own = {**sample(), 256: one.instance, 10: nonce, 268: seed, **edits}
    return {label: value for label, value in own.items() if value is not ...}


def signed(key: ec.EllipticCurvePrivateKey, claims: Any, *, kid: bytes | None = None) -> bytes:
    """A COSE_Sign1 over claims."""
    payload = cbor2.dumps(claims)
    data = cbor2.dumps(["Signature1", _HEADER, b"", payload])
    r, s = utils.decode_dss_signature(key.sign(data, _ALGORITHM))
    unprotected = {} if kid is None else {4: kid}
    value = [_HEADER, unprotected, payload, r.to_bytes(32) + s.to_bytes(32)]
    return cbor2.dumps(cbor2.CBORTag(18, value))


def token(one: Device, nonce: bytes, edits: Mapping[Any, Any] = {}) -> bytes:
    """A token of a device."""
    return signed(one.key, claims_of(one, nonce, edits))


def rows(tokens: int, devices: int) -> Iterator[dict[str, Any]]:
    """Records of a fleet: each device in turn, spread over sixty days."""
    step = datetime.timedelta(days=60) / max(1, tokens)
    for number in range(tokens):
        one, nonce = device(number % devices), nonce_of(number)
        yield {
            "device": one.name,
            "token": token(one, nonce),
            "time": START + number * step,
            "nonce": nonce,
            "model": "SN-33",
        }


SCHEMA = pa.schema(
    [
        ("device", pa.string()),
        ("token", pa.binary()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("nonce", pa.binary()),
        ("model", pa.string()),
    ]
)


def write_tokens(path: Path, records: Iterator[dict[str, Any]], batch: int = BATCH) -> None:
    """Write records as Parquet, a row group a batch."""
    with pq.ParquetWriter(path, SCHEMA) as writer:
        waiting: list[dict[str, Any]] = []
        for record in records:
            waiting.append(record)
            if len(waiting) == batch:
                writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))


def write_keys(path: Path, devices: int) -> None:
    """Write the keys of devices as Parquet."""
    found = [device(number) for number in range(devices)]
    columns = {
        "device": [one.name for one in found],
        "instance_id": [one.instance.hex() for one in found],
        "key": [one.public for one in found],
    }
    pq.write_table(pa.table(columns), path)


def main() -> None:
    """Make a fleet in a folder."""
    folder, tokens = Path(sys.argv[1]), int(sys.argv[2])
    devices = int(sys.argv[3]) if len(sys.argv) > 3 else min(tokens, 10_000)
    folder.mkdir(parents=True, exist_ok=True)
    write_tokens(folder / "tokens.parquet", rows(tokens, devices))
    write_keys(folder / "keys.parquet", devices)


if __name__ == "__main__":
    main()
