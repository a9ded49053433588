"""Registries are complete: no module is left out, no id is unknown, no row points at nothing."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import iotassess
from iotassess.baseline.registry import PROBE_MODULES, probes
from iotassess.evidence.registry import KINDS, load
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS, problem
from iotassess.model.profile.leaves import all_properties, leaves
from iotassess.model.vocabulary import BINDING_SETS, COMPARED, LOCATORS
from iotassess.policy.registry import RULES as GATE_RULES
from iotassess.report.registry import FORMATS, renderer

ROOT = Path(iotassess.__file__).parent
CONTRACT_KINDS = {
    "suit-envelope", "suit-report", "eat-cwt", "eat-jwt", "eat-ucs", "eat-deb", "psa-token", "cca-token",
    "corim",
    "coswid", "mud", "mud-signed", "x509-chain", "mcuboot-image", "firmware-image", "ear",
}  # fmt: skip


def defining(folder, function):
    """Modules of a room that define a public function of that name."""
    return {
        f"iotassess.{folder}.{path.stem}"
        for path in (ROOT / folder).glob("*.py")
        if f"\ndef {function}(" in path.read_text()
    }


def test_every_decoder_is_registered_and_every_row_can_be_loaded():
    assert defining("evidence", "decode") == {kind.decode.partition(":")[0] for kind in KINDS}
    for kind in KINDS:
        assert callable(load(kind.decode))
        assert not kind.sniff or callable(load(kind.sniff))


def test_kinds_are_the_contracts_and_stand_once():
    ids = [kind.id for kind in KINDS]
    assert set(ids) >= CONTRACT_KINDS
    assert len(ids) == len(set(ids))


def _modules_below(room, files):
    return ["iotassess.baseline.probes." + ".".join(p.relative_to(room).with_suffix("").parts) for p in files]


def test_every_probe_module_is_registered():
    room = ROOT / "baseline" / "probes"
    files = {p.stem for p in room.glob("*.py")} | {p.parent.name for p in room.glob("*/__init__.py")}
    assert {f"iotassess.baseline.probes.{name}" for name in files if name[0] != "_"} == set(PROBE_MODULES)
    inner = {p for p in room.rglob("*.py") if p.stem[0] != "_"}
    imported = {Path(module.__file__) for module in map(import_module, _modules_below(room, inner))}
    assert imported == inner
    assert all(import_module(name) for name in PROBE_MODULES)


def test_every_probe_reads_known_properties_and_is_documented():
    known = all_properties()
    for probe in probes().values():
        assert probe.reads, probe.id
        assert set(probe.reads) <= set(known), probe.id
        assert probe.question.endswith("?"), probe.id
        for heading in ("Looks at", "Why it matters", "Decides", "References"):
            assert heading in probe.text, (probe.id, heading)
        assert not probe.id.startswith("check-")


def test_every_renderer_is_registered():
    made = {
        f"iotassess.{'.'.join(file.relative_to(ROOT).with_suffix('').parts)}:render"
        for file in (ROOT / "report").rglob("*.py")
        if "\ndef render(assessment: Assessment, look: Look) -> str:" in file.read_text()
    }
    assert {row.render for row in FORMATS} == made
    assert len({row.suffix for row in FORMATS}) == len(FORMATS) == len({row.id for row in FORMATS})
    for row in FORMATS:
        assert callable(renderer(row.id))


def test_every_rule_of_the_gate_is_registered():
    made = {
        f"{file.stem}:{name}"
        for file in (ROOT / "policy" / "rules").glob("*.py")
        for name in re.findall(r"^def ([a-z]\w*)\(scene: Scene, value:", file.read_text(), re.MULTILINE)
    }
    assert {rule.ask for rule in GATE_RULES} == made
    assert len({rule.id for rule in GATE_RULES}) == len(GATE_RULES)


def test_properties_point_at_what_there_is():
    known = all_properties()
    kinds = {kind.id for kind in KINDS}
    for row in known.values():
        assert {*row.shown_by, *row.owed_by} <= kinds, row.id
        assert row.joins in known, row.id
        assert row.discrepancy is None or row.discrepancy in DISCREPANCIES, row.id
        assert (row.compare == "none") == (row.discrepancy is None), row.id
        assert (row.compare == "refines") == bool(row.order), row.id
    assert set(LOCATORS.values()) <= set(known)
    assert {p for group in BINDING_SETS for p in group} <= {p.id for p in COMPARED.values() if p.identity}


def test_compared_properties_can_be_declared_or_are_of_a_family_that_can():
    declared = {leaf.property for leaf in leaves()}
    for row in COMPARED.values():
        if row.compare == "none":
            continue  # nothing is held against it: rules and probes read what artefacts show
        assert row.id in declared or row.joins in declared, row.id


def test_leaves_have_questions_and_one_property_each():
    properties = [leaf.property for leaf in leaves() if leaf.property]
    assert len(properties) == len(set(properties))
    for leaf in leaves():
        assert leaf.question or leaf.why, leaf.path


def test_an_unknown_problem_cannot_be_reported():
    with pytest.raises(KeyError):
        problem("no-such-problem", "x")
    assert problem("cose-no-key", "x").severity == "warning"
    assert problem("cose-no-key", "x", severity="error").severity == "error"


def test_problem_ids_have_a_meaning():
    assert all(meaning for _, meaning in PROBLEMS.values())
