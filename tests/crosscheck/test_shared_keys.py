"""A key that several devices hold proves nothing, and takes nothing back of what it says against them."""

import pytest

from iotassess.crosscheck.pipeline import Crosschecked, crosscheck
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import PRODUCT, Claim, Subject
from tests.crosscheck.scene import PROPERTIES, declare, profile, signed, token

KEY = "device.attestation-key"


def of(device: str, key: str, state: str = "disabled-permanently", **fields: object) -> Artefact:
    """A token of one device, which says by which key it verified."""
    about = Subject("device", device, "instance-id")
    return token(
        Shown(about, KEY, key, "instance_id"),
        Shown(PRODUCT, "debug.state", state, "dbgstat"),
        **{"device": device, "path": f"{device}.cbor", "fresh": "nonce", **fields},
    )


def run(*artefacts: Artefact, more: tuple[Claim, ...] = ()) -> Crosschecked:
    return crosscheck(profile(*more), [], artefacts, PROPERTIES, example=False)


def grades(checked: Crosschecked, property: str) -> list[int]:
    return [c.grade for c in checked.table.of(property) if c.source.artefact]


def test_devices_with_keys_of_their_own_are_believed() -> None:
    checked = run(of("01aa", "k"), of("01bb", "l"))
    assert [a.grade for a in checked.artefacts] == [5, 5]
    assert grades(checked, "debug.state") == [5, 5]


def test_a_shared_key_authenticates_neither_device() -> None:
    checked = run(of("01aa", "k"), of("01bb", "k"), of("01cc", "l"))
    assert [a.grade for a in checked.artefacts] == [3, 3, 5]
    assert grades(checked, "debug.state") == [3, 3, 5]
    assert grades(checked, KEY) == [5, 5, 5]


def test_a_key_that_is_declared_of_another_device_authenticates_none() -> None:
    other = declare(KEY, "k", Subject("device", "01bb"))
    assert [a.grade for a in run(of("01aa", "k"), more=(other,)).artefacts] == [3]


def test_an_unvouched_token_does_not_make_a_key_a_shared_one() -> None:
    loose = of("01bb", "k", authenticity="unverified", signatures=())
    assert [a.grade for a in run(of("01aa", "k"), loose).artefacts] == [5, 2]


def test_the_tokens_inside_are_weighed_too() -> None:
    outer = of("01bb", "l", nested=(of("01cc", "k"),))
    checked = run(of("01aa", "k"), outer)
    assert checked.artefacts[0].grade == 3
    assert checked.artefacts[1].grade == 5
    assert checked.artefacts[1].nested[0].grade == 3


@pytest.mark.parametrize("anchor", ["user", None])
def test_a_second_device_with_the_same_key_does_not_silence_what_the_first_says(anchor: str | None) -> None:
    declared = declare("debug.state", "disabled-permanently")
    second = declare(KEY, "k", Subject("device", "01bb"))
    open_ = of("01aa", "k", "enabled", signatures=(signed("attestation", anchor),))
    alone, both = run(open_, more=(declared,)), run(open_, more=(declared, second))
    severity = "error" if anchor else "warning"
    for checked in (alone, both):
        assert ("debug-contradiction", severity) in {(d.id, d.severity) for d in checked.discrepancies}
