"""Fleets whose summaries are reported: one with something of everything, none at all, a very large one."""

from __future__ import annotations

import datetime
import functools
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2

from iotassess.evidence.trust import parse_anchor_spec
from iotassess.fleet.engine import engine
from iotassess.fleet.run import run
from iotassess.model.fleet import (
    COMPONENT_MATCHES,
    FAULTS,
    NOTHING_LISTED,
    Column,
    Count,
    FirmwareRow,
    Listed,
    ModelRow,
    ModelUsed,
    Period,
    SharedKey,
    StaleDevice,
    Summary,
    VerdictRow,
    Worsened,
)
from iotassess.model.verdict import VERDICTS
from tests.examples import AS_OF, PRODUCTS, PROFILES, edit
from tests.fleet import token_fleet as making
from tests.fleet.fleets import asked
from tests.fleet.token_fleet import START, claims_of, device, nonce_of, sample, signed, token
from tests.report.hostile import poisoned

DAYS = 60
NODES, PLUGS = range(9), range(20, 23)
BEAT = 3
"""Days from one token of a device to its next."""
STRANGER, TWIN, SILENT, DEBUG, BRICKED, UNKNOWN = 30, 31, 3, 5, 7, 40
"""Devices of a kind of their own: not registered; with the key of device 0; silent; in debug; with software
that nobody released; of no model that a profile was given for."""


@functools.cache
def rich() -> Summary:
    """A fleet of two models in sixty days: an update rolls out, some devices fall silent, get worse, lie."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profiles = _profiles(folder)
        _write_keys(folder / "keys.parquet")
        making.write_tokens(folder / "tokens.parquet", iter(sorted(_records(), key=lambda r: r["time"])))
        request = asked(
            folder, folder / "tokens.parquet", partition=100, profiles=profiles, max_age=None,
            stale_after=datetime.timedelta(days=10), baselines=("enisa-gp-tm", "etsi-en-303-645"),
            anchors=tuple(parse_anchor_spec(str(PROFILES / product / "anchors")) for product in PRODUCTS),
        )  # fmt: skip
        with engine(workers=0) as serial:
            return run(request, serial).summary


def _profiles(folder: Path) -> list[Path]:
    """Two releases of the node, and the plug; the older release has reference values of nobody."""
    older = Path(shutil.copytree(PROFILES / "sensor-node", folder / "node")) / "older.yaml"
    shutil.copy(older.with_name("good.yaml"), older)
    text = older.read_text().replace("3.2.0", "3.1.0").replace("  - artefact: evidence/reference.corim\n", "")
    older.write_text(text)
    edit(older, (sample()[2399][2][2].hex(), OLD_DIGEST.hex()))
    return [PROFILES / "sensor-node" / "good.yaml", older, PROFILES / "smart-plug" / "good.yaml"]


OLD_DIGEST = bytes(range(32))


def _write_keys(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = [device(n) for n in (*NODES, *PLUGS, UNKNOWN)]
    twin = device(TWIN)._replace(key=device(0).key)
    rows = [*found, twin]
    pq.write_table(
        pa.table(
            {
                "device": [one.name for one in rows],
                "instance_id": [one.instance.hex() for one in rows],
                "key": [one.public for one in rows],
            }
        ),
        path,
    )


@functools.cache
def _plug() -> dict[Any, Any]:
    message = cbor2.loads((PROFILES / "smart-plug" / "evidence" / "eat.cbor").read_bytes())
    while isinstance(message, cbor2.CBORTag):
        message = message.value
    claims: dict[Any, Any] = dict(cbor2.loads(message[2]))
    return claims


_DATES = (4, 5, 6)
"""Labels of exp, nbf and iat: the sample's token is younger than this fleet's."""


def _software(version: str, digest: bytes) -> dict[int, Any]:
    first, second, last = sample()[2399]
    return {2399: [first, second, {**last, 2: digest, 4: version}]}


def _records() -> Iterator[dict[str, Any]]:
    number = 0
    for n in (*NODES, *PLUGS, STRANGER, TWIN, UNKNOWN):
        for day in range(n % BEAT, DAYS, BEAT):
            if n == SILENT and day > DAYS // 2:
                continue
            number += 1
            time = START + datetime.timedelta(days=day, minutes=n)
            yield {
                "device": device(n).name,
                "token": _token(n, day, number),
                "time": time,
                "nonce": nonce_of(number),
                "model": "SP-1" if n in PLUGS else "SN-33" if n != UNKNOWN else None,
            }


def _token(n: int, day: int, number: int) -> bytes:
    one, nonce = device(n), nonce_of(number)
    if n in PLUGS:
        kept = {label: value for label, value in _plug().items() if label not in _DATES}
        claims = {**kept, 10: nonce, 256: one.instance}
        return signed(one.key, claims) if (n, day % 20) != (PLUGS[0], 11) else b"no token, but a text"
    edits: dict[Any, Any] = {}
    if day < 12 + 4 * n:  # the update rolls out, device by device
        edits = _software("3.1.0", OLD_DIGEST)
    if n == DEBUG and day > 45:
        edits = {2395: 0x4000}
    if n == BRICKED and day > 50:
        edits = _software("3.2.0", bytes(32))
    if n == UNKNOWN:
        edits = {2396: bytes(32)}
    if n == TWIN:
        return signed(device(0).key, claims_of(one, nonce, edits))
    made = token(one, nonce, edits)
    return made[:-1] + bytes([made[-1] ^ 1]) if number % 61 == 0 else made


# --- made up ------------------------------------------------------------------------------------


def empty() -> Summary:
    """No record at all."""
    return Summary(
        tool_version="0.0.0", as_of=AS_OF, example=False, records=0, sound=0, authenticity={},
        component_match={}, devices=0, models=(), anchors=(), by_model=(), problems=(), faults=(),
        discrepancies=(), errors=(), by_firmware=(), verdicts=(), period="day", drift=(), untimed=0,
        worsened=NOTHING_LISTED, shared_keys=NOTHING_LISTED, stale_after=None, stale=NOTHING_LISTED,
        not_done=("no trust anchor (-t) and no device keys",),
    )  # fmt: skip


@functools.cache
def million() -> Summary:
    """A million tokens in a year, and more of everything than any list shows."""
    return made(1_000_000, seed=1, most=150)


@functools.cache
def full() -> Summary:
    """A small one in which nothing is empty; a test holds it to that."""
    return made(5_000, seed=3)


NAMES = ("1.4.0", "1.5.0", "2.0.0-rc1", "", "BL 2.1.0, ARoT 3.2.0", "a b", "v" * 70, "=1+1", "(others)")
PROBLEMS = ("cose-bad-signature", "eat-expired", "psa-lifecycle-debug", "cose-no-key")
DISCREPANCIES = ("measurement-mismatch", "debug-contradiction", "version-mismatch")
LENGTHS = {"day": 1, "week": 7, "month": 31, "quarter": 92}


def made(records: int, *, seed: int, most: int = 4) -> Summary:
    """A summary whose numbers fit each other.

    Args:
        records: in all.
        seed: of what is left to chance.
        most: rows of a list at most, about.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    authenticity = _split(
        chance, records, ("authenticated", "failed", "unverified", "unsigned", "intact", "")
    )
    authenticity.pop("", None)  # these hold no token
    authenticated = authenticity.get("authenticated", 0)
    sound = chance.randint(0, authenticated)
    period = chance.choice(tuple(LENGTHS))
    listed = chance.randint(0, most)
    return replace(
        empty(),
        example=chance.random() < 0.5,
        records=records,
        sound=sound,
        authenticity=authenticity,
        component_match=_split(chance, authenticated, (*COMPONENT_MATCHES, "not-appraised")),
        devices=chance.randint(0, records),
        models=tuple(
            ModelUsed(f"Vendor M-{n}", f"{n}.0", f"profiles/m-{n}.yaml", f"{n:064x}", n == 1)
            for n in range(chance.randint(0, 3))
        ),
        anchors=("2 for attestation", "9 registered device keys"),
        by_model=tuple(_models(chance, sum(authenticity.values()), authenticated, sound)),
        problems=_counts(chance, PROBLEMS, records),
        faults=_counts(chance, tuple(FAULTS), records),
        discrepancies=_counts(chance, DISCREPANCIES, authenticated),
        errors=_counts(chance, tuple(f"the token has {n} bytes" for n in range(listed)), records),
        by_firmware=tuple(_firmware(chance, authenticated, most)),
        verdicts=tuple(
            VerdictRow(Column(b, f"GP-{n}", f"Title {n}"), _split(chance, records, VERDICTS))
            for b in ("one", "two")
            for n in range(chance.randint(0, 3))
        ),
        period=period,  # type: ignore[arg-type]
        drift=tuple(_drift(chance, authenticated, period, min(most * 8, 62))),
        untimed=chance.randint(0, 3),
        worsened=Listed(listed * 3, tuple(_worsened(n) for n in range(listed))),
        shared_keys=Listed(
            listed, tuple(SharedKey(f"{n:064x}", n + 6, ("d-1", "d-2")) for n in range(listed))
        ),
        stale_after=chance.choice((None, 3_600.0, 864_000.0)),
        stale=Listed(
            listed * 2, tuple(StaleDevice(f"s-{n}", "M", START if n else None) for n in range(listed))
        ),
        cut=("firmware versions: so many different ones",),
    )  # fmt: skip


def _split(chance: random.Random, whole: int, names: Sequence[str]) -> dict[str, int]:
    """Divide a number among names; those that get nothing are not there."""
    edges = sorted(chance.randint(0, whole) for _ in names[1:])
    sizes = [end - start for start, end in zip([0, *edges], [*edges, whole], strict=True)]
    return {name: size for name, size in zip(names, sizes, strict=True) if size}


def _counts(chance: random.Random, ids: Sequence[str], most: int) -> tuple[Count, ...]:
    rows = [Count(id, chance.randint(1, most), f"t.parquet#{n}") for n, id in enumerate(ids) if most]
    return tuple(sorted(rows, key=lambda row: (-row.tokens, row.id)))


def _models(chance: random.Random, tokens: int, authenticated: int, sound: int) -> Iterator[ModelRow]:
    names = ("Vendor M-0", "Vendor M-1", "")
    parts = [_split(chance, whole, names) for whole in (tokens - authenticated, authenticated - sound, sound)]
    for name in names:
        other, vouched, good = (part.get(name, 0) for part in parts)
        if other + vouched + good:
            yield ModelRow(
                name, other + vouched + good, vouched + good, chance.randint(0, vouched + good), good
            )


def _firmware(chance: random.Random, authenticated: int, most: int) -> Iterator[FirmwareRow]:
    names = NAMES if most < 10 else (*NAMES, *(f"0.{n}" for n in range(most)))
    for model in ("", "Vendor M-0"):
        for version, tokens in _split(chance, authenticated // 2, names).items():
            part = chance.randint(0, tokens)
            timed = chance.random() < 0.8
            yield FirmwareRow(
                model, version, tokens, part, part // 2, chance.randint(0, tokens),
                START if timed else None, START + datetime.timedelta(days=9) if timed else None,
            )  # fmt: skip


def _drift(chance: random.Random, authenticated: int, period: str, most: int) -> Iterator[Period]:
    start = datetime.date(2026, 1, 5 if period == "week" else 1)
    for n in range(most):
        if chance.random() < 0.2:
            continue  # nothing was received
        day = start + datetime.timedelta(days=n * LENGTHS[period])
        if period in ("month", "quarter"):
            day = day.replace(day=1, month=day.month if period == "month" else (day.month - 1) // 3 * 3 + 1)
        part = chance.randint(0, authenticated // most if most else 0)
        sound = chance.randint(0, part)
        yield Period(day, part + 1, part, sound, sound, _split(chance, part, NAMES))


def _worsened(n: int) -> Worsened:
    return Worsened(f"w-{n}", "Vendor M-0", START, START + datetime.timedelta(days=n + 1), ("eat-expired",))


_OWN = {"day", "week", "month", "quarter", *COMPONENT_MATCHES, "not-appraised"}
"""Words of closed lists: no token can change them."""


def hostile(text: str) -> Summary:
    """Every text that comes from somebody else begins and ends with another one."""
    found: Summary = poisoned(full(), lambda plain: plain if plain in _OWN else f"{text}{plain}{text}")
    return replace(found, tool_version="0.0.0")
