"""An answer is remembered for a class of tokens: for each of them it must be what it would be by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iotassess.evidence.context import Context
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore, parse_anchor_spec
from iotassess.fleet.classes import class_of
from iotassess.fleet.models import Model
from iotassess.fleet.verify import Judge
from iotassess.model.artefact import Artefact
from tests.examples import PROFILES
from tests.fleet import token_fleet as making
from tests.fleet.fleets import AS_OF, good, judge, record
from tests.fleet.token_fleet import device, nonce_of, token

KEYS = 3


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return judge(tmp_path_factory.mktemp("fleet"), devices=KEYS)


def _components(edits: dict[int, dict[int, Any]]) -> list[dict[int, Any]]:
    found = [dict(one) for one in making.sample()[2399]]
    for index, edit in edits.items():
        found[index] = {k: v for k, v in {**found[index], **edit}.items() if v is not ...}
    return found


EDITS: list[dict[Any, Any]] = [
    {},
    {2395: 0x4000},
    {2395: 0x2000},
    {2399: _components({2: {2: b"\x66" * 32}})},
    {2399: _components({0: {4: "2.0.9"}})},
    {2399: _components({1: {5: b"\x44" * 32}})},
    {2399: _components({1: {4: ...}})},
    {2399: []},
    {2396: b"\x66" * 32},
    {268: ...},
    {10: b"\x01" * 48},
    {4: 1},
    {2400: "https://verifier.example"},
]


DRAWN = st.tuples(st.integers(0, KEYS), st.sampled_from(EDITS), st.booleans())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, KEYS), st.sampled_from(EDITS), st.booleans()), min_size=2, max_size=6)
)
def test_tokens_of_one_class_get_the_answer_that_each_would_get_alone(
    judged: Judge, drawn: list[tuple[int, dict[Any, Any], bool]]
) -> None:
    for number, edits, named in drawn:
        one = device(number)
        nonce = nonce_of(number)
        row = record(token(one, nonce, edits), number, model="SN-33" if named else None)
        assert judged.row(row) == _alone(judged, row)


def _alone(judged: Judge, one: Any) -> Any:
    """The row that is made without memory."""
    model = judged.models[0]
    remembered, model.answer = model.answer, model.answer_anew  # type: ignore[method-assign]
    try:
        return judged.row(one)
    finally:
        model.answer = remembered  # type: ignore[method-assign]


def _anchored() -> TrustStore:
    return TrustStore.load([parse_anchor_spec(str(making.EXAMPLE / "anchors"))], example=True)


def _own(model: Model) -> Iterator[Artefact]:
    for name in ("psa-token.cbor", "eat.cbor"):
        data = (making.EXAMPLE / "evidence" / name).read_bytes()
        yield read(data, Context("token", _anchored(), AS_OF, read=read))


def test_a_device_that_the_profile_names_is_in_a_class_of_its_own(judged: Judge) -> None:
    model = judged.models[0]
    own, _ = _own(model)
    assert own.device in model._mentioned
    key = device(0)
    instance = bytes.fromhex(own.device)
    stranger = making.signed(key.key, {**making.claims_of(key, nonce_of(0)), 256: instance})
    other = read(stranger, Context("token", _anchored(), AS_OF, read=read))
    assert class_of(own, model._mentioned) != class_of(other, model._mentioned)
    assert class_of(own, model._mentioned) == class_of(own, model._mentioned)


def test_two_devices_of_no_special_kind_share_a_class(judged: Judge) -> None:
    mentioned = judged.models[0]._mentioned
    found = {class_of(_read(number), mentioned) for number in range(4)}
    assert len(found) == 1


def _read(number: int, edits: dict[Any, Any] | None = None) -> Artefact:
    data = token(device(number), nonce_of(number), edits or {})
    return read(data, Context("token", TrustStore(), AS_OF, read=read))


@pytest.mark.parametrize("edits", EDITS[1:8], ids=str)
def test_what_a_token_says_of_its_software_and_state_sets_its_class_apart(
    judged: Judge, edits: dict[Any, Any]
) -> None:
    mentioned = judged.models[0]._mentioned
    assert class_of(_read(0), mentioned) != class_of(_read(0, edits), mentioned)


def test_equal_values_stay_equal_and_others_do_not(judged: Judge) -> None:
    """A boot seed that equals the challenge is another thing than one that does not."""
    mentioned = judged.models[0]._mentioned
    same = _read(0, {268: nonce_of(0)})
    assert class_of(same, mentioned) == class_of(_read(1, {268: nonce_of(1)}), mentioned)
    assert class_of(same, mentioned) != class_of(_read(1, {268: b"\x09" * 32}), mentioned)


def test_memory_is_bounded(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iotassess.fleet.models.REMEMBERED", 2)
    model = judged.models[0]
    for edits in EDITS[:5]:
        judged.row(record(token(device(0), nonce_of(0), edits)))
    assert len(model._answers) <= max(2, len(EDITS))
    before = len(model._answers)
    judged.row(record(token(device(0), nonce_of(0), {2399: _components({0: {4: "9.9.9"}})})))
    assert len(model._answers) <= before


def test_a_release_is_found_among_several_profiles_of_a_model(tmp_path: Path) -> None:
    """The profile whose release a token is of answers for it, wherever it stands in the list."""
    text = (making.EXAMPLE / "good.yaml").read_text()
    for line in ('firmware_version: "3.2.0"', 'version: "3.2.0"'):
        assert line in text
    folder = tmp_path / "sensor-node"
    import shutil

    shutil.copytree(making.EXAMPLE, folder)
    (folder / "next.yaml").write_text(
        text.replace('"3.2.0"', '"4.0.0"')
        .replace('"2.1.1"', '"4.0.1"')
        .replace('"2.1.0"', '"4.0.2"')
        .replace("fd68d40f", "00000000")
        .replace("ddba8cc6", "00000000")
        .replace("eb31fa34", "00000000")
    )
    both = judge(
        tmp_path,
        profiles=((str(folder / "next.yaml"), "next.yaml"), (str(folder / "good.yaml"), "good.yaml")),
    )
    row = both.row(good())
    assert (row.release, row.binding, row.sound) == ("3.2.0", "bound", True)
    only = judge(tmp_path, profiles=((str(folder / "next.yaml"), "next.yaml"),)).row(good())
    assert (only.release, only.binding, only.sound) == ("4.0.0", "other", False)
    assert "verified" not in only.verdicts


def test_the_example_of_another_product_says_nothing_for_this_one(tmp_path: Path) -> None:
    plug = PROFILES / "smart-plug" / "good.yaml"
    other = judge(tmp_path, profiles=((str(plug), "plug"),))
    assert other.row(good()).faults == ("model-unknown",)
