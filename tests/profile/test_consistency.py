"""Each rule of inner consistency fires on what it is about, at its place, and not on a sound profile."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

from iotassess.profile import RULES, Fault, InvalidProfile, consistency, load_profile_bytes
from tests.profile.firing_answers import ANSWERS
from tests.profile.firing_mechanisms import MECHANISMS
from tests.profile.firing_structure import STRUCTURE
from tests.profile.firing_technologies import TECHNOLOGIES
from tests.profile.fragments import product
from tests.profile.sound import SOUND

FIRES = [*STRUCTURE, *ANSWERS, *MECHANISMS, *TECHNOLOGIES]


def _faults(text: str) -> tuple[Fault, ...]:
    """Everything that is told of a profile, whether it can be used or not."""
    if "product:" not in text:
        text += "\nproduct: {vendor: Example, model: Node 1}"
    try:
        return load_profile_bytes(text.encode(), "profile.yaml").faults
    except InvalidProfile as error:
        return error.faults


@pytest.mark.parametrize(
    ("rule", "text", "path"), FIRES, ids=[f"{i}-{row[0]}" for i, row in enumerate(FIRES)]
)
def test_rule_fires_at_its_place(rule: str, text: str, path: str) -> None:
    found = [fault for fault in _faults(text) if fault.rule == rule]
    assert [fault.path for fault in found] == [path]
    assert found[0].message
    assert found[0].hint


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_every_rule_is_shown_to_fire(rule: consistency.Rule) -> None:
    severities = {
        fault.severity
        for id_, text, _ in FIRES
        if id_ == rule.id
        for fault in _faults(text)
        if fault.rule == rule.id
    }
    assert severities == {rule.severity}


@pytest.mark.parametrize("text", SOUND)
def test_sound_statements_are_not_blamed(text: str) -> None:
    assert _faults(text) == ()


def test_a_full_sound_profile_has_no_faults(full_text: str) -> None:
    assert _faults(full_text) == ()


def test_every_rule_says_why_it_is_there() -> None:
    for rule in RULES:
        assert inspect.getdoc(rule.find), rule.id
        assert rule.id == rule.id.lower()


def test_no_rule_is_left_out() -> None:
    registered = {rule.find for rule in RULES}
    written = set()
    for module in pkgutil.iter_modules(consistency.__path__, consistency.__name__ + "."):
        members = vars(importlib.import_module(module.name))
        written |= {f for name, f in members.items() if name.startswith("find_")}
    assert registered == written


def test_ids_stand_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_missing_verifier_is_shown_at_its_stage() -> None:
    text = """\
product: {vendor: Example, model: Node 1}
boot:
  stages:
    - name: rom
      verified_by: hardware
    - name: loader
"""
    (fault,) = _faults(text)
    assert (fault.line, fault.column) == (6, 7)


def test_a_wrong_reference_is_shown_at_its_value() -> None:
    text = """\
product: {vendor: Example, model: Node 1}
trust_anchors:
  - name: release-key
update:
  anchors: [relase-key]
"""
    (fault,) = _faults(text)
    assert (fault.line, fault.column) == (5, 13)
    assert fault.hint == "did you mean release-key?"


def test_a_reference_to_an_undeclared_list_says_where_to_declare() -> None:
    (fault,) = _faults("update: {anchors: [a]}")
    assert fault.hint == "declare it under trust_anchors"


def test_warnings_alone_leave_the_profile_usable() -> None:
    text = b"product: {vendor: Example, model: Node 1}\nnetwork: {mud_url: 'http://example.com/a'}"
    loaded = load_profile_bytes(text, "profile.yaml")
    assert [fault.severity for fault in loaded.faults] == ["warning"]


def test_warnings_are_kept_beside_errors_but_not_in_the_message() -> None:
    text = b"""\
product: {vendor: Example, model: Node 1}
network: {mud_url: 'http://example.com/a'}
update: {automatic: false, automatic_default: true}
"""
    with pytest.raises(InvalidProfile) as caught:
        load_profile_bytes(text, "profile.yaml")
    assert [fault.severity for fault in caught.value.faults] == ["warning", "error"]
    assert "MUD" not in str(caught.value)
    assert "profile.yaml:3:47: automatic_default is true, but automatic is false" in str(caught.value)


def test_an_identifier_that_two_rules_concern_is_told_once_each() -> None:
    faults = _faults(
        "identity: {vendor_id: 00000000-0000-0000-0000-000000000000}\n" + product("vendor_domain: a.example")
    )
    assert sorted(fault.rule for fault in faults) == ["uuid-form", "vendor-id-underived"]
