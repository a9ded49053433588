"""The JSON documents: complete, in stable order, and the same whoever runs them and wherever."""

import json
from dataclasses import replace

import pytest

from iotassess.baseline.loader import DEFAULTS, load_catalogue
from iotassess.report import artefact_json, assessment_json
from iotassess.report.registry import FORMATS, Look, renderer
from tests.examples import PRODUCTS, TWINS, copy, judge, request
from tests.report.changes import with_artefacts

LOOK = Look()


def document(found):
    return json.loads(assessment_json.render(found, LOOK))


def texts(value):
    """All keys and texts in a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def rows_of(document):
    """The requirements of every baseline of a document."""
    return [row for baseline in document["baselines"] for row in baseline["requirements"]]


# --- assessment ---------------------------------------------------------------------------------


def test_the_keys_are_the_contracts(every_twin):
    found = document(every_twin)
    assert {
        "schema", "tool", "as_of", "product", "profile", "artefacts", "discrepancies", "anchors", "example",
        "baselines", "not_done", "gate",
    } <= set(found)  # fmt: skip
    assert found["schema"] == "iotassess/assessment/v1"
    assert found["tool"] == {"name": "iotassess", "version": "0.0.0"}
    assert found["as_of"] == "2026-11-01"
    assert set(found["product"]) == {"vendor", "model", "hardware_revision", "firmware_version"}
    assert set(found["profile"]) == {"path", "sha256"}
    assert found["gate"] is None
    for row in found["discrepancies"]:
        assert {"id", "fingerprint", "severity", "message", "grade", "requirements", "declared"} <= set(row)
        assert row["declared"] is None or set(row["declared"]) == {"path", "line", "value"}
        assert all(set(side) == {"artefact", "claim", "value", "offset"} for side in row["evidenced"])
    for row in found["anchors"]:
        assert set(row) == {"name", "source", "purpose", "thumbprint"}
    for baseline in found["baselines"]:
        assert {
            "id", "edition", "title", "catalogue_sha256", "level", "suffix", "proven", "claimed", "because",
            "counts", "words", "notice", "requirements",
        } <= set(baseline)  # fmt: skip
        assert set(baseline["counts"]) == {"total", "applicable", "mandatory", "recommended", "process"}


def test_a_requirement_has_its_parts_and_a_part_its_claims(every_twin):
    for row in rows_of(document(every_twin)):
        assert {
            "id", "title", "force", "status", "process", "verdict", "grade", "because", "parts",
            "technologies", "in_use", "remediation", "waiver",
        } <= set(row)  # fmt: skip
        assert row["parts"] or row["because"][0].startswith("no tool can check it: "), row["id"]
        for part in row["parts"]:
            assert {"probe", "outcome", "kind", "grade", "because", "claims"} <= set(part)
            for claim in part["claims"]:
                assert {"source", "path", "line", "value"} <= set(claim)
                assert (claim["line"] is not None) == (claim["source"] == "profile"), claim


def test_a_group_has_its_arms_and_says_which_one_answered(every_twin):
    groups = [
        part
        for row in rows_of(document(every_twin))
        for part in row["parts"]
        if part["probe"] in ("any_of", "all_of")
    ]
    assert groups
    for part in groups:
        assert len(part["arms"]) > 1
        assert part["chosen"] is None or part["arms"][part["chosen"]]["outcome"] == part["outcome"]


def test_the_counts_count_every_requirement_once(assessed_by_all):
    apart = 0
    for baseline in document(assessed_by_all("sensor-node", "flawed"))["baselines"]:
        counts, rows = baseline["counts"], baseline["requirements"]
        groups = ("mandatory", "recommended", "process")
        assert all(n >= 0 for group in groups for n in counts[group].values())
        assert sum(sum(counts[group].values()) for group in groups) == counts["total"] == len(rows)
        for verdict in {row["verdict"] for row in rows}:
            shown = sum(counts[group].get(verdict, 0) for group in groups)
            assert shown == sum(row["verdict"] == verdict for row in rows)
        assert sum(counts["process"].values()) == sum(row["process"] for row in rows)
        mandatory = [row for row in rows if row["force"] == "mandatory" and not row["process"]]
        assert sum(counts["mandatory"].values()) == len(mandatory)
        apart += sum(counts["process"].values())
    assert apart


def test_what_a_document_says_of_itself_is_passed_on(assessed_by_all):
    found = assessed_by_all("sensor-node", "good")
    shown = document(found)["baselines"]
    assert [(b["words"], b["notice"]) for b in shown] == [(b.words, b.notice) for b in found.baselines]
    assert {b["id"] for b in shown if b["words"]} == {"nist-ir-8259a", "nist-ir-8425"}
    etsi = next(b for b in shown if b["id"] == "etsi-en-303-645@3.1.3")
    assert next(r for r in etsi["requirements"] if r["id"] == "5.1-1")["status"] == "M F (a)"
    used = {id for row in rows_of(document(found)) for id in row["in_use"]}
    assert used
    assert used <= set(found.technologies)


def test_both_sides_of_a_discrepancy_are_named(assessed):
    rows = {row["id"]: row for row in document(assessed("sensor-node", "flawed"))["discrepancies"]}
    debug = rows["debug-contradiction"]
    assert debug["declared"]["path"] == "debug.state"
    assert debug["declared"]["value"] == "disabled-permanently"
    assert debug["declared"]["line"] > 1
    assert debug["evidenced"] == [
        {
            "artefact": "evidence/flawed-debug-enabled.eat.cbor",
            "claim": "dbgstat",
            "value": "enabled",
            "offset": 149,
        }
    ]
    assert rows["image-digest-mismatch"]["evidenced"][0]["value"].startswith("sha-256:")


def test_a_discrepancy_between_artefacts_has_no_declared_side(assessed):
    found = assessed("sensor-node", "flawed")
    first, *rest = found.discrepancies
    changed = replace(found, discrepancies=(first._replace(declared=None), *rest))
    assert document(changed)["discrepancies"][0]["declared"] is None


def test_the_artefacts_are_those_of_verify_with_binding_and_grade(every_twin):
    for row, artefact in zip(document(every_twin)["artefacts"], every_twin.artefacts, strict=True):
        assert row == json.loads(json.dumps(artefact_json.tree(artefact)))
        assert row["binding"] in ("bound", "other", "unknown")
        assert row["grade"] in (2, 3, 4, 5)


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_two_runs_in_two_places_give_the_same_bytes(tmp_path, twin):
    product, profile = twin
    shown = []
    for place in ("here", "there/deeper"):
        folder = copy(product, tmp_path / place)
        found = judge(folder / f"{profile}.yaml", request(product, folder=folder), picture=True)
        shown.append([renderer(row.id)(found, LOOK) for row in FORMATS])
    assert shown[0] == shown[1]


@pytest.mark.parametrize("product", PRODUCTS)
def test_no_absolute_path_is_in_a_report(tmp_path, product):
    folder = copy(product, tmp_path)
    for broken in ("anchors/update", "evidence", "documents"):
        next(iter(sorted((folder / broken).iterdir()))).write_bytes(b"broken")
    (folder / "evidence" / "update.suit").unlink()
    found = judge(folder / "good.yaml", request(product, folder=folder, anchors=[]), picture=True)
    for row in FORMATS:
        assert str(tmp_path) not in renderer(row.id)(found, LOOK)
    assert not [text for text in texts(document(found)) if text.startswith("/")]


def test_requirements_and_artefacts_keep_their_order(every_twin):
    found = document(every_twin)
    assert [a["path"] for a in found["artefacts"]] == [a.path for a in every_twin.artefacts]
    assert [b["id"] for b in found["baselines"]] == list(DEFAULTS)
    for baseline in found["baselines"]:
        expected = [row.id for row in load_catalogue(baseline["id"]).requirements]
        assert [row["id"] for row in baseline["requirements"]] == expected
    rows = found["baselines"][0]["requirements"]
    assert [row["id"] for row in rows] == [f"GP-TM-{n:02}" for n in range(1, 58)]


# --- artefacts ----------------------------------------------------------------------------------


def test_an_artefact_that_says_nothing_has_empty_claims(assessed):
    found = with_artefacts(assessed("sensor-node", "good"), claims=None)
    assert artefact_json.tree(found.artefacts[0])["claims"] == {}


def test_nested_artefacts_have_the_same_shape(assessed):
    found = assessed("sensor-node", "good")
    outer = artefact_json.tree(with_artefacts(found, nested=found.artefacts[1:3]).artefacts[0])
    assert len(outer["nested"]) == 2
    assert {frozenset(outer)} == {frozenset(inner) for inner in outer["nested"]}


def test_a_number_that_json_does_not_have_is_a_bug_and_not_written():
    with pytest.raises(ValueError, match="JSON"):
        artefact_json.dumps({"a": float("nan")})


def test_json_ends_with_one_line_end_and_keeps_the_order_of_keys():
    assert artefact_json.dumps({"b": "é", "a": 1}) == '{\n  "b": "é",\n  "a": 1\n}\n'


def test_an_unknown_format_is_a_bug():
    with pytest.raises(KeyError):
        renderer("pdf")
