"""The registered key of each device: a table on disk that all workers read, however many devices there are.

It is made once from what the operator has: Parquet or JSON lines with ``device``, ``key`` and perhaps
``instance_id``, or a folder with one key file a device. A key that is registered for several devices tells
nobody which of them signed, so it is marked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from iotassess.codec.keys import Key, KeyFault
from iotassess.codec.keys_model import from_spki
from iotassess.errors import UsageError
from iotassess.evidence import published_keys
from iotassess.evidence.anchor_files import parse_anchors
from iotassess.evidence.context import Candidate
from iotassess.evidence.trust import TrustStore
from iotassess.fleet.records import MAX_NAME
from iotassess.fleet.source_folder import device_name
from iotassess.fleet.source_lines import once
from iotassess.fleet.sources import digest_of_file

MAX_KEYS_OF_A_DEVICE: Final = 8
"""Keys of one device that are tried, the last registered first. A device has one; two while it changes."""

MAX_KEY_BYTES: Final = 16 << 10
"""Bytes of one registered key as it is written down; an RSA key of 8192 bits as PEM has 1.5 KiB."""

REMEMBERED: Final = 4_096
"""Devices whose keys a worker keeps parsed: tokens of a device often come one after another. 4 MB."""

KEY_SUFFIXES: Final = (".pub.pem", ".pem", ".der", ".jwk", ".json", ".cbor", ".key", ".pub")
"""Of files of keys."""

UEID_BYTES: Final = range(7, 34)
"""Lengths of a UEID (RFC 9711 section 4.2.1) and of a PSA instance identifier."""

_UEID_TYPES: Final = ("01", "02", "03")

_BATCH: Final = 10_000

_CREATE: Final = """
CREATE TABLE keys (
  device TEXT, instance TEXT, spki BLOB, kind TEXT, curve TEXT, thumbprint TEXT, kid BLOB, alg TEXT,
  known TEXT, shared INTEGER, sole INTEGER
)"""
_INSERT: Final = "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1)"
_MARK_SHARED: Final = """
UPDATE keys SET shared = 1 WHERE thumbprint IN
  (SELECT thumbprint FROM keys GROUP BY thumbprint HAVING COUNT(DISTINCT device) > 1)"""
_MARK_COMMON: Final = """
UPDATE keys SET sole = 0 WHERE instance IN
  (SELECT instance FROM keys WHERE instance <> '' GROUP BY instance HAVING COUNT(DISTINCT device) > 1)"""
_OF_DEVICE: Final = """
SELECT instance, spki, kind, curve, thumbprint, kid, alg, known, shared, sole
  FROM keys WHERE device = ? ORDER BY rowid DESC LIMIT ?"""
_OF_INSTANCE: Final = "SELECT DISTINCT device FROM keys WHERE instance = ? ORDER BY device LIMIT 2"
_MERGED: Final = "SELECT device FROM keys GROUP BY device HAVING COUNT(*) > 1 LIMIT 1"

_EXPECTED: Final = "expected Parquet or JSON lines with device and key, or a folder of key files"


class Registered(NamedTuple):
    """The keys of one device.

    Attributes:
        device: the operator's name of it.
        instances: identities in hex that its tokens may have; empty where the operator gives none, and the
            device is not named by one.
        sole: no other device has one of these identities.
        store: its keys as trust anchors.
        shared: one of them is registered for another device, too.
    """

    device: str
    instances: frozenset[str]
    store: TrustStore
    shared: bool
    sole: bool


class _Row(NamedTuple):
    device: str
    instance: str
    key: bytes


# --- making the table ---------------------------------------------------------------------------


def build(source: Path, target: Path) -> str:
    """Make the table, if it is not there already from the same source.

    Args:
        source: of the keys.
        target: file that is written, by rename.

    Returns:
        Digest of all keys, hex.

    Raises:
        UsageError: a key cannot be used, or the source is none.
    """
    state = _state_of(source)
    made = _made_from(target)
    if made is not None and made[0] == state:
        return made[1]
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        digest = _fill(temporary, source, state)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return digest


def _fill(path: Path, source: Path, state: str) -> str:
    """Write the table, and give the digest of all keys."""
    count, total = 0, hashlib.sha256()
    with closing(sqlite3.connect(path, isolation_level=None)) as table:
        table.execute("PRAGMA journal_mode = OFF")
        table.execute("PRAGMA synchronous = OFF")  # it is renamed when it is whole
        table.execute(_CREATE)
        table.execute("BEGIN")
        for row in _rows(source):
            key = _parsed(row.key, f"{source}: the key of {row.device!r}")
            total.update(repr(row).encode())
            table.execute(_INSERT, _values(row, key))
            count += 1
        if not count:
            raise UsageError(f"{source} holds no device keys; {_EXPECTED}")
        for column in ("device", "instance", "thumbprint"):
            table.execute(f"CREATE INDEX by_{column} ON keys ({column})")
        table.execute(_MARK_SHARED)
        table.execute(_MARK_COMMON)
        twice = table.execute(_MERGED).fetchone() if source.is_dir() else None
        if twice is not None:
            raise UsageError(
                f"{source}: two files are for the device {twice[0]!r}", hint="name each file after one device"
            )
        table.execute("COMMIT")
        table.execute("CREATE TABLE made (state TEXT, digest TEXT)")
        table.execute("INSERT INTO made VALUES (?, ?)", (state, total.hexdigest()))
    return total.hexdigest()


def _state_of(source: Path) -> str:
    """Tell a source from what it was before: by its bytes, or by names, sizes and times in a folder."""
    if not source.is_dir():
        return digest_of_file(source) if source.is_file() else ""
    module = import_module("iotassess.fleet.source_folder")
    times = [
        str((source / name).lstat().st_mtime_ns) for names in module.cut(source, _BATCH) for name in names
    ]
    return f"{module.digest(source)} {hashlib.sha256(' '.join(times).encode()).hexdigest()}"


def _made_from(target: Path) -> tuple[str, str] | None:
    """State of the source that a table was made from, and digest of its keys; None where there is none."""
    if not target.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro", uri=True)) as table:
            state, digest = table.execute("SELECT state, digest FROM made").fetchone()
    except (sqlite3.Error, TypeError, ValueError):
        return None
    return str(state), str(digest)


def _parsed(data: bytes, whose: str) -> Key:
    try:
        found = parse_anchors(data)
    except KeyFault as fault:
        raise UsageError(f"{whose} cannot be used: {fault.message}", hint=fault.hint) from fault
    if len(found) != 1 or not isinstance(found[0], Key):
        raise UsageError(f"{whose}: expected one public key; certificates are named with -t")
    if found[0].private:
        raise UsageError(
            f"{whose} is a private key; expected its public half: a table is no place for secrets"
        )
    if not found[0].may_verify:
        raise UsageError(f"{whose} is not a key to verify signatures with")
    if found[0].kind == "symmetric":
        raise UsageError(
            f"{whose} is a secret; expected a public key: a table on disk is no place for secrets"
        )
    return found[0]


def _rows(source: Path) -> Iterator[_Row]:
    if source.is_dir():
        yield from _from_folder(source)
    elif source.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _from_lines(source)
    elif source.suffix.lower() in (".parquet", ".pq"):
        yield from _from_parquet(source)
    else:
        what = "does not exist" if not source.exists() else "is none"
        raise UsageError(f"device keys: {source} {what}; {_EXPECTED}")


def _from_folder(folder: Path) -> Iterator[_Row]:
    module = import_module("iotassess.fleet.source_folder")
    for names in module.cut(folder, _BATCH):
        for name in names:
            path = folder / name
            if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_KEY_BYTES:
                raise UsageError(f"device keys: {path} is no plain file of at most {MAX_KEY_BYTES} bytes")
            yield _Row(device_name(name, KEY_SUFFIXES), "", path.read_bytes())


def _from_lines(path: Path) -> Iterator[_Row]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(2 * MAX_KEY_BYTES):
                number += 1
                if line.strip():
                    yield _row(_object(line, f"{path}:{number}"), f"{path}:{number}")
    except OSError as fault:
        raise UsageError(f"device keys: {path} cannot be read: {fault.strerror}") from fault


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=once)
    except (ValueError, RecursionError) as fault:
        raise UsageError(f"{place}: no JSON object; {_EXPECTED}") from fault
    if not isinstance(found, dict):
        raise UsageError(f"{place}: no JSON object; {_EXPECTED}")
    return found


def _from_parquet(path: Path) -> Iterator[_Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            names = [n for n in ("device", "device_id", "instance_id", "key") if n in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=_BATCH, columns=names):
                for row in batch.to_pylist():
                    yield _row(row, f"{path}#{number}")
                    number += 1
    except (pa.ArrowException, OSError, ValueError) as fault:
        said = " ".join(str(fault).split())[:200]
        raise UsageError(f"device keys: {path} cannot be read as Parquet: {said}") from fault


def _row(fields: dict[str, Any], place: str) -> _Row:
    device = fields.get("device", fields.get("device_id"))
    instance = fields.get("instance_id") or ""
    if isinstance(instance, bytes):
        instance = instance.hex()
    if not isinstance(device, str) or not 0 < len(device) <= MAX_NAME or not _is_unicode(device):
        raise UsageError(f"{place}: device: expected text of 1 to {MAX_NAME} characters")
    if not isinstance(instance, str) or len(instance) > MAX_NAME or not _is_hex(instance):
        raise UsageError(f"{place}: instance_id: expected hexadecimal")
    return _Row(device, instance, _key_bytes(fields.get("key"), place))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_hex(text: str) -> bool:
    try:
        binascii.unhexlify(text)
    except (binascii.Error, ValueError):
        return False
    return True


def _key_bytes(value: object, place: str) -> bytes:
    if isinstance(value, dict):  # a JWK
        return json.dumps(value).encode()
    if isinstance(value, str):
        text = value.strip()
        if text.startswith(("-----BEGIN", "{")):
            return text.encode()
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as fault:
            raise UsageError(f"{place}: key: expected PEM, JWK, or DER in base64") from fault
    if isinstance(value, bytes):
        return value
    raise UsageError(f"{place}: key: expected PEM, JWK, or DER in base64")


# --- asking it ----------------------------------------------------------------------------------


class DeviceKeys:
    """The table, open for reading.

    Args:
        path: file that ``build`` made.
        example: the fleet's profiles are examples, which may use this repository's TEST ONLY keys.
    """

    def __init__(self, path: Path, *, example: bool) -> None:
        where = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._table = sqlite3.connect(where, uri=True, check_same_thread=False)  # one thread at a time
        self._example = example
        self.of_device = lru_cache(REMEMBERED)(self._of_device)
        self.owners = lru_cache(REMEMBERED)(self._owners)

    def count(self) -> int:
        """Give the number of keys."""
        return int(self._table.execute("SELECT COUNT(*) FROM keys").fetchone()[0])

    def _of_device(self, device: str) -> Registered | None:
        return self._registered(device)

    def _owners(self, instance: str) -> tuple[str, ...]:
        """Give the devices for which an identity (hex) is registered: none, the one, or two of several."""
        if not instance:
            return ()
        return tuple(device for (device,) in self._table.execute(_OF_INSTANCE, (instance.lower(),)))

    def _registered(self, device: str) -> Registered | None:
        rows = self._table.execute(_OF_DEVICE, (device, MAX_KEYS_OF_A_DEVICE)).fetchall()
        if not rows:
            return None
        candidates = [self._candidate(device, *place) for place in enumerate(rows)]
        return Registered(
            device,
            frozenset(instance for instance, *_ in rows if instance),
            TrustStore(candidates, example=self._example),
            any(shared for *_, shared, _ in rows),
            all(sole for *_, sole in rows),
        )

    def _candidate(self, device: str, index: int, row: tuple[Any, ...]) -> Candidate:
        _, spki, kind, curve, thumbprint, kid, alg, known, _, _ = row
        key = from_spki(spki, kind, curve, thumbprint, kid, alg)
        name = f"device {device}" if not index else f"device {device} ({index + 1})"
        return Candidate(
            name, key, "user", "attestation", None if known == "own" and self._example else known
        )


def _values(row: _Row, key: Key) -> tuple[object, ...]:
    """What is kept of a key: enough to have it again without finding out anew what it is."""
    spki = key.material.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    known = published_keys.test_key(key)
    about = (key.kind, key.curve, key.thumbprint, key.kid, key.alg, known)
    instance = row.instance.lower() or (row.device.lower() if is_ueid(row.device) else "")
    return (row.device, instance, spki, *about)


def is_ueid(name: str) -> bool:
    """Whether a device is named by its identity: hexadecimal of a UEID or a PSA instance identifier."""
    if name[:2] not in _UEID_TYPES or len(name) % 2:
        return False
    try:
        return len(bytes.fromhex(name)) in UEID_BYTES
    except ValueError:
        return False
