"""``iotassess explain``: from any id to what is known about it, and from a requirement to the bytes."""

import re
import shutil
from dataclasses import replace

import pytest

from iotassess.baseline.loader import load_catalogue, load_technologies
from iotassess.baseline.registry import probes
from iotassess.cli.listing import LISTS
from iotassess.codec import cbor
from iotassess.evidence.registry import KINDS
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import all_properties
from tests.examples import PROFILES, ROOT, edit, options

NODE = PROFILES / "sensor-node"


def flat(node):
    """All texts of an explanation."""
    yield node["text"]
    for child in node["children"]:
        yield from flat(child)


def flowed(text):
    return re.sub(r"\s+", " ", text)


# --- ids ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("GP-TM-33", ["it asks", "force: measure, gate", "technologies that help", "to meet it"]),
        (
            "GP-TM-01",
            ["kind of requirement: architectural", "a verdict never carries over"],
        ),
        ("GP-TM-09", ["not applicable (our-convention) when"]),
        ("GP-TM-03", ["one of these, the strongest first"]),
        ("secure-boot-enforced", ["Looks at", "Why it matters", "Decides", "asked by: GP-TM-"]),
        ("suit-manifest", ["specification: ", "serves", "does not give", "evidence", "to go further"]),
        ("cose-bad-signature", ["a problem of an artefact (error)"]),
        ("debug-contradiction", ["a discrepancy", "comes from comparing: debug.state"]),
        ("shared-key-across-devices", ["two devices sign with the same key"]),
        ("debug.state", ["a property", "declared at: debug.state", "a disagreement is: debug-contradiction"]),
        ("component.measurement", ["cannot be declared", "shown by: psa-token"]),
        ("identity.hard-coded", ["no supported artefact kind shows it"]),
        ("psa-token", ["an artefact kind", "specification: RFC 9783"]),
    ],
)
def test_every_kind_of_id_is_explained(run, id, told):
    ran = run("explain", id)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(id)
    for text in told:
        assert text in flowed(ran.out)


def test_a_row_that_says_less_is_explained_with_what_it_says(run, monkeypatch):
    catalogue = load_catalogue("enisa-gp-tm")
    rows = (replace(catalogue.requirements[0], classification="", crosswalk={}),)
    short = replace(catalogue, requirements=rows)
    technologies = load_technologies()
    bare = replace(technologies["suit-manifest"], goes_further=(), note="")
    monkeypatch.setattr("iotassess.cli.explain.load_catalogue", lambda _: short)
    monkeypatch.setattr("iotassess.cli.explain.load_technologies", lambda: {**technologies, bare.id: bare})
    shown = run("explain", "GP-TM-01").out
    assert "kind of requirement" not in shown
    assert "related elsewhere" not in shown
    shown = run("explain", "suit-manifest").out
    assert "to go further" not in shown
    assert "note: " not in shown


def test_whatever_is_listed_can_be_explained(run):
    for what in set(LISTS) - {"baselines", "formats"}:
        rows = run("list", what, "-f", "json").json
        assert rows
        for row in (rows[0], rows[-1]):
            ran = run("explain", row["id"], "-f", "json")
            assert ran.code == 0
            assert ran.json["text"].startswith(row["id"])


@pytest.mark.parametrize(
    ("id", "near"),
    [
        ("GP-TM-58", "GP-TM-5"),
        ("gp-tm-01", "GP-TM-01"),
        ("debug.stat", "debug.state"),
        ("cose-bad-sig", "cose-bad-signature"),
        ("psa-tokens", "psa-token"),
        ("secure-boot-enforce", "secure-boot-enforced"),
        ("image-digest-mismatches", "image-digest-mismatch"),
    ],
)
def test_an_unknown_id_is_exit_2_and_the_nearest_are_named(run, id, near):
    ran = run("explain", id)
    assert (ran.code, ran.out) == (2, "")
    assert f"got {id!r}, which is no known id" in ran.err
    assert "did you mean" in ran.err
    assert near in ran.err


@pytest.mark.parametrize("id", ["zzzzzz", "", "\x1b[31m", "9" * 5000])
def test_an_id_that_is_like_none_is_exit_2_and_says_where_to_look(run, id):
    ran = run("explain", id)
    assert (ran.code, ran.out) == (2, "")
    assert "iotassess list shows the ids that there are" in ran.err
    assert "\x1b" not in ran.err


def test_ids_of_different_registries_do_not_hide_each_other(run):
    registries = [probes(), PROBLEMS, DISCREPANCIES, all_properties(), {kind.id: kind for kind in KINDS}]
    ids = [id for registry in registries for id in registry]
    assert len(ids) == len(set(ids))


# --- with a profile -----------------------------------------------------------------------------


def explained(run, id, profile, *more):
    ran = run("explain", id, profile, *more, *options("sensor-node"), "-f", "json")
    assert ran.code == 0
    return list(flat(ran.json))


def claim_lines(texts):
    return [text for text in texts if re.match(r"(profile line \d+|\S+): \S+.*: \S+ = ", text)]


def test_a_requirement_with_a_profile_shows_its_verdict_parts_and_sources(run):
    texts = explained(run, "GP-TM-33", NODE / "good.yaml")
    assert re.match(r"GP-TM-33 .*: declared at grade 0$", texts[0])
    assert "because" in texts
    assert "parts" in texts
    assert any(re.match(r"\[met at grade \d\] \S+: .*\?", text) for text in texts)
    assert "to meet it" in texts


def test_the_line_of_the_profile_is_the_line(run):
    texts = explained(run, "GP-TM-33", NODE / "good.yaml")
    (told,) = {
        text for text in texts if text.endswith("debug.state = disabled-permanently") and "line" in text
    }
    number = int(re.match(r"profile line (\d+): debug\.state", told)[1])
    assert (NODE / "good.yaml").read_text().split("\n")[number - 1].strip().startswith("state: disabled")


def test_the_byte_offset_of_a_claim_is_where_it_stands(run):
    texts = explained(run, "GP-TM-33", NODE / "good.yaml")
    told = next(text for text in texts if text.startswith("evidence/eat.cbor: dbgstat, byte "))
    offset = int(re.search(r"byte (\d+):", told)[1])
    data = (NODE / "evidence/eat.cbor").read_bytes()
    assert told.endswith("debug.state = disabled-permanently (grade 5)")
    assert cbor.loads(data[offset : offset + 1]) == 3, "the debug status of the token"


def test_the_offset_is_that_of_the_profiles_file_and_not_of_one_of_the_same_name(run, monkeypatch, tmp_path):
    elsewhere = tmp_path / "evidence"
    elsewhere.mkdir()
    (elsewhere / "eat.cbor").write_bytes(b"\x00" * 400 + (NODE / "evidence/eat.cbor").read_bytes())
    plain = explained(run, "GP-TM-33", NODE / "good.yaml")
    monkeypatch.chdir(tmp_path)
    assert explained(run, "GP-TM-33", NODE / "good.yaml") == plain


def test_a_claim_whose_place_is_not_known_has_no_offset(run, node):
    shutil.copy(ROOT / "fixtures/good/variants/eat.jwt", node / "evidence/eat.cbor")
    texts = explained(run, "GP-TM-33", node / "good.yaml")
    (told,) = {text for text in texts if text.startswith("evidence/eat.cbor: dbgstat")}
    assert "byte" not in told


def test_a_claim_of_a_document_names_the_document(run):
    texts = explained(run, "GP-TM-21", NODE / "good.yaml")
    assert any(re.match(r"documents/threat-model\.md: sha-256:\S+: \S+ = .*\(grade 1\)$", t) for t in texts)


def test_an_artefact_that_is_gone_since_it_was_read_has_no_offset(run, monkeypatch):
    monkeypatch.setattr("iotassess.cli.judging.kind_of", lambda path: "missing")
    texts = explained(run, "GP-TM-33", NODE / "good.yaml")
    assert "evidence/eat.cbor: dbgstat: debug.state = disabled-permanently (grade 5)" in texts


def test_a_contradicted_requirement_names_both_sides_and_what_would_help(run):
    texts = explained(run, "GP-TM-33", NODE / "flawed.yaml")
    assert texts[0].endswith(": contradicted")
    assert any(text.startswith("[contradicted]") for text in texts)
    assert any(re.match(r"profile line \d+: debug.state", text) for text in texts)
    assert any("flawed-debug-enabled.eat.cbor: dbgstat, byte " in text for text in texts)
    assert "technologies that help" in texts


def test_a_verified_requirement_needs_no_help_and_names_the_arm_that_answered(run):
    texts = explained(run, "GP-TM-03", NODE / "good.yaml")
    assert texts[0].endswith(": verified")
    assert any(re.match(r"\[met at grade \d\] one of these, answered by ", text) for text in texts)
    assert "to meet it" not in texts
    assert "technologies that help" not in texts


def test_a_doubt_is_shown_at_the_part(run, node):
    shutil.copy(node / "evidence/flawed-debug-enabled.eat.cbor", node / "evidence/eat.cbor")
    ran = run("explain", "GP-TM-33", node / "good.yaml", "--as-of", "2026-11-01", "-f", "json")
    assert any(", disputed] " in text for text in flat(ran.json))


def test_artefacts_may_be_named_besides_the_profile(run, tmp_path):
    profile = tmp_path / "bare.yaml"
    profile.write_text("product: {vendor: Maker, model: Thing}\ndebug: {state: disabled-permanently}\n")
    token = NODE / "evidence/eat.cbor"
    texts = explained(run, "GP-TM-33", profile, token)
    assert any(text.startswith(f"{token}: dbgstat, byte ") for text in texts)


def test_the_text_is_the_same_tree(run):
    ran = run("explain", "GP-TM-33", NODE / "good.yaml", *options("sensor-node"))
    for text in explained(run, "GP-TM-33", NODE / "good.yaml"):
        assert flowed(text) in flowed(ran.out)


def test_an_id_that_is_no_requirement_is_explained_with_a_profile_as_without(run):
    with_profile = run("explain", "debug.state", NODE / "good.yaml")
    assert (with_profile.code, with_profile.out) == (0, run("explain", "debug.state").out)


BAD = [(["no-such.yaml"], 2), (["-f", "xml"], 2), ([NODE / "evidence"], 3), ([NODE / "good.yaml", "no"], 2)]


@pytest.mark.parametrize(("arguments", "code"), BAD)
def test_what_cannot_be_explained_has_the_usual_exit_codes(run, arguments, code):
    ran = run("explain", "GP-TM-33", *arguments)
    assert (ran.code, ran.out) == (code, "")


def test_hostile_text_of_a_profile_does_nothing_to_the_terminal(run, node):
    edit(node / "good.yaml", ("    - ESP256\n", "    - ESP256\n    - \u202e5DM\u2066\u200b\n"))
    ran = run("explain", "GP-TM-34", node / "good.yaml")
    assert ran.code == 0
    assert "\\u202e5DM\\u2066\\u200b" in ran.out
    assert not set("\u202e\u2066\u200b") & set(ran.out)
