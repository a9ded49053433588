"""``iotassess validate``: faults of profiles with their places, as text and as JSON."""

from dataclasses import replace

import pytest

from iotassess.profile import Fault, load_profile
from tests.examples import PROFILES, TWINS, edit


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_the_example_profiles_are_valid(run, twin):
    product, profile = twin
    ran = run("validate", PROFILES / product / f"{profile}.yaml")
    assert ran.code == 0
    assert ran.out.endswith(": valid, 0 finding(s)\n")
    assert ran.err == ""


def test_an_error_makes_a_profile_invalid_and_is_told_with_its_place(run, node):
    edit(node / "good.yaml", ("  model: SN-33", "  modle: SN-33"))
    ran = run("validate", node / "good.yaml")
    line = (node / "good.yaml").read_text().split("\n").index("  modle: SN-33") + 1
    assert ran.code == 3
    assert f"{node / 'good.yaml'}:{line}:3: error: " in ran.out
    assert "did you mean" in ran.out
    assert ran.out.rstrip().split("\n")[-1].startswith(f"{node / 'good.yaml'}: not valid, ")


def test_a_warning_leaves_it_valid(run, node):
    edit(node / "good.yaml", ("evidence:\n", "evidence:\n  - artefact: evidence/eat.cbor\n"))
    ran = run("validate", node / "good.yaml")
    assert ran.code == 0
    assert ": warning: " in ran.out
    assert ": valid, 1 finding(s)" in ran.out


def test_the_json_has_every_profile_with_every_fault(run, node):
    good = PROFILES / "smart-plug/good.yaml"
    edit(node / "good.yaml", ("  model: SN-33", "  modle: SN-33"))
    ran = run("validate", node / "good.yaml", good, "-f", "json")
    assert ran.code == 3
    assert ran.json["schema"] == "iotassess/validation/v1"
    bad, fine = ran.json["profiles"]
    assert (bad["path"], bad["valid"]) == (str(node / "good.yaml"), False)
    assert fine == {"path": str(good), "valid": True, "faults": []}
    for fault in bad["faults"]:
        assert set(fault) == {"severity", "message", "path", "line", "column", "hint", "rule"}
    assert {fault["rule"] for fault in bad["faults"]} >= {"unknown-key"}


def test_one_profile_that_cannot_be_read_does_not_hide_the_others(run, tmp_path):
    good = PROFILES / "smart-plug/good.yaml"
    for form in ("text", "json"):
        ran = run("validate", tmp_path, good, "-f", form)
        assert ran.code == 3
        assert "cannot be read" in ran.out
        assert str(good) in ran.out
    assert [profile["valid"] for profile in ran.json["profiles"]] == [False, True]
    assert ran.json["profiles"][0]["faults"][0]["message"].startswith("the profile cannot be read")


def test_a_missing_profile_is_exit_2(run, tmp_path):
    ran = run("validate", tmp_path / "no.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no such file" in ran.err


def test_an_unknown_format_is_exit_2(run):
    ran = run("validate", PROFILES / "smart-plug/good.yaml", "-f", "xml")
    assert (ran.code, ran.out) == (2, "")


def test_a_fault_without_advice_is_one_line(run, node, monkeypatch):
    fault = Fault("warning", "a thing", "", 3, 4, "", "rule")
    loaded = replace(load_profile(node / "good.yaml"), faults=(fault,))
    monkeypatch.setattr("iotassess.cli.validating.load_profile", lambda _: loaded)
    assert run("validate", "p.yaml").out == "p.yaml:3:4: warning: a thing\np.yaml: valid, 1 finding(s)\n"


def test_hostile_text_in_a_profile_does_nothing_to_the_terminal(run, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text('product: {vendor: a, model: b, "\\e[31m\\u202Ex": 1}\n')
    for form in ("text", "json"):
        ran = run("validate", file, "-f", form)
        assert ran.code == 3
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)
