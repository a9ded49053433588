"""One record, one row: what raises a verdict, and above all what does not."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from iotassess.crosscheck.denylist import Denylist
from iotassess.fleet.records import bad
from iotassess.fleet.verify import Judge
from tests.examples import PROFILES
from tests.fleet import token_fleet as making
from tests.fleet.fleets import AS_OF, RECEIVED, good, judge, record, verdicts
from tests.fleet.token_fleet import device, nonce_of, token


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return judge(tmp_path_factory.mktemp("fleet"))


def test_a_token_of_a_registered_device_is_verified_fresh_and_sound(judged: Judge) -> None:
    row = judged.row(good())
    assert (row.authenticity, row.binding, row.fresh, row.grade) == ("authenticated", "bound", "nonce", 5)
    assert (row.component_match, row.unmatched, row.status) == ("match", (), "affirming")
    assert (row.device, row.instance) == (device(0).name, device(0).instance.hex())
    assert (row.model, row.release, row.lifecycle) == ("Example Sensing SN-33", "3.2.0", "secured")
    assert row.sound
    assert row.faults == ()
    assert verdicts(judged, row)["GP-TM-03"] == "verified"


def test_the_operators_name_is_not_needed_where_the_token_leads_to_the_key(judged: Judge) -> None:
    row = judged.row(good()._replace(device=None))
    assert row.sound
    assert (row.device, row.instance) == (device(0).name, device(0).instance.hex())


@pytest.mark.parametrize("where", [40, 200, -10])
def test_a_damaged_token_gets_no_verdict(judged: Judge, where: int) -> None:
    data = bytearray(good().token)
    data[where] ^= 1
    row = judged.row(good()._replace(token=bytes(data)))
    assert row.authenticity != "authenticated"
    assert not row.sound
    assert "verified" not in row.verdicts
    assert set(row.verdicts) <= {"not-assessed", None}


def test_a_token_of_an_unregistered_device_gets_no_verdict(judged: Judge) -> None:
    stranger = device(77)
    row = judged.row(record(token(stranger, nonce_of(0)), device=stranger.name))
    assert (row.authenticity, row.sound, row.model) == ("failed", False, None)
    assert set(row.verdicts) == {"not-assessed"}
    assert "cose-bad-signature" in row.problems


def test_a_token_signed_by_another_devices_key_does_not_verify(judged: Judge) -> None:
    forged = making.signed(device(1).key, making.claims_of(device(0), nonce_of(0)))
    assert judged.row(record(forged)).authenticity == "failed"


def test_a_device_that_speaks_for_another_gets_no_verdict(judged: Judge) -> None:
    """The key is registered for the device that the record names; the claims are another device's."""
    forged = making.signed(device(0).key, making.claims_of(device(1), nonce_of(0)))
    row = judged.row(record(forged))
    assert row.authenticity == "authenticated"
    assert row.faults == ("device-mismatch",)
    assert set(row.verdicts) == {"not-assessed"}
    assert not row.sound


def test_a_record_of_one_device_with_a_token_of_another_gets_no_verdict(judged: Judge) -> None:
    row = judged.row(record(token(device(1), nonce_of(0)), device="somebody unregistered"))
    assert row.faults == ("device-mismatch",)
    assert set(row.verdicts) == {"not-assessed"}


def test_a_device_named_by_its_ueid_has_to_be_that_device(tmp_path: Path) -> None:
    alone = judge(tmp_path, device_keys=None)
    sample = (making.EXAMPLE / "evidence" / "psa-token.cbor").read_bytes()
    own = alone.row(record(sample, device=None, nonce=None))
    assert own.authenticity == "authenticated"
    assert alone.row(record(sample, device=own.instance, nonce=None)).faults == ()
    other = "01" + "ab" * 32
    assert alone.row(record(sample, device=other, nonce=None)).faults == ("device-mismatch",)


def test_a_key_registered_for_two_devices_tells_nobody_which_it_is(tmp_path: Path) -> None:
    lines = [
        f'{{"device": "{name}", "key": "{_base64(device(0).public)}"}}' for name in (device(0).name, "twin")
    ]
    keys = tmp_path / "keys.jsonl"
    keys.write_text("\n".join(lines))
    shared = judge(tmp_path, keys=keys)
    row = shared.row(good())
    assert row.authenticity == "authenticated"
    assert row.faults == ("key-shared",)
    assert set(row.verdicts) == {"not-assessed"}


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


# --- freshness and time -------------------------------------------------------------------------


def test_another_challenge_is_an_error_and_nothing_is_fresh(judged: Judge) -> None:
    row = judged.row(good()._replace(nonce=b"\x07" * 32))
    assert "eat-nonce-mismatch" in row.problems
    assert row.fresh is None
    assert not row.sound


@pytest.mark.parametrize(("days", "fresh"), [(0.5, "nonce"), (6.9, "nonce"), (7.1, None), (400, None)])
def test_an_answered_challenge_speaks_of_the_present_only_for_a_while(
    judged: Judge, days: float, fresh: str | None
) -> None:
    received = AS_OF.start - datetime.timedelta(days=days)
    assert judged.row(good()._replace(time=received)).fresh == fresh


def test_without_a_time_nothing_is_known_of_when_a_challenge_was_answered(judged: Judge) -> None:
    row = judged.row(good()._replace(time=None))
    assert (row.authenticity, row.fresh, row.grade) == ("authenticated", None, 4)


def test_without_max_age_nothing_speaks_of_the_present(tmp_path: Path) -> None:
    assert judge(tmp_path, max_age=None).row(good()).fresh is None


def test_a_token_from_after_the_moment_of_judgement_gets_no_verdict(judged: Judge) -> None:
    row = judged.row(good()._replace(time=AS_OF.end + datetime.timedelta(seconds=1)))
    assert row.faults == ("time-after-as-of",)
    assert set(row.verdicts) == {"not-assessed"}


def test_a_token_is_valid_or_not_when_it_was_received(judged: Judge) -> None:
    """It ran out since; what it says of the time when it was received holds all the same."""
    ends = int(RECEIVED.timestamp()) + 60
    data = token(device(0), nonce_of(0), {4: ends})
    assert "eat-expired" not in judged.row(record(data)).problems
    late = judged.row(record(data, time=RECEIVED + datetime.timedelta(minutes=2)))
    assert "eat-expired" in late.problems


# --- the model ----------------------------------------------------------------------------------


def _other_product(edits: dict[Any, Any] | None = None) -> bytes:
    return token(device(0), nonce_of(0), {2396: b"\x66" * 32, **(edits or {})})


def test_a_token_of_an_unknown_model_gets_no_verdict(judged: Judge) -> None:
    row = judged.row(record(_other_product()))
    assert row.faults == ("model-unknown",)
    assert row.model is None
    assert set(row.verdicts) == {"not-assessed"}


def test_the_operators_word_for_a_model_does_not_make_a_token_one_of_it(judged: Judge) -> None:
    row = judged.row(record(_other_product(), model="SN-33"))
    assert row.binding == "other"
    assert "verified" not in row.verdicts
    assert (
        "evidence-for-other-product" in row.discrepancies or "implementation-id-mismatch" in row.discrepancies
    )
    assert not row.sound


def test_a_token_of_another_known_model_than_the_record_says_is_told(tmp_path: Path) -> None:
    plug = PROFILES / "smart-plug" / "good.yaml"
    both = judge(tmp_path, profiles=((str(making.GOOD), "node"), (str(plug), "plug")))
    row = both.row(good()._replace(model="no such model"))
    assert (row.model, row.faults) == ("Example Sensing SN-33", ())
    name = both.models[1].used.name
    row = both.row(good()._replace(model=name))
    assert (row.model, row.faults) == (name, ("model-mismatch",))
    assert set(row.verdicts) == {"not-assessed"}


def test_a_changed_component_is_no_match_and_no_verified_verdict(judged: Judge) -> None:
    components = [dict(one) for one in making.sample()[2399]]
    components[2] = {**components[2], 2: b"\x66" * 32}
    row = judged.row(record(token(device(0), nonce_of(0), {2399: components})))
    assert row.component_match == "mismatch"
    assert row.unmatched == ("ARoT 3.2.0",)
    assert not row.sound
    assert verdicts(judged, row)["GP-TM-03"] == "contradicted"


def test_references_that_nobody_vouches_for_match_nothing(tmp_path: Path) -> None:
    """Without the anchor for reference values what they say is as good as what anybody says."""
    row = judge(tmp_path, anchors=()).row(good())
    assert row.authenticity == "authenticated"
    assert row.component_match in ("doubtful-reference", "no-reference")


def test_a_device_in_debug_life_cycle_is_told(judged: Judge) -> None:
    row = judged.row(record(token(device(0), nonce_of(0), {2395: 0x4000})))
    assert "psa-lifecycle-debug" in row.problems
    assert "lifecycle-contradiction" in row.discrepancies
    assert not row.sound


def test_a_denied_key_authenticates_nothing(tmp_path: Path) -> None:
    import hashlib

    print_of = hashlib.sha256(device(0).public).hexdigest()
    denying = judge(tmp_path, denylist=Denylist({print_of: "stolen"}, {}))
    row = denying.row(good())
    assert row.authenticity != "authenticated"
    assert set(row.verdicts) == {"not-assessed"}
    assert denying.row(good(1)).sound


# --- records that are none ----------------------------------------------------------------------


def test_a_bad_record_is_one_row_that_says_why(judged: Judge) -> None:
    row = judged.row(bad("tokens.jsonl@7", "token: not base64"))
    assert (row.record, row.error, row.faults) == ("tokens.jsonl@7", "token: not base64", ("unreadable",))
    assert row.authenticity is None
    assert set(row.verdicts) == {None}


@pytest.mark.parametrize("data", [b"\x00", b"hello", bytes(300), b"\xd2\x84" + b"\xff" * 40])
def test_bytes_that_are_no_token_are_one_row(judged: Judge, data: bytes) -> None:
    row = judged.row(record(data))
    assert not row.sound
    assert row.authenticity != "authenticated"


def test_an_artefact_that_is_no_token_is_told_as_that(judged: Judge) -> None:
    manifest = next((making.EXAMPLE / "evidence").glob("*.suit")).read_bytes()
    row = judged.row(record(manifest))
    assert row.faults == ("unreadable",)
    assert row.kind == "suit-envelope"
    assert "no attestation token" in (row.error or "")


def test_no_argument_of_a_row_is_left_to_its_default_by_accident(judged: Judge) -> None:
    """A good record fills every column that is about a token, but for what its token does not say."""
    row = judged.row(good())
    empty = {name for name, value in row._asdict().items() if value in (None, ())}
    assert empty == {"debug", "unmatched", "problems", "discrepancies", "faults", "error"}


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_an_error_however_deep_within_a_token_makes_it_unsound(judged: Judge, depth: int) -> None:
    from iotassess.fleet.verify import _is_sound, _problems
    from iotassess.model.artefact import Artefact
    from iotassess.model.problems import problem

    token_ = Artefact("t", "eat-cwt", None, "", 0, True, "authenticated")
    answer = judged.models[0].answer_anew(_good_token(judged), registered=True)
    assert _is_sound(token_, answer)
    for level in range(depth + 1):
        inside = () if not level else (token_,)
        problems = () if level else (problem("eat-debug-enabled", "debugging is enabled"),)
        token_ = dataclasses.replace(token_, nested=inside, problems=problems)
    assert _problems(token_) == ("eat-debug-enabled",)
    assert not _is_sound(token_, answer)


def _good_token(judged: Judge) -> Any:
    row = good()
    token_ = judged._read(row, row.time, judged._of(row))
    assert token_.authenticity == "authenticated"
    return token_


def test_freshness_is_taken_off_nested_tokens_too(judged: Judge) -> None:
    from iotassess.fleet.verify import _without_freshness
    from iotassess.model.artefact import Artefact

    inner = Artefact("t#i", "eat-cwt", None, "", 0, True, "unsigned", fresh="time")
    outer = dataclasses.replace(inner, path="t", fresh="nonce", nested=(inner,))
    freed = _without_freshness(outer)
    assert (freed.fresh, freed.nested[0].fresh) == (None, None)
