"""Ways to be taken for another device, for sound, or for a whole result: none of them works."""

from __future__ import annotations

import base64
import datetime
import json
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import cbor2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from iotassess.errors import FleetError, UsageError
from iotassess.fleet.engine import engine
from iotassess.fleet.run import Outcome, run
from iotassess.fleet.sources import partitions
from iotassess.fleet.verify import Judge, judge_of
from tests.evidence.token_builder import jwt
from tests.fleet import token_fleet as fleet
from tests.fleet.fleets import ANCHORS, AS_OF, asked, good, judge, record, rows
from tests.fleet.token_fleet import claims_of, device, nonce_of, sample, signed, token

T = TypeVar("T")
R = TypeVar("R")


def _keys(folder: Path, lines: list[dict[str, Any]]) -> Path:
    path = folder / "some-keys.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def _line(number: int, **more: str) -> dict[str, Any]:
    one = device(number)
    return {"device": one.name, "key": base64.b64encode(one.public).decode(), **more}


def _eat() -> dict[Any, Any]:
    """The claims of the example's own EAT."""
    found = cbor2.loads((fleet.EXAMPLE / "evidence" / "eat.cbor").read_bytes())
    while isinstance(found, cbor2.CBORTag):
        found = found.value
    return dict(cbor2.loads(found[2]))


def _anchor(folder: Path, number: int) -> Any:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from iotassess.evidence.trust import parse_anchor_spec

    path = folder / f"anchor-{number}.pem"
    public = device(number).key.public_key()
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return parse_anchor_spec(f"attestation={path}")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return judge(tmp_path_factory.mktemp("fleet"))


# --- one answer for two tokens ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nonce", "exp", "jti", "ueid", "boot"])
def test_a_submodule_is_not_taken_for_the_claim_that_it_is_named_after(judged: Judge, name: str) -> None:
    components = [dict(one) for one in sample()[2399]]
    bad = [*components[:2], {**components[2], 2: b"\x66" * 32}]
    one = device(0)

    def with_submodule(inside: list[dict[int, Any]]) -> bytes:
        submodule = {2396: sample()[2396], 2399: inside}
        claims = {**_eat(), 256: one.instance, 10: nonce_of(0), 266: {name: submodule}}
        return signed(one.key, claims)

    first = judged.row(record(with_submodule(components)))
    second = judged.row(record(with_submodule(bad)))
    assert first.authenticity == second.authenticity == "authenticated"
    assert (first.component_match, first.discrepancies) != (second.component_match, second.discrepancies)
    assert not second.sound


# --- one device for another ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: data,
        lambda data: b"\xd9\xd9\xf7" + data,
        lambda data: b"\xd8\x3d" + data,
    ],
    ids=["plain", "self-described", "CWT"],
)
def test_an_anchor_does_not_speak_for_a_device_that_is_registered(
    tmp_path: Path, wrap: Callable[[bytes], bytes]
) -> None:
    both = judge(tmp_path, anchors=(*ANCHORS, _anchor(tmp_path, 9)))
    forged = signed(device(9).key, claims_of(device(0), nonce_of(0)))
    row = both.row(record(wrap(forged), device=None))
    assert row.authenticity != "authenticated"
    assert not row.sound
    own = signed(device(9).key, claims_of(device(9), nonce_of(0)))
    assert both.row(record(wrap(own), device=None)).authenticity == "authenticated"


def test_a_jwt_leads_to_the_key_of_its_device_too(tmp_path: Path) -> None:
    both = judge(tmp_path, anchors=(*ANCHORS, _anchor(tmp_path, 9)))
    ueid = base64.urlsafe_b64encode(device(0).instance).decode().rstrip("=")
    claims = {"ueid": ueid, "eat_nonce": base64.urlsafe_b64encode(nonce_of(0)).decode().rstrip("=")}
    for number, expected in ((0, "authenticated"), (9, "failed")):
        data = jwt(claims, device(number).key)
        assert both.row(record(data, device=None)).authenticity == expected


@pytest.mark.parametrize("named", [True, False])
def test_a_key_without_an_identity_may_not_take_a_registered_one(tmp_path: Path, named: bool) -> None:
    keys = _keys(tmp_path, [_line(0, instance_id=device(0).instance.hex()), _line(1)])
    some = judge(tmp_path, keys=keys)
    forged = signed(device(1).key, claims_of(device(0), nonce_of(0)))
    row = some.row(record(forged, device=device(1).name if named else None, hint=device(1).name))
    assert row.faults == ("device-mismatch",)
    assert not row.sound
    assert row.device == device(1).name
    own = signed(device(1).key, claims_of(device(1), nonce_of(0)))
    assert some.row(record(own, device=device(1).name)).sound


def test_a_device_named_by_its_identity_may_not_claim_another(tmp_path: Path) -> None:
    rows_ = [{**_line(number), "device": device(number).instance.hex().upper()} for number in (0, 1)]
    some = judge(tmp_path, keys=_keys(tmp_path, rows_), anchors=(*ANCHORS, _anchor(tmp_path, 1)))
    assert some.row(good()._replace(device=None)).sound
    forged = signed(device(1).key, claims_of(device(0), nonce_of(0)))
    for name in (None, device(1).instance.hex().upper()):
        assert not some.row(record(forged, device=name)).sound


def test_an_identity_of_two_devices_is_nobodys_and_no_anchor_decides(tmp_path: Path) -> None:
    instance = device(0).instance.hex()
    keys = _keys(tmp_path, [_line(0, instance_id=instance), _line(1, instance_id=instance)])
    some = judge(tmp_path, keys=keys, anchors=(*ANCHORS, _anchor(tmp_path, 0)))
    for name in (None, device(0).name):
        row = some.row(good()._replace(device=name))
        assert row.faults == ("device-mismatch",)
        assert not row.sound


# --- many for one -------------------------------------------------------------------------------


def _outcome(folder: Path, records: list[dict[str, Any]], **more: Any) -> Outcome:
    fleet.write_tokens(folder / "tokens.parquet", iter(records))
    fleet.write_keys(folder / "keys.parquet", 3)
    with engine(workers=0) as serial:
        return run(asked(folder, folder / "tokens.parquet", **more), serial)


def _row(name: str | None, data: bytes, number: int = 0) -> dict[str, Any]:
    when = AS_OF.start - datetime.timedelta(hours=1)
    return {"device": name, "token": data, "time": when, "nonce": nonce_of(number), "model": "SN-33"}


def test_one_devices_token_under_many_names_is_nobodys(tmp_path: Path) -> None:
    data = good().token
    records = [_row(f"node-{number}", data) for number in range(3)]
    anchors = (*ANCHORS, _anchor(tmp_path, 0))
    summary = _outcome(tmp_path, records, keys=None, anchors=anchors).summary
    assert (summary.sound, summary.shared_keys.total) == (0, 1)


def test_two_forms_of_one_devices_identity_are_one_device(tmp_path: Path) -> None:
    one = device(0)
    short = signed(one.key, {**_eat(), 256: b"\x01" + one.instance[1:17], 10: nonce_of(0)})
    keys = _keys(tmp_path, [_line(0)])
    records = [_row(one.name, good().token), _row(one.name, short)]
    summary = _outcome(tmp_path, records, keys=keys).summary
    assert summary.shared_keys.total == 0
    assert summary.sound == 2


def test_a_record_from_the_future_does_not_hide_that_a_device_fell_silent(tmp_path: Path) -> None:
    old = _row(device(0).name, good().token)
    old["time"] = AS_OF.start - datetime.timedelta(days=60)
    future = {**old, "time": AS_OF.end + datetime.timedelta(days=999)}
    summary = _outcome(tmp_path, [old, future], stale_after=datetime.timedelta(days=30)).summary
    assert summary.stale.total == 1


# --- part of it for all of it -------------------------------------------------------------------


def _folder(path: Path) -> Path:
    tokens = path / "tokens"
    tokens.mkdir()
    for number in range(3):
        (tokens / f"{device(number).name}.cbor").write_bytes(token(device(number), nonce_of(number)))
    return tokens


def test_a_file_that_changed_without_growing_is_another_input(tmp_path: Path) -> None:
    tokens = _folder(tmp_path)
    fleet.write_keys(tmp_path / "keys.parquet", 3)
    with engine(workers=0) as serial:
        first = run(asked(tmp_path, tokens), serial)
        path = tokens / f"{device(0).name}.cbor"
        debug = token(device(0), nonce_of(0), {2395: 0x4000})
        assert len(debug) == len(path.read_bytes())
        path.write_bytes(debug)
        with pytest.raises(UsageError, match="another run"):
            run(asked(tmp_path, tokens), serial)
        again = run(asked(tmp_path, tokens, restart=True), serial)
    assert (first.summary.sound, again.summary.sound, again.kept) == (3, 2, 0)


def test_restart_keeps_nothing_even_of_the_same_run(tmp_path: Path) -> None:
    tokens = _folder(tmp_path)
    fleet.write_keys(tmp_path / "keys.parquet", 3)
    with engine(workers=0) as serial:
        run(asked(tmp_path, tokens), serial)
        assert run(asked(tmp_path, tokens), serial).kept == 1
        assert run(asked(tmp_path, tokens, restart=True), serial).kept == 0


def _tar(path: Path) -> bytes:
    target = path / "tokens.tar"
    with tarfile.open(target, "w") as archive:
        archive.add(_folder(path), "tokens")
    return target.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"tokens/device-000001", b"\xff" * 20),
        lambda data: data[: data.rindex(b"device-000002") + 700],
        lambda data: data.rstrip(b"\0"),
        lambda data: data + data,
        lambda data: data + b"more",
    ],
    ids=["a header", "cut in a member", "no end", "two archives", "something behind it"],
)
def test_an_archive_that_does_not_end_where_it_should_is_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    data = _tar(tmp_path)
    path = tmp_path / "tokens.tar"
    assert sum(len(part.where) for part in partitions([path], 100)) == 3
    path.write_bytes(damage(data))
    with pytest.raises(UsageError, match="tar archive"):
        list(partitions([path], 100))


class _Late:
    """An engine beside which somebody else's worker writes a part at the last moment."""

    def __init__(self, other: Path, name: str) -> None:
        self.other, self.name = other, name

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        out = ""
        for task in tasks:
            out = task.plan.out  # type: ignore[attr-defined]
            yield task, work(task)
        shutil.copy(self.other, Path(out) / self.name)


def test_a_part_of_another_run_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    tokens = _folder(tmp_path)
    fleet.write_keys(tmp_path / "keys.parquet", 3)
    with engine(workers=0) as serial:
        other = run(asked(tmp_path, tokens, max_age=None), serial).parts / "part-000000.parquet"
    request = asked(tmp_path, tokens, out=tmp_path / "own")
    with pytest.raises(FleetError, match="was replaced"):
        run(request, _Late(other, "part-000000.parquet"))
    assert not (tmp_path / "own" / "parts").exists()
    outcome = run(request, _Late(other, "part-000077.parquet"))
    assert [path.name for path in outcome.parts.iterdir()] == ["part-000000.parquet"]
    assert len(rows(outcome.parts, [row.column for row in outcome.summary.verdicts])) == 3


# --- another basis ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "documents" / "threat-model.md").write_text("another"),
        lambda folder: (folder / "anchors" / "reference" / "reference.pub.pem").write_bytes(
            (folder / "anchors" / "results" / "verifier.pub.pem").read_bytes()
        ),
        lambda folder: (folder / "evidence" / "sn33.p7s").write_bytes(b"another"),
    ],
    ids=["document", "anchor", "detached signature"],
)
def test_whatever_a_profile_names_is_what_a_run_rests_on(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    folder = tmp_path / "node"
    shutil.copytree(fleet.EXAMPLE, folder)
    tokens = _folder(tmp_path)
    fleet.write_keys(tmp_path / "keys.parquet", 3)
    request = asked(tmp_path, tokens, profiles=[folder / "good.yaml"])
    with engine(workers=0) as serial:
        run(request, serial)
        change(folder)
        with pytest.raises(UsageError, match="another run"):
            run(request, serial)


def test_a_worker_that_finds_another_profile_than_the_run_began_with_refuses(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    shutil.copytree(fleet.EXAMPLE, folder)
    began = judge(tmp_path, profiles=((str(folder / "good.yaml"), "good.yaml"),))
    plan = began._plan._replace(basis=began.basis(), digest="a run")
    assert judge_of(plan).row(good()).sound
    profile = folder / "good.yaml"
    profile.write_text(profile.read_text().replace("SN33-000017", "SN33-000018"))
    with pytest.raises(FleetError, match="when the run began"):
        judge_of(plan._replace(digest="the same run, in another worker"))


# --- what a run writes over ---------------------------------------------------------------------


def test_a_folder_of_ones_own_that_is_called_parts_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine" / "parts").mkdir(parents=True)
    (tmp_path / "mine" / "parts" / "precious").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        _outcome(tmp_path, [_row(device(0).name, good().token)], out=tmp_path / "mine")
    assert (tmp_path / "mine" / "parts" / "precious").read_text() == "mine"


def test_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([b"a"]), pa.array([b"b"])], names=["token", "token"])
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(UsageError, match="two columns"):
        list(partitions([tmp_path / "t.parquet"], 10))


def test_the_answer_for_a_very_large_token_is_not_kept(tmp_path: Path) -> None:
    some = judge(tmp_path)
    model = some.models[0]
    entry = dict(sample()[2399][0])
    many = [*sample()[2399], *({**entry, 4: f"{n}"} for n in range(120))]
    before = len(model._answers)
    row = some.row(record(token(device(0), nonce_of(0), {2399: many})))
    assert row.authenticity == "authenticated"
    assert len(model._answers) == before
