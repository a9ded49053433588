"""Every problem id has an artefact or a call with that one fault, and a good twin that has it not.

Most ids have a fixture with one fault; its twin is the good fixture of its kind. What no single file shows
has a case here: a call that makes it, and the same call without the fault.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from iotassess.crosscheck.beside import with_findings_beside
from iotassess.crosscheck.denylist import NOTHING, Denylist
from iotassess.evidence.collect import MAX_ARTEFACT_BYTES, collect
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.evidence.verification import Nonce, parse_image, verify
from iotassess.model.artefact import Artefact, Problem, walk
from iotassess.model.claim import Digest
from iotassess.model.problems import PROBLEMS
from tests.examples import AS_OF, PROFILES, ROOT, challenge, copy, edit, judge, request

FIXTURES = ROOT / "fixtures"
INDEX: dict[str, Any] = json.loads((FIXTURES / "index.json").read_text())
ROWS: dict[str, dict[str, Any]] = {row["file"]: row for row in INDEX["artefacts"]}

NODE = "sensor-node"
TOKEN = "good/sensor-node/eat.cbor"
ENVELOPE = "good/sensor-node/update.suit"
UNLISTED = FIXTURES / "negative" / "eat" / "signed-by-rogue-key.cbor"
"""The same token by a key that is in no list of test keys."""

TOKEN_KEY = "645cb3a080bedb9626969b748b0abeda271671ab2ebb862dcb05cf59f1772bc4"
"""Of the sensor node's attestation key, as its profile has it."""

GOOD = {
    "brski-voucher": "good/sensor-node/voucher.vcj",
    "cca-token": "good/variants/cca-token.cbor",
    "cmw": "good/variants/cmw-record-signed.jws",
    "cms-signature": "good/sensor-node/sn33.json",  # read with its signature beside it
    "comid": "good/sensor-node/reference.corim",  # a bare one has no signature
    "corim": "good/sensor-node/reference.corim",
    "cose-message": "good/variants/notes.cose",
    "coswid": "good/variants/coswid-signed.cose",
    "ear": "good/sensor-node/result.jwt",
    "eat-cwt": TOKEN,
    "eat-deb": "good/variants/eat-detached-bundle.cbor",
    "eat-jwt": "good/variants/eat.jwt",
    "eat-ucs": TOKEN,  # which is the same claims with a signature
    "fdo-voucher": "good/variants/voucher.fdo",
    "mcuboot-image": "good/sensor-node/app.signed.bin",
    "mud": "good/sensor-node/sn33.json",
    "mud-signed": "good/variants/mud-signed.p7m",
    "psa-token": "good/sensor-node/psa-token.cbor",
    "suit-envelope": ENVELOPE,
    "suit-report": "good/variants/suit-report-signed.cose",
    "teep-message": "good/variants/teep-update.cbor",
    "x509-chain": "good/sensor-node/device.pem",
    None: TOKEN,  # of a file that is nothing
}
"""Kind → the good fixture that its faults were made from, or the nearest one that has nothing to report."""

Fault = tuple[str, str]
FAULTS: list[Fault] = [(id, row["file"]) for row in INDEX["artefacts"] for id in row["problems"]]


def read_fixture(row: dict[str, Any]) -> Artefact:
    """Read one fixture with the anchors, the challenge and the images that the index gives for it."""
    return read(
        [FIXTURES / name for name in (row["file"], *row["beside"])],
        keys=row["keys"],
        nonce=row["nonce"],
        images=row["images"],
    )[0]


def read(
    files: Iterable[Path],
    *,
    keys: Iterable[str] = (),
    nonce: str | None = None,
    images: Iterable[str] = (),
    denylist: Denylist = NOTHING,
) -> tuple[Artefact, ...]:
    """Read files as ``verify`` does."""
    found = verify(
        collect(list(files)),
        TrustStore.load([parse_anchor_spec(str(FIXTURES / key)) for key in keys]),
        AS_OF,
        nonces=[Nonce(None, bytes.fromhex(nonce))] if nonce else [],
        images=[parse_image(str(FIXTURES / image)) for image in images],
    )
    return with_findings_beside(found.artefacts, denylist=denylist)


def problems(artefacts: Iterable[Artefact]) -> list[Problem]:
    return [found for artefact in walk(artefacts) for found in artefact.problems]


def ids(artefacts: Iterable[Artefact]) -> set[str]:
    return {found.id for found in problems(artefacts)}


# --- what no single file shows ---------------------------------------------------------------------


class Call(NamedTuple):
    """A call that makes one fault.

    Attributes:
        make: reads or assesses; its second argument is whether with the fault or, as the twin, without.
        companions: ids that come with it, of which the twin has none either.
        always: ids that twin and fault have.
    """

    make: Callable[[Path, bool], Iterable[Artefact]]
    companions: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset({"cose-test-key"})


def padded(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """The good envelope, followed by more zeros than any artefact is long."""
    file = tmp_path / "update.suit"
    file.write_bytes((FIXTURES / ENVELOPE).read_bytes())
    if fault:
        with file.open("r+b") as stream:
            stream.truncate(MAX_ARTEFACT_BYTES + 1)
    return read([file], keys=ROWS[ENVELOPE]["keys"])


def missing(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """A profile one of whose files is gone."""
    folder = copy(NODE, tmp_path)
    if fault:
        (folder / "evidence" / "app.coswid").unlink()
    return judge(folder / "good.yaml", request(NODE, folder=folder)).artefacts


def hex_of(content: bytes) -> str:
    """Intel HEX: length, address, type and data, and what makes the sum of a line 0."""
    lines = [
        bytes((16, *at.to_bytes(2, "big"), 0)) + content[at : at + 16] for at in range(0, len(content), 16)
    ]
    lines.append(bytes((0, 0, 0, 1)))
    return "".join(f":{(line + bytes((-sum(line) & 0xFF,))).hex().upper()}\n" for line in lines)


def in_hex(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """The application as Intel HEX; the fault is one digit of it."""
    folder = copy(NODE, tmp_path)
    text = hex_of((folder / "evidence" / "app.bin").read_bytes())
    if fault:
        text = text[:20] + ("1" if text[20] == "0" else "0") + text[21:]
    (folder / "evidence" / "app.hex").write_text(text)
    edit(folder / "good.yaml", ("image: evidence/app.bin", "image: evidence/app.hex"))
    return judge(folder / "good.yaml", request(NODE, folder=folder)).artefacts


def anchored(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """A token whose key nobody names, or somebody does."""
    return read([UNLISTED], keys=[] if fault else ["keys/rogue.pub.pem"], nonce=challenge(NODE))


def published(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """A token by a key that is in the list of test keys, or by one that is in none."""
    return [read_fixture(ROWS[TOKEN])] if fault else anchored(tmp_path, fault)


def older(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """An envelope beside a newer one of the same manifest."""
    old = PROFILES / NODE / "evidence" / "flawed-rollback.suit"
    return read([old, *([FIXTURES / ENVELOPE] if fault else [])], keys=ROWS[ENVELOPE]["keys"])


def unchallenged(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """A token without the challenge that it answers, or with it."""
    return read([FIXTURES / TOKEN], keys=ROWS[TOKEN]["keys"], nonce=None if fault else ROWS[TOKEN]["nonce"])


def denied_key(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """A token whose key the denylist names, or another one."""
    row = ROWS[TOKEN]
    listed = Denylist({TOKEN_KEY if fault else "00" * 32: "stolen"}, {})
    return read([FIXTURES / TOKEN], keys=row["keys"], nonce=row["nonce"], denylist=listed)


def denied_firmware(tmp_path: Path, fault: bool) -> Iterable[Artefact]:
    """A manifest whose application the denylist names, or another one."""
    (app,) = [p for p in read_fixture(ROWS[ENVELOPE]).shown if p.path == "payloads[2].digest"]
    digest = app.value if fault else Digest("sha-256", "00" * 32)
    assert isinstance(digest, Digest)
    return read([FIXTURES / ENVELOPE], keys=ROWS[ENVELOPE]["keys"], denylist=Denylist({}, {digest: "leaks"}))


NOTHING_ELSE: frozenset[str] = frozenset()
CALLS = {
    "artefact-too-large": Call(padded),
    "artefact-missing": Call(missing, always=NOTHING_ELSE),
    "firmware-malformed": Call(
        in_hex, frozenset({"suit-payload-digest-mismatch", "suit-payload-size-mismatch"}), NOTHING_ELSE
    ),
    "cose-no-key": Call(anchored, frozenset({"eat-freshness-not-shown"}), NOTHING_ELSE),
    "cose-test-key": Call(published, always=NOTHING_ELSE),
    "suit-sequence-rollback": Call(older),
    "eat-freshness-not-shown": Call(unchallenged),
    "key-denied": Call(denied_key),
    "firmware-denied": Call(denied_firmware),
}

each_fault = pytest.mark.parametrize(("id", "file"), FAULTS, ids=[f"{id}-{file}" for id, file in FAULTS])
each_call = pytest.mark.parametrize("id", CALLS)


# --- the proof -------------------------------------------------------------------------------------


def test_every_id_has_a_fault_and_no_fault_has_an_unknown_id() -> None:
    assert {id for id, _ in FAULTS} | set(CALLS) == set(PROBLEMS)


def test_no_id_needs_a_call_that_has_a_fixture() -> None:
    assert not {id for id, _ in FAULTS} & set(CALLS)


def test_every_id_has_a_fixture_whose_one_fault_it_is() -> None:
    # A bad signature may be told of in a kind's own words, too.
    alone = {id for id, file in FAULTS if set(ROWS[file]["problems"]) <= {id, "cose-bad-signature"}}
    assert alone == {id for id, _ in FAULTS}


@each_fault
def test_a_fixture_has_the_problem_that_it_was_made_with(id: str, file: str) -> None:
    row = ROWS[file]
    (found, *_) = [p for p in read_fixture(row).problems if p.id == id]
    made_worse = row["expect"]["verify_exit_without_test_key"] == 1 and PROBLEMS[id][0] == "warning"
    assert found.severity in ({PROBLEMS[id][0], "error"} if made_worse else {PROBLEMS[id][0]})
    assert found.at is None or found.at.strip()


@each_fault
def test_its_good_twin_has_not(id: str, file: str) -> None:
    twin = ROWS[GOOD[ROWS[file]["kind"]]]
    assert not twin["problems"]
    assert ids([read_fixture(twin)]) <= {"cose-test-key"}


def test_a_good_twin_is_authenticated_so_that_its_silence_says_something() -> None:
    for file in set(GOOD.values()):
        found = read_fixture(ROWS[file])
        assert (found.wellformed, found.authenticity) == (True, "authenticated"), file


@each_call
def test_a_call_with_the_fault_has_the_problem_and_no_other(id: str, tmp_path: Path) -> None:
    call = CALLS[id]
    found = list(call.make(tmp_path, True))
    assert ids(found) - call.always - call.companions == {id}
    assert {p.severity for p in problems(found) if p.id == id} == {PROBLEMS[id][0]}


@each_call
def test_the_same_call_without_the_fault_has_none(id: str, tmp_path: Path) -> None:
    assert ids(CALLS[id].make(tmp_path, False)) <= CALLS[id].always - {id}


def test_a_challenge_is_what_the_index_says() -> None:
    assert ROWS[TOKEN]["nonce"] == challenge(NODE)
    assert datetime.date.fromisoformat(INDEX["as_of"]) == AS_OF.date
