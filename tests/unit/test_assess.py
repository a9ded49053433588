"""The pipeline: from a profile and its files to an assessment, with nothing printed and nothing contacted."""

import socket

import pytest

from iotassess.assess import assess
from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.baseline.technologies import load_technologies
from iotassess.evidence import collect
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.model.claim import Grade
from iotassess.profile import load_profile
from tests.examples import PRODUCTS, TWINS, copy, edit, judge, request

NODE = "sensor-node"
OWN_ANCHOR = "  - trust_anchor: anchors/update/update-p256.pub.pem\n    purpose: update\n"


def rows_of(assessment):
    """The requirements of every baseline by id; no two of the default baselines share one."""
    rows = [row for result in assessment.baselines for row in result.requirements]
    found = {row.id: row for row in rows}
    assert len(found) == len(rows)
    return found


def verdicts(assessment):
    return {id: row.verdict for id, row in rows_of(assessment).items()}


def resting_on(row):
    """Artefacts whose authenticated claims an answer used."""
    return {c.source.artefact for p in row.parts for c in p.claims if c.grade >= Grade.AUTHENTICATED}


def grades(assessment):
    return {artefact.path: artefact.grade for artefact in assessment.artefacts}


@pytest.fixture
def node(tmp_path):
    return copy(NODE, tmp_path)


def run(folder, profile="good.yaml", **more):
    return judge(folder / profile, request(folder.name, folder=folder, **more))


def test_the_head_of_an_assessment_says_what_was_judged_when_and_by_whose_word(node):
    found = run(node)
    assert (found.product.vendor, found.product.model) == ("Example Sensing", "SN-33")
    assert (found.product.hardware_revision, found.product.firmware_version) == ("B2", "3.2.0")
    assert (found.tool_version, found.as_of.date.isoformat()) == ("0.0.0", "2026-11-01")
    assert found.profile_path == "good.yaml", "without its folder"
    assert found.profile_sha256 == load_profile(node / "good.yaml").sha256
    assert found.example
    assert [a.source for a in found.anchors] == ["user"] * 9 + ["profile"] * 8


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_good_twin_has_neither_discrepancies_nor_problems_nor_open_ends(tmp_path, product):
    found = run(copy(product, tmp_path))
    assert found.discrepancies == ()
    assert [p for a in found.artefacts for p in a.problems] == []
    # That nobody asks whether a certificate was revoked is said of every certificate.
    assert all("revocation" in note for note in found.not_done)
    assert {a.binding for a in found.artefacts} == {"bound"}
    assert min(grades(found).values()) >= Grade.AUTHENTICATED


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_two_runs_give_one_result(tmp_path, twin):
    product, profile = twin
    folder = copy(product, tmp_path)
    assert run(folder, f"{profile}.yaml") == run(folder, f"{profile}.yaml")


def test_nothing_is_printed_and_nothing_is_contacted(node, capsys, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    run(node, "flawed.yaml")
    assert capsys.readouterr() == ("", "")


def test_baselines_stand_in_the_order_in_which_they_were_asked_for(node, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        "id: own\nedition: '1'\ntitle: Own\nfamily: own\nrequirements:\n"
        "  - {id: O-1, title: t, summary: s, category: c, section: '1', force: measure, remediation: r,\n"
        "     parts: [{probe: secure-boot-enforced}]}\n"
    )
    catalogues = [load_catalogue(str(own)), load_catalogue("enisa-gp-tm")]
    found = assess(load_profile(node / "good.yaml"), request(NODE, folder=node), catalogues, tool_version="")
    assert [(b.id, b.total) for b in found.baselines] == [("own", 1), ("enisa-gp-tm", 57)]
    none = assess(load_profile(node / "good.yaml"), request(NODE, folder=node), [], tool_version="")
    assert none.baselines == ()


# --- who named the anchor -----------------------------------------------------------------------


def test_with_nobodys_anchor_but_the_profiles_grade_three_is_the_end(node):
    found = run(node, anchors=[])
    assert max(grades(found).values()) == Grade.INTACT
    assert "verified" not in verdicts(found).values()
    assert [result.proven for result in found.baselines] == [0, 0, 0]


def test_an_anchor_without_a_purpose_gives_grade_three_and_says_so(node):
    found = run(node, anchors=[AnchorSpec(node / "anchors/attestation/attestation-device-1.pub.pem", None)])
    assert max(grades(found).values()) == Grade.INTACT
    assert any("grade 3 at most" in note for note in found.not_done)


def test_an_anchor_for_another_purpose_authenticates_nothing(node):
    edit(
        node / "good.yaml",
        ("  - trust_anchor: anchors/update/update-p256.pub.pem\n    purpose: update\n", ""),
        ("  - trust_anchor: anchors/update/boot-application.pub.pem\n    purpose: update\n", ""),
    )
    found = run(node, anchors=[AnchorSpec(node / "anchors/update/update-p256.pub.pem", "attestation")])
    (manifest,) = [a for a in found.artefacts if a.kind == "suit-envelope"]
    assert (manifest.authenticity, manifest.grade) == ("unverified", Grade.DECODED)


def test_without_anybodys_anchor_everything_is_only_decoded(node):
    text = (node / "good.yaml").read_text()
    (node / "good.yaml").write_text(text[: text.index("  - trust_anchor:")])
    found = run(node, anchors=[])
    # But for those that carry the certificate of their signer, which is then only what they say themselves.
    carried = {"evidence/sn33.json", "evidence/device.pem", "evidence/voucher.vcj"}
    assert {grade for path, grade in grades(found).items() if path not in carried} == {Grade.DECODED}
    assert max(grades(found).values()) <= Grade.INTACT


def test_the_fewer_anchors_the_lower_or_equal_every_grade(node):
    update = AnchorSpec(node / "anchors/update", "update")
    every, one, none = (grades(run(node, anchors=a)) for a in (None, [update], []))
    assert all(every[path] >= one[path] >= none[path] for path in every)
    assert every != one != none


def test_test_only_keys_are_worth_nothing_in_a_product_that_is_no_example(node):
    edit(node / "good.yaml", ("example: true\n", ""))
    found = run(node)
    assert not found.example
    assert set(grades(found).values()) == {Grade.DECODED}
    assert {d.id for d in found.discrepancies} == {"test-key-in-release"}
    assert all(any(p.id == "cose-test-key" for p in a.problems) for a in found.artefacts if a.purpose)
    assert "verified" not in verdicts(found).values()


# --- what the discrepancies touch ---------------------------------------------------------------


def test_each_discrepancy_names_the_requirements_that_it_touches(node):
    found = run(node, "flawed.yaml")
    (debug,) = [d for d in found.discrepancies if d.id == "debug-contradiction"]
    assert debug.requirements
    touched = {
        row.id
        for result in found.baselines
        for row in result.requirements
        if debug.fingerprint in row.discrepancies
    }
    assert set(debug.requirements) == touched
    assert {verdicts(found)[id] for id in debug.requirements} == {"contradicted"}


def test_only_technologies_that_a_requirement_names_are_explained(node):
    found = run(node)
    mentioned = {t for row in rows_of(found).values() for t in (*row.technologies, *row.in_use)}
    assert set(found.technologies) == mentioned
    assert found.technologies["suit-manifest"] == load_technologies()["suit-manifest"].name


# --- what is said to be not done ----------------------------------------------------------------


def test_a_document_of_the_future_supports_nothing_and_that_is_said(node):
    edit(node / "good.yaml", ("date: 2026-05-18", "date: 2026-11-02"))
    found = run(node)
    assert any("threat-model.md" in note and "is dated 2026-11-02" in note for note in found.not_done)


def test_a_changed_document_supports_nothing_and_that_is_said(node):
    before = run(node)
    (node / "documents/threat-model.md").write_text("changed")
    found = run(node)
    assert any("threat-model.md" in note and "was changed since" in note for note in found.not_done)
    assert verdicts(found) == verdicts(before), "what a document said is declared all the same"


def test_warnings_about_the_profile_are_in_the_result(node):
    edit(node / "good.yaml", ("evidence:\n", "evidence:\n  - artefact: evidence/eat.cbor\n"))
    loaded = load_profile(node / "good.yaml")
    assert loaded.faults, "a file that is named twice is worth a warning"
    found = run(node)
    assert [note for note in found.not_done if note.startswith("profile: ")] == [
        f"profile: {fault.message}" for fault in loaded.faults
    ]


def test_a_missing_artefact_leaves_what_the_profile_alone_gives(node):
    before = rows_of(run(node))
    for name in ("psa-token.cbor", "eat.cbor"):
        (node / "evidence" / name).unlink()
    found = run(node)
    missing = [a.path for a in found.artefacts if [p.id for p in a.problems] == ["artefact-missing"]]
    assert missing == ["evidence/psa-token.cbor", "evidence/eat.cbor"]
    assert found.discrepancies == ()
    verified = {id: resting_on(row) for id, row in before.items() if row.verdict == "verified"}
    assert all(verified.values())
    fallen = {id for id, artefacts in verified.items() if artefacts & set(missing)}
    assert {id.partition("-")[0] for id in fallen} == {"GP", "5.6", "5.7", "8259A"}, "of every baseline"
    assert {verdicts(found)[id] for id in fallen} == {"declared"}
    assert {verdicts(found)[id] for id in verified.keys() - fallen} == {"verified"}
    assert not any(resting_on(row) & set(missing) for row in rows_of(found).values())


def test_an_image_larger_than_any_flash_is_a_problem_and_no_crash(node, monkeypatch):
    monkeypatch.setattr(collect, "MAX_IMAGE_BYTES", 4095)  # one byte less than the image has
    (image,) = [a for a in run(node).artefacts if a.path == "evidence/app.bin"]
    assert [p.id for p in image.problems] == ["artefact-too-large"]


def test_a_profile_that_says_nothing_is_assessed_too(tmp_path):
    profile = tmp_path / "bare.yaml"
    profile.write_text("product: {vendor: Maker, model: Thing}\n")
    found = judge(profile, request(NODE, anchors=[], nonces=[]))
    assert [result.id for result in found.baselines] == list(DEFAULTS)
    for result in found.baselines:
        assert (result.proven, result.claimed, result.level) == (0, 0, "L0")
    assert set(verdicts(found).values()) == {"not-assessed"}
    assert (found.artefacts, found.discrepancies, found.not_done) == ((), (), ())
