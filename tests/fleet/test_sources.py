"""Every form of input: each record once, whatever the cuts, and what is none is told."""

from __future__ import annotations

import base64
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.errors import UsageError
from iotassess.fleet import source_lines
from iotassess.fleet.records import MAX_NAME, MAX_NONCE_BYTES, MAX_TOKEN_BYTES, Record, record
from iotassess.fleet.sources import Partition, digest, partitions, records, source_of

TOKENS = [bytes([number]) * (number + 1) for number in range(23)]


def _folder(path: Path) -> Path:
    folder = path / "tokens"
    for number, token in enumerate(TOKENS):
        file = folder / f"{number % 3}" / f"{number:03d}.cbor"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(token)
    return folder


def _tar(path: Path) -> Path:
    target = path / "tokens.tar"
    with tarfile.open(target, "w") as archive:
        for number, token in enumerate(TOKENS):
            member = tarfile.TarInfo(f"{number:03d}.cbor")
            member.size = len(token)
            archive.addfile(member, io.BytesIO(token))
    return target


def _lines(path: Path) -> Path:
    target = path / "tokens.jsonl"
    rows = [json.dumps({"token": base64.b64encode(token).decode()}) for token in TOKENS]
    target.write_text("\n".join(rows) + "\n")
    return target


def _parquet(path: Path) -> Path:
    target = path / "tokens.parquet"
    pq.write_table(pa.table({"token": pa.array(TOKENS, pa.binary())}), target, row_group_size=9)
    return target


FORMS = {"folder": _folder, "tar": _tar, "json-lines": _lines, "parquet": _parquet}


def _all(path: Path, size: int) -> list[Record]:
    return [one for part in partitions([path], size) for one in records(part)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_every_record_comes_once_whatever_the_cuts(tmp_path: Path, form: str, size: int) -> None:
    path = FORMS[form](tmp_path)
    found = _all(path, size)
    assert sorted(one.token for one in found) == sorted(TOKENS)
    assert len({one.place for one in found}) == len(TOKENS)
    assert not any(one.error for one in found)
    assert found == _all(path, size)


@pytest.mark.parametrize("form", FORMS)
def test_a_digest_follows_the_input(tmp_path: Path, form: str) -> None:
    path = FORMS[form](tmp_path)
    before = digest([path])
    assert digest([path]) == before
    if path.is_dir():
        (path / "one-more.cbor").write_bytes(b"x")
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    assert digest([path]) != before


LINES = [b"", b" ", b"{}", b'{"token": "AAAA"}', b"x" * 40, b"\xff\xfe"]


@settings(deadline=None)
@given(
    lines=st.lists(st.sampled_from(LINES), max_size=30),
    step=st.integers(1, 64),
    ended=st.booleans(),
)
def test_ranges_of_bytes_cut_no_line_and_repeat_none(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], step: int, ended: bool
) -> None:
    path = tmp_path_factory.mktemp("lines") / "t.jsonl"
    path.write_bytes(b"\n".join(lines) + (b"\n" if ended else b""))
    total = path.stat().st_size
    found = [
        one
        for start in range(0, total, step)
        for one in source_lines.records(
            Partition(0, "json-lines", str(path), "t", (start, min(start + step, total)))
        )
    ]
    whole = list(source_lines.records(Partition(0, "json-lines", str(path), "t", (0, total))))
    assert found == whole
    assert len(whole) == sum(1 for line in lines if line.strip())


def test_a_line_that_never_ends_is_one_bad_record(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    good = json.dumps({"token": "AAAA"}).encode()
    path.write_bytes(b'{"token": "' + b"A" * (source_lines.MAX_LINE_BYTES + 10) + b'"}\n' + good + b"\n")
    first, second = _all(path, 1000)
    assert "a line of more than" in first.error
    assert second.token == b"\x00\x00\x00"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "no JSON object"),
        ("{", "no JSON object"),
        ('{"token": "AAAA", "token": "BBBB"}', "twice"),
        ('{"token": NaN}', "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ("{}", "no token"),
        ('{"token": 7}', "token: got int"),
        ('{"token": "!!"}', "neither base64"),
        ('{"token": ""}', "empty"),
        ('{"token_hex": "zz"}', "token_hex: not hex"),
        ('{"token": "AAAA", "time": "yesterday"}', "time: expected RFC 3339"),
        ('{"token": "AAAA", "time": "2026-11-01T00:00:00"}', "no zone"),
        ('{"token": "AAAA", "time": 1e99}', "time: expected"),
        ('{"token": "AAAA", "time": []}', "time: got list"),
        ('{"token": "AAAA", "device": 7}', "device: got int"),
        ('{"token": "AAAA", "device": "\\ud800"}', "no valid Unicode"),
        ('{"token": "AAAA", "nonce": "xyz"}', "nonce: not hex"),
    ],
)
def test_a_bad_line_is_one_record_with_its_reason(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f'{line}\n{{"token": "AAAA"}}\n')
    bad, good = _all(path, 1000)
    assert said in bad.error
    assert bad.token == b""
    assert good.token == b"\x00\x00\x00"


def test_a_jwt_is_taken_as_it_is() -> None:
    assert record("p", {"token": "e30.e30.AAAA"}).token == b"e30.e30.AAAA"


def test_base64_is_taken_in_both_alphabets_with_and_without_padding() -> None:
    for text in ("-_8", "-_8=", "+/8", "+/8="):
        assert record("p", {"token": text}).token == b"\xfb\xff"


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"token": bytes(MAX_TOKEN_BYTES)}, True),
        ({"token": bytes(MAX_TOKEN_BYTES + 1)}, False),
        ({"token": b"x", "device": "d" * MAX_NAME}, True),
        ({"token": b"x", "device": "d" * (MAX_NAME + 1)}, False),
        ({"token": b"x", "nonce": bytes(MAX_NONCE_BYTES)}, True),
        ({"token": b"x", "nonce": bytes(MAX_NONCE_BYTES + 1)}, False),
    ],
    ids=["token", "token+1", "name", "name+1", "nonce", "nonce+1"],
)
def test_limits_hold_at_their_edge(fields: dict[str, Any], fits: bool) -> None:
    assert bool(record("p", fields).error) is not fits


def test_links_pipes_and_folders_in_a_folder_are_told_and_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "good.cbor").write_bytes(b"token")
    (folder / "link.cbor").symlink_to("/etc/hostname")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.cbor")
    (folder / ".hidden").write_bytes(b"x")
    found = {one.place.rpartition("/")[2]: one for one in _all(folder, 1000)}
    assert set(found) == {"good.cbor", "link.cbor", "loop", "pipe.cbor"}
    assert [name for name, one in found.items() if one.token] == ["good.cbor"]
    assert all(one.error for name, one in found.items() if name != "good.cbor")


def test_a_name_that_is_no_text_is_shown_as_escapes(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff\xfe.cbor")).write_bytes(b"token")
    (one,) = _all(folder, 10)
    assert one.place.endswith("\\xff\\xfe.cbor")
    assert one.token == b"token"


def test_members_that_are_no_files_are_told_and_nothing_is_unpacked(tmp_path: Path) -> None:
    target = tmp_path / "t.tar"
    with tarfile.open(target, "w") as archive:
        for name, kind in (
            ("../../up", tarfile.REGTYPE),
            ("link", tarfile.SYMTYPE),
            ("dev", tarfile.CHRTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type = kind
            member.linkname = "/etc/passwd"
            data = b"token" if kind == tarfile.REGTYPE else b""
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    up, link, dev = _all(target, 10)
    assert up.token == b"token"
    assert link.error
    assert dev.error
    assert not (tmp_path.parent.parent / "up").exists()


def test_an_archive_that_is_cut_off_is_told(tmp_path: Path) -> None:
    path = _tar(tmp_path)
    parts = list(partitions([path], 1000))
    path.write_bytes(path.read_bytes()[:600])
    found = [one for part in parts for one in records(part)]
    assert len(found) == len(TOKENS)
    assert {one.error for one in found[1:]} == {"the archive ends within this member"}
    with pytest.raises(UsageError, match="tar archive"):
        _all(path, 1000)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.tar.gz", b"x", "decompress"),
        ("t.txt", b"x", "not known"),
        ("t.parquet", b"PAR1 is not enough", "Parquet"),
        ("t.tar", b"x" * 600, "tar archive"),
        ("missing.tar", None, "does not exist"),
    ],
)
def test_an_unusable_input_is_told_with_what_to_do(
    tmp_path: Path, name: str, data: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        _all(path, 10)
    assert said in str(caught.value)


def test_a_parquet_file_without_tokens_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"device": ["a"]}), path)
    with pytest.raises(UsageError, match="no column token"):
        list(partitions([path], 10))


def test_a_parquet_file_that_is_damaged_inside_is_bad_rows_and_no_crash(tmp_path: Path) -> None:
    path = _parquet(tmp_path)
    parts = list(partitions([path], 5))
    data = bytearray(path.read_bytes())
    data[4:60] = bytes(56)
    path.write_bytes(bytes(data))
    found = [one for part in parts for one in records(part)]
    assert len(found) == len(TOKENS)
    assert any(one.error for one in found)


def test_times_and_names_of_parquet_are_read_in_their_types(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    import datetime

    when = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC)
    table = pa.table(
        {
            "token": pa.array([b"t"], pa.binary()),
            "device_id": pa.array(["d"]).dictionary_encode(),
            "time": pa.array([when.replace(tzinfo=None)], pa.timestamp("ns")),
            "nonce": pa.array([b"\x01" * 8], pa.binary()),
        }
    )
    pq.write_table(table, path)
    (one,) = _all(path, 10)
    assert (one.device, one.time, one.nonce) == ("d", when, b"\x01" * 8)


def test_the_form_of_a_folder_is_told_by_what_it_is(tmp_path: Path) -> None:
    assert source_of(tmp_path).id == "folder"
