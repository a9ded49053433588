"""Earlier results: what is read from JSON is what the assessment was, and anything else is refused."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iotassess.errors import UsageError
from iotassess.policy.old_result import read_result
from iotassess.policy.snapshot import snapshot
from iotassess.report.assessment_json import tree
from tests.examples import PROFILES, TWINS, judge, request
from tests.tries import tries


@pytest.fixture(scope="module")
def document():
    return tree(judge(PROFILES / "sensor-node" / "good.yaml", request("sensor-node")))


@pytest.fixture
def read(tmp_path):
    def reads(value):
        file = tmp_path / "old.json"
        file.write_text(value if isinstance(value, str) else json.dumps(value))
        return read_result(file)

    return reads


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_a_result_that_was_read_is_the_one_that_was_written(twin, read):
    product, profile = twin
    found = judge(PROFILES / product / f"{profile}.yaml", request(product))
    again = read(tree(found))
    for name in snapshot(found).__slots__:
        if name != "name":
            assert getattr(again, name) == getattr(snapshot(found), name), name
    assert again.name == "old.json"


def without(*path):
    def takes_out(value):
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return takes_out


def setting(*path, to):
    def sets(value):
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = to

    return sets


def twice(*path):
    def doubles(value):
        for step in path:
            value = value[step]
        value.append(value[0])

    return doubles


FAULTS = {
    "no schema": without("schema"),
    "another schema": setting("schema", to="iotassess/assessment/v2"),
    "artefacts of verify": setting("schema", to="iotassess/artefacts/v1"),
    "no baselines": without("baselines"),
    "an empty list of baselines": setting("baselines", to=[]),
    "a baseline without requirements": setting("baselines", 0, "requirements", to=[]),
    "a verdict that is none": setting("baselines", 0, "requirements", 0, "verdict", to="passed"),
    "no verdict": without("baselines", 0, "requirements", 0, "verdict"),
    "a grade out of range": setting("baselines", 0, "requirements", 0, "grade", to=6),
    "a grade that is a text": setting("baselines", 0, "requirements", 0, "grade", to="5"),
    "a grade that is a boolean": setting("baselines", 0, "requirements", 0, "grade", to=True),
    "a share above one": setting("baselines", 0, "proven", to=1.5),
    "a requirement twice": twice("baselines", 0, "requirements"),
    "a baseline twice": twice("baselines"),
    "a counter twice": twice("counters"),
    "no counters": without("counters"),
    "a counter below nought": setting("counters", -1, "value", to=-1),
    "a counter that is a float": setting("counters", -1, "value", to=7.5),
    "a kind of counter that is none": setting("counters", 0, "kind", to="x"),
    "no artefacts": without("artefacts"),
    "an artefact without grade": without("artefacts", 0, "grade"),
    "artefacts as a mapping": setting("artefacts", to={}),
    "no product": without("product"),
    "a product without a model": without("product", "model"),
    "no identity": without("identity"),
    "another tool": setting("tool", "name", to="other"),
    "a moment that is none": setting("as_of", to="yesterday"),
    "example as a text": setting("example", to="no"),
    "a day that no calendar has": setting("as_of", to="2026-99-99"),
    "a number given as text": setting("counters", -1, "value", to="7"),
    "a firmware version that nothing counts": setting("counters", to=[]),
    "an artefact without device": without("artefacts", 0, "device"),
    "a gate that disagrees with itself": setting("gate", to={"passed": False, "findings": []}),
    "a gate that passed in spite of a finding": setting(
        "gate", to={"passed": True, "findings": [{"about": "x", "before": None, "waived_by": []}]}
    ),
    "a part with an unknown outcome": setting(
        "baselines", 0, "requirements", 0, "parts", 0, "outcome", to="ok"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_result_that_is_not_whole_is_refused(fault, document, read):
    broken = copy.deepcopy(document)
    FAULTS[fault](broken)
    with pytest.raises(UsageError) as caught:
        read(broken)
    assert caught.value.exit_code == 2
    assert "not an earlier result" in str(caught.value)
    assert "assess -f json" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "{}", '{"schema": 1}', "\x00", '{"a": 1, "a": 2}', "NaN", "[" * 5000]
)
def test_what_is_no_result_at_all_is_refused(text, read):
    with pytest.raises(UsageError, match="not an earlier result"):
        read(text)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_result(tmp_path / "none.json")


def test_keys_that_are_not_known_are_free(document, read):
    more = copy.deepcopy(document)
    more["later"] = more["baselines"][0]["later"] = more["artefacts"][0]["later"] = 1
    assert read(more) == read(document)


@settings(max_examples=tries(25))
@given(data=st.data())
def test_any_value_in_any_place_is_read_or_refused(data, document, tmp_path_factory):
    """A leaf of the result is replaced by anything: never a crash."""
    broken = json.loads(json.dumps({**document, "baselines": document["baselines"][:1]}))
    place = broken
    while True:
        steps = sorted(place) if isinstance(place, dict) else range(len(place))
        step = data.draw(st.sampled_from(list(steps)))
        if not isinstance(place[step], dict | list) or not place[step] or data.draw(st.booleans()):
            break
        place = place[step]
    place[step] = data.draw(st.none() | st.booleans() | st.integers() | st.text() | st.just([]) | st.just({}))
    file = tmp_path_factory.mktemp("any") / "old.json"
    file.write_text(json.dumps(broken))
    try:
        read_result(file)
    except UsageError as fault:
        told = str(fault)
    else:
        told = "not an earlier result: it is one"
    assert "not an earlier result" in told
