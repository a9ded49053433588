"""The table of registered keys: what goes in, who is found, and what is refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from iotassess.errors import UsageError
from iotassess.fleet import device_keys
from iotassess.fleet.device_keys import MAX_KEYS_OF_A_DEVICE, DeviceKeys
from tests.fleet import token_fleet as making
from tests.fleet.token_fleet import device


def _pem(number: int) -> str:
    public = device(number).key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _jwk(number: int) -> dict[str, str]:
    numbers = device(number).key.public_key().public_numbers()
    x, y = (base64.urlsafe_b64encode(n.to_bytes(32)).decode().rstrip("=") for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _lines(folder: Path, rows: list[Any]) -> Path:
    path = folder / "keys.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def _table(folder: Path, source: Path) -> DeviceKeys:
    device_keys.build(source, folder / "keys.sqlite")
    return DeviceKeys(folder / "keys.sqlite", example=True)


def _thumbprints(table: DeviceKeys, name: str) -> list[str | None]:
    found = table.of_device(name)
    assert found is not None
    return [c.key.thumbprint for c in found.store.candidates("attestation", "ES256", None)]


def _thumbprint(number: int) -> str:
    import hashlib

    return hashlib.sha256(device(number).public).hexdigest()


@pytest.mark.parametrize(
    "key",
    [_pem(0), base64.b64encode(device(0).public).decode(), _jwk(0), json.dumps(_jwk(0))],
    ids=["PEM", "DER", "JWK", "JWK as text"],
)
def test_a_key_is_read_in_the_usual_forms(tmp_path: Path, key: object) -> None:
    table = _table(tmp_path, _lines(tmp_path, [{"device": "d", "key": key}]))
    assert _thumbprints(table, "d") == [_thumbprint(0)]
    assert table.count() == 1


def test_parquet_and_a_folder_give_what_lines_give(tmp_path: Path) -> None:
    making.write_keys(tmp_path / "keys.parquet", 3)
    folder = tmp_path / "keys"
    folder.mkdir()
    for number in range(3):
        (folder / f"{device(number).name}.pem").write_text(_pem(number))
    for source in (tmp_path / "keys.parquet", folder):
        target = tmp_path / f"table-of-{source.name}"
        target.mkdir()
        table = _table(target, source)
        for number in range(3):
            assert _thumbprints(table, device(number).name) == [_thumbprint(number)]


def test_a_device_is_found_by_its_instance_identifier_in_any_case(tmp_path: Path) -> None:
    instance = device(0).instance.hex()
    rows = [{"device": "d", "instance_id": instance.upper(), "key": _pem(0)}]
    table = _table(tmp_path, _lines(tmp_path, rows))
    assert table.owners(instance) == table.owners(instance.upper()) == ("d",)
    found = table.of_device("d")
    assert found is not None
    assert (found.instances, found.sole) == ({instance}, True)


def test_an_instance_identifier_of_two_devices_is_told_as_that(tmp_path: Path) -> None:
    rows = [{"device": name, "instance_id": "0102", "key": _pem(n)} for n, name in enumerate("ab")]
    table = _table(tmp_path, _lines(tmp_path, rows))
    assert table.owners("0102") == ("a", "b")
    found = table.of_device("a")
    assert found is not None
    assert not found.sole


def test_an_unknown_device_has_no_key(tmp_path: Path) -> None:
    table = _table(tmp_path, _lines(tmp_path, [{"device": "d", "key": _pem(0)}]))
    assert table.of_device("e") is None
    assert table.of_device("d' OR '1'='1") is None
    assert table.owners("") == ()
    assert table.owners("0102") == ()


def test_both_keys_of_a_device_that_changes_them_are_tried_the_later_first(tmp_path: Path) -> None:
    rows = [{"device": "d", "key": _pem(n)} for n in (0, 1)]
    table = _table(tmp_path, _lines(tmp_path, rows))
    assert _thumbprints(table, "d") == [_thumbprint(1), _thumbprint(0)]


def test_of_too_many_keys_of_a_device_the_latest_are_tried(tmp_path: Path) -> None:
    rows = [{"device": "d", "key": _pem(n)} for n in range(MAX_KEYS_OF_A_DEVICE + 1)]
    table = _table(tmp_path, _lines(tmp_path, rows))
    found = _thumbprints(table, "d")
    assert len(found) == MAX_KEYS_OF_A_DEVICE
    assert _thumbprint(0) not in found


def test_a_key_of_two_devices_is_marked_for_both(tmp_path: Path) -> None:
    rows = [{"device": name, "key": _pem(0)} for name in "ab"] + [{"device": "c", "key": _pem(1)}]
    table = _table(tmp_path, _lines(tmp_path, rows))
    marked = {name: (found := table.of_device(name)) is not None and found.shared for name in "abc"}
    assert marked == {"a": True, "b": True, "c": False}


def test_a_table_is_made_anew_when_its_source_changes_and_only_then(tmp_path: Path) -> None:
    source = _lines(tmp_path, [{"device": "d", "key": _pem(0)}])
    target = tmp_path / "keys.sqlite"
    first = device_keys.build(source, target)
    state = target.stat().st_ino
    assert device_keys.build(source, target) == first
    assert target.stat().st_ino == state
    _lines(tmp_path, [{"device": "d", "key": _pem(1)}])
    assert device_keys.build(source, target) != first
    assert _thumbprints(DeviceKeys(target, example=True), "d") == [_thumbprint(1)]


def test_a_damaged_table_is_made_anew(tmp_path: Path) -> None:
    source = _lines(tmp_path, [{"device": "d", "key": _pem(0)}])
    (tmp_path / "keys.sqlite").write_bytes(b"SQLite format 3\x00 and then nothing")
    assert _thumbprints(_table(tmp_path, source), "d") == [_thumbprint(0)]


_PRIVATE = (
    device(0).key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
)  # TEST ONLY: made from a small number


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"device": "d"}, "key: expected"),
        ({"device": "d", "key": "!"}, "key: expected"),
        ({"device": "d", "key": base64.b64encode(b"no key").decode()}, "cannot be used"),
        ({"device": "d", "key": _pem(0) + _pem(1)}, "one public key"),
        ({"device": "d", "key": {"kty": "oct", "k": "c2VjcmV0c2VjcmV0"}}, "secret"),
        ({"key": _pem(0)}, "device: expected text"),
        ({"device": "", "key": _pem(0)}, "device: expected text"),
        ({"device": "d" * 257, "key": _pem(0)}, "device: expected text"),
        ({"device": "d", "instance_id": "xyz", "key": _pem(0)}, "instance_id"),
        ('{"device": "\\ud800", "key": "AAAA"}', "device: expected text"),
        ('{"device": "d", "device": "e", "key": "AAAA"}', "no JSON object"),
        ("[]", "no JSON object"),
        ("{", "no JSON object"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_key_is_told_with_its_place(tmp_path: Path, row: object, said: str) -> None:
    source = _lines(tmp_path, [{"device": "good", "key": _pem(0)}, row])
    with pytest.raises(UsageError) as caught:
        device_keys.build(source, tmp_path / "keys.sqlite")
    assert said in str(caught.value)
    assert not (tmp_path / "keys.sqlite").exists()


def test_no_private_half_is_ever_kept(tmp_path: Path) -> None:
    source = _lines(tmp_path, [{"device": "d", "key": _PRIVATE}])
    with pytest.raises(UsageError, match="private"):
        device_keys.build(source, tmp_path / "keys.sqlite")
    assert list(tmp_path.glob("*.sqlite*")) == []


def test_a_source_that_holds_nothing_or_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "keys.txt").write_text(_pem(0))
    for name in ("empty.jsonl", "keys.txt", "missing.jsonl"):
        with pytest.raises(UsageError):
            device_keys.build(tmp_path / name, tmp_path / "keys.sqlite")


def test_a_device_named_by_its_identity_has_that_identity_in_any_case(tmp_path: Path) -> None:
    name = device(0).instance.hex().upper()
    table = _table(tmp_path, _lines(tmp_path, [{"device": name, "key": _pem(0)}]))
    assert table.owners(device(0).instance.hex()) == (name,)


def test_files_of_a_folder_are_devices_by_their_whole_names(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    for number, name in enumerate(("10.0.0.1.pem", "10.0.0.2.pem", "a/1.pem", "b/1.pem")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(_pem(number))
    table = _table(tmp_path, folder)
    for number, name in enumerate(("10.0.0.1", "10.0.0.2", "a/1", "b/1")):
        assert _thumbprints(table, name) == [_thumbprint(number)]


def test_two_files_for_one_device_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "d.pem").write_text(_pem(0))
    (folder / "d.jwk").write_text(json.dumps(_jwk(1)))
    with pytest.raises(UsageError, match="two files are for the device 'd'"):
        device_keys.build(folder, tmp_path / "keys.sqlite")


def test_links_in_a_folder_of_keys_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (tmp_path / "elsewhere.pem").write_text(_pem(0))
    (folder / "d.pem").symlink_to(tmp_path / "elsewhere.pem")
    with pytest.raises(UsageError, match="no plain file"):
        device_keys.build(folder, tmp_path / "keys.sqlite")
