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
        **{
            "device": device,
            "path": f"{device}.cbor",
            "fresh": "nonce",
            "signatures": (signed("attestation", thumbprint=key),),
            **fields,
        },
    )


def unnamed(key: str | None, name: str = "anchor", **fields: object) -> Artefact:
    """A token that does not say of which device it is."""
    by = signed("attestation", thumbprint=key, key=name)
    shown = Shown(PRODUCT, "debug.state", "disabled-permanently", "dbgstat")
    return token(shown, **{"device": "", "path": "unnamed.cbor", "signatures": (by,), **fields})


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


def test_a_token_that_names_no_device_is_no_way_round() -> None:
    checked = run(of("01aa", "k"), of("01bb", "k"), unnamed("k"))
    assert [a.grade for a in checked.artefacts] == [3, 3, 3]
    two = [declare(KEY, "k", Subject("device", d)) for d in ("01aa", "01bb")]
    assert [a.grade for a in run(unnamed("k"), more=tuple(two)).artefacts] == [3]


def test_a_token_that_names_no_device_is_believed_beside_the_one_of_its_key() -> None:
    mine = declare(KEY, "k", Subject("device", "01aa"))
    assert [a.grade for a in run(of("01aa", "k"), unnamed("k"), more=(mine,)).artefacts] == [5, 4]


def test_a_token_that_names_no_device_is_signed_by_the_key_of_one_that_is_declared() -> None:
    mine = declare(KEY, "k", Subject("device", "01aa"))
    assert [a.grade for a in run(unnamed("l"), more=(mine,)).artefacts] == [2]
    assert [a.grade for a in run(unnamed("l")).artefacts] == [4]


def test_a_secret_is_not_the_key_that_is_declared_of_a_device() -> None:
    mine = declare(KEY, "k", Subject("device", "01aa"))
    shown = Shown(PRODUCT, "debug.state", "disabled-permanently", "dbgstat")
    by = (signed("attestation", thumbprint=None, key="fleet secret"),)
    mac = token(shown, device="01aa", signatures=by)
    assert [a.grade for a in run(mac, more=(mine,)).artefacts] == [2]
    assert [a.grade for a in run(mac).artefacts] == [4]


def test_the_key_that_is_declared_may_sign_second() -> None:
    mine = declare(KEY, "k", Subject("device", "01aa"))
    both = (signed("attestation", thumbprint="z"), signed("attestation", thumbprint="k"))
    assert [a.grade for a in run(of("01aa", "z", signatures=both), more=(mine,)).artefacts] == [5]


def test_a_secret_of_two_devices_is_shared_too() -> None:
    by = (signed("attestation", thumbprint=None, key="fleet secret"),)
    pair = [
        token(Shown(PRODUCT, "debug.state", "disabled", "dbgstat"), device=d, path=d, signatures=by)
        for d in ("01aa", "01bb")
    ]
    assert [a.grade for a in run(*pair).artefacts] == [3, 3]
    assert [a.grade for a in run(pair[0]).artefacts] == [4]


@pytest.mark.parametrize(
    "said",
    [
        [declare("identity.per-device", False)],
        [
            declare("key.purpose", "attestation", Subject("key", "a")),
            declare("key.unique", False, Subject("key", "a")),
        ],
    ],
)
def test_who_says_that_the_key_is_not_of_one_device_is_taken_at_the_word(said: list[Claim]) -> None:
    assert [a.grade for a in run(of("01aa", "k"), more=tuple(said)).artefacts] == [3]


def test_the_makers_own_key_may_be_one() -> None:
    key = Subject("key", "a")
    said = [
        declare("key.purpose", "attestation", key),
        declare("key.held-by", "vendor", key),
        declare("key.unique", False, key),
    ]
    assert [a.grade for a in run(of("01aa", "k"), more=tuple(said)).artefacts] == [5]


def test_the_declaration_of_another_key_does_not_silence_a_device() -> None:
    declared = declare("debug.state", "disabled-permanently")
    other = declare(KEY, "z", Subject("device", "01aa"))
    checked = run(of("01aa", "k", "enabled"), more=(declared, other))
    assert checked.artefacts[0].grade == 2
    assert ("debug-contradiction", "error") in {(d.id, d.severity) for d in checked.discrepancies}


@pytest.mark.parametrize("anchor", ["user", None])
def test_a_second_device_with_the_same_key_does_not_silence_what_the_first_says(anchor: str | None) -> None:
    declared = declare("debug.state", "disabled-permanently")
    second = declare(KEY, "k", Subject("device", "01bb"))
    open_ = of("01aa", "k", "enabled", signatures=(signed("attestation", anchor, thumbprint="k"),))
    alone, both = run(open_, more=(declared,)), run(open_, more=(declared, second))
    severity = "error" if anchor else "warning"
    for checked in (alone, both):
        assert ("debug-contradiction", severity) in {(d.id, d.severity) for d in checked.discrepancies}
