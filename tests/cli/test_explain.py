"""``iotassess explain``: from any id to what is known about it, and from a requirement to the bytes."""

import re
import shutil
from dataclasses import replace

import pytest

from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.registry import probes
from iotassess.baseline.technologies import load_technologies
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
        ("secure-boot-enforced", ["Looks at", "Why it matters", "Decides", "asked by enisa-gp-tm: GP-TM-"]),
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
    rows = (replace(catalogue.requirements[0], classification="", id="GP-TM-X"),)
    short = replace(catalogue, requirements=rows)
    technologies = load_technologies()
    bare = replace(technologies["suit-manifest"], goes_further=(), note="")
    monkeypatch.setattr("iotassess.cli.explain_ids.load_catalogue", lambda _: short)
    monkeypatch.setattr("iotassess.cli.explain.load_technologies", lambda: {**technologies, bare.id: bare})
    shown = run("explain", "GP-TM-X").out
    assert "kind of requirement" not in shown
    assert "related elsewhere" not in shown
    shown = run("explain", "suit-manifest").out
    assert "to go further" not in shown
    assert "note: " not in shown


def test_whatever_is_listed_can_be_explained(run):
    for what in set(LISTS) - {"baselines", "formats", "crosswalk"}:
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


# --- one id in several baselines ----------------------------------------------------------------

ETSI, OLD = "etsi-en-303-645@3.1.3", "etsi-en-303-645@2.1.1"


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("5.1-1", ["edition 3.1.3", f"another row of this id: {OLD}/5.1-1"]),
        ("etsi-en-303-645/5.1-1", ["edition 3.1.3"]),
        (f"{ETSI}/5.1-1", ["edition 3.1.3"]),
        (f"{OLD}/5.1-1", ["edition 2.1.1", f"another row of this id: {ETSI}/5.1-1"]),
        ("GP-TM-01", ["technical measures, edition 2017-11", "the same row stands in enisa-baseline"]),
        ("enisa-baseline/GP-TM-01", ["all measures", "the same row stands in enisa-gp-tm"]),
        ("GP-PS-10", ["all measures"]),
    ],
)
def test_an_id_that_several_baselines_have_is_explained_in_one_and_the_others_are_told(run, id, told):
    ran = run("explain", id)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(id.rpartition("/")[2] + " ")
    for text in told:
        assert text in flowed(ran.out)


@pytest.mark.parametrize("id", ["5.3-4", "etsi-en-303-645/5.3-4", f"{OLD}/5.3-4"])
def test_a_void_id_is_the_old_row_and_names_what_took_its_place(run, id):
    ran = run("explain", id)
    assert "edition 2.1.1" in flowed(ran.out)
    assert f"void in edition 3.1.3; in its place {ETSI}/5.3-4A: " in flowed(ran.out)
    assert f"{ETSI}/5.3-4B: " in flowed(ran.out)
    assert f"superset-of {ETSI}/5.3-4A (our-judgement)" in flowed(ran.out)


def test_the_number_of_the_reporting_provision_leads_to_its_new_number(run):
    assert f"{ETSI}/5.0-1: " in flowed(run("explain", "4-1").out)


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("no-such-baseline/5.1-1", "got unknown baseline 'no-such-baseline', expected one of enisa-gp-tm"),
        ("etsi-en-303-645@1.1.1/5.1-1", "these editions are shipped: 3.1.3, 2.1.1"),
        ("etsi-en-303-645/5.1-9", "did you mean etsi-en-303-645/5."),
        ("enisa-gp-tm/zzzz", "iotassess list shows the ids that there are"),
        ("/", "got unknown baseline ''"),
    ],
)
def test_a_qualified_id_that_is_wrong_is_exit_2_and_says_what_is_wrong(run, id, told):
    ran = run("explain", id)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


# --- features -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("F(q)", ["a published feature of ETSI", "it is absent when", "not applicable without it 5.6-4A"]),
        ("C14", ["a published condition of ETSI", "5.1-5", "(or without F(e))"]),
        (f"{OLD}/C8", ["edition 2.1.1", "5.1-4"]),
        ("C3", [f"the id stands elsewhere, too: {OLD}/C3"]),
    ],
)
def test_a_feature_is_explained_with_its_derivation_and_what_hangs_on_it(run, id, told):
    ran = run("explain", id)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(id.rpartition("/")[2] + " ")
    for text in told:
        assert text in flowed(ran.out)


MADE_UP = """\
id: made-up
edition: "7"
title: A made-up baseline
family: house
notice: It is made up.
words: {declared: claimed by the maker}
features:
  F(x): {text: passwords are used, absent: {probe: passwords-absent}}
  F(y): {text: nothing hangs on it, absent: {any_of: [{probe: passwords-absent}]}}
void: {R-0: [R-1]}
requirements:
  - id: R-1
    title: Hang on a feature
    summary: It does.
    category: access
    section: "1"
    force: mandatory
    status: M F (x)
    gate: true
    gate_reason: it opens the door
    attestation: true
    attestation_reason: it is a state
    technologies: [secure-boot]
    remediation: Do it.
    not_applicable: {basis: published, without: [F(x)]}
    parts: [{probe: sideloading-controlled, reason: it asks}]
  - id: R-2
    title: Give reasons
    summary: For each.
    category: reports
    section: "2"
    force: recommended
    process: true
    remediation: Do it.
    parts: [{justified: [mandatory], reason: it asks}]
  - id: R-3
    title: Cannot be checked
    summary: By nobody.
    category: reports
    section: "3"
    force: recommended
    remediation: Do it.
    not_checkable: it is about taste
"""
PRODUCT = "product: {vendor: Maker, model: Thing}\n"


@pytest.fixture
def made_up(tmp_path):
    file = tmp_path / "made-up.yaml"
    file.write_text(MADE_UP)
    return file


def test_a_page_tells_all_that_a_catalogue_says(run, made_up):
    shown = flowed(run("explain", f"{made_up}/R-1").out)
    for text in (
        "A made-up baseline, edition 7, section 1: access",
        "status as published: M F (x)",
        "force: mandatory, gate, attestation gate, since: it opens the door attestation, since: it is",
        "of this baseline: It is made up.",
        "not applicable (published) when one of these is absent F(x), passwords are used passwords-absent:",
        "it asks sideloading-controlled: ",
    ):
        assert text in shown
    assert "related elsewhere" not in shown
    shown = flowed(run("explain", f"{made_up}/R-2").out)
    assert "justified: has each mandatory requirement that is not met its reason? why: it asks" in shown
    assert "judged from dated documents" in shown
    shown = flowed(run("explain", f"{made_up}/R-3").out)
    assert "no tool can check it: it is about taste" in shown
    assert "it asks" not in shown
    assert "it always applies" in shown
    assert "nothing hangs on it" in flowed(run("explain", f"{made_up}/F(y)").out)
    assert run("explain", f"{made_up}/R-0").code == 2, "its older edition is not shipped"


@pytest.mark.parametrize(
    ("declared", "head", "told"),
    [
        (
            "",
            "R-1 Hang on a feature: not-assessed",
            "F(x), passwords are used: open, so that it counts as there",
        ),
        (
            "auth: {passwords: {used: true}}",
            "R-1 Hang on a feature: not-assessed",
            "passwords are used: there",
        ),
        (
            "auth: {passwords: {used: false}}",
            "R-1 Hang on a feature: not-applicable",
            "passwords are used: absent",
        ),
    ],
)
def test_with_a_profile_a_page_tells_whether_the_feature_is_there(
    run, made_up, tmp_path, declared, head, told
):
    profile = tmp_path / "profile.yaml"
    profile.write_text(f"{PRODUCT}{declared}\n")
    ran = run("explain", f"{made_up}/R-1", profile)
    assert ran.out.startswith(head)
    assert told in flowed(ran.out)
    open_way = "it does not apply where F(x) is absent: if so, declare auth.passwords.used"
    assert (open_way in flowed(ran.out)) == (not declared)
    feature = run("explain", f"{made_up}/F(x)", profile)
    assert feature.out.startswith(f"F(x) {told.removeprefix('F(x), ')}")
    assert f"R-1 Hang on a feature: {head.rpartition(': ')[2]}" in flowed(feature.out)


def test_the_documents_own_word_for_a_verdict_is_told(run, made_up, tmp_path):
    profile = tmp_path / "profile.yaml"
    profile.write_text(f"{PRODUCT}software: {{sideloading: impossible}}\n")
    assert "in the document's own word: claimed by the maker" in flowed(
        run("explain", f"{made_up}/R-1", profile).out
    )


def test_a_requirement_of_a_baseline_that_is_no_default_is_assessed_with_the_profile(run):
    for id in ("8425-AI-1", f"{OLD}/5.1-1", "GP-PS-10", "nist-ir-8425/8425-DOC"):
        texts = explained(run, id, NODE / "good.yaml")
        assert re.search(r": (verified|declared at grade \d|partial|not-\w+|contradicted)$", texts[0]), id
        assert "because" in texts


# --- next steps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["GP-TM-03", "5.6-4A", "8259A-DI-1", "GP-PS-10", "5.3-4"])
@pytest.mark.parametrize("profile", [(), (NODE / "good.yaml",)])
def test_every_page_ends_with_next_steps(run, id, profile):
    page = run("explain", id, *profile, "-f", "json").json
    assert page["children"][-1]["text"] == "next steps"
    assert page["children"][-1]["children"]


def steps(page):
    (found,) = [child for child in page["children"] if child["text"] == "next steps"]
    return found["children"]


def test_the_steps_that_are_named_lead_from_declared_to_verified_and_to_fresh(run):
    bare = ["explain", "GP-TM-03", NODE / "good.yaml", "--as-of", "2026-11-01", "-f", "json"]
    page = run(*bare).json
    assert page["text"].endswith(": declared at grade 3")
    assert steps(page)[0]["text"].startswith("from declared at grade 3 to verified")
    assert "-t attestation=FILE" in "".join(flat(steps(page)[0]))
    anchor = NODE / "anchors/attestation/attestation-device-1.pub.pem"
    page = run(*bare, "-t", f"attestation={anchor}").json
    assert page["text"].endswith(": verified")
    assert steps(page)[0]["text"] == "from verified at grade 4 to verified at grade 5"
    assert "--nonce HEX" in "".join(flat(steps(page)[0]))
    page = run(*bare, *options("sensor-node")).json
    assert steps(page)[0]["text"] == "verified at grade 5: nothing to do: it is proven"


def test_the_leaf_that_is_named_lifts_a_silent_requirement_when_it_is_declared(run, tmp_path):
    profile = tmp_path / "profile.yaml"
    profile.write_text(PRODUCT)
    page = run("explain", "GP-TM-57", profile, "-f", "json").json
    assert page["text"].endswith(": not-assessed")
    told = "".join(flat(steps(page)[0]))
    assert "declare process.security_audit.done" in told
    profile.write_text(f"{PRODUCT}process: {{security_audit: {{done: true}}}}\n")
    page = run("explain", "GP-TM-57", profile, "-f", "json").json
    assert re.search(r": (partial|declared at grade 0)$", page["text"])


def test_the_ladder_tells_where_the_profile_stands(run):
    page = run("explain", "GP-TM-03", NODE / "good.yaml", *options("sensor-node"), "-f", "json").json
    (rungs,) = [node for node in steps(page) if node["text"].startswith("the ladder")]
    assert [re.sub(r".*\((.*)\): ", r"\1: ", rung["text"]) for rung in rungs["children"]] == [
        "secure-boot: reached at grade 5",
        "tpm-measured-boot: reached at grade 0",
        "rats-eat: reached at grade 5",
    ]
    page = run("explain", "GP-TM-03", "-f", "json").json
    assert any(node["text"] == "beyond the baseline" for node in steps(page))


def test_a_rung_that_is_not_reached_says_why(run, tmp_path):
    profile = tmp_path / "profile.yaml"
    profile.write_text(f"{PRODUCT}boot: {{secure_boot: false}}\n")
    shown = flowed(run("explain", "GP-TM-03", profile).out)
    assert "(secure-boot): not reached secure boot on is no by" in shown


def test_technologies_in_use_are_named_with_a_profile(run):
    texts = explained(run, "GP-TM-03", NODE / "good.yaml")
    assert "technologies in use" in texts
    assert "rats-eat: Entity Attestation Token (EAT)" in texts


@pytest.mark.parametrize("width", ["60", "100"])
def test_a_page_keeps_to_the_width(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    for id in ("GP-TM-03", "5.6-4A", "F(q)", "5.3-4"):
        lines = run("explain", id, NODE / "good.yaml").out.split("\n")
        too_long = [line for line in lines if len(line) > int(width)]
        assert [line for line in too_long if len(line.split()) > 2] == []


def test_every_requirement_and_feature_can_be_explained(run):
    for name in SHIPPED:
        catalogue = load_catalogue(name)
        for id in (*(row.id for row in catalogue.requirements[::9]), *list(catalogue.features)[::5]):
            assert run("explain", f"{name}/{id}").code == 0
