"""The crosswalk as OSCAL's mapping collection: every row once, in OSCAL's words, and nothing of a verdict."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.baseline.crosswalk import between, load_crosswalk
from iotassess.baseline.loader import DEFAULTS, SHIPPED, load_catalogue
from iotassess.errors import UsageError
from iotassess.model.crosswalk import PROVENANCES, Item, Link
from iotassess.model.picture import Picture
from iotassess.report import oscal_mapping
from iotassess.report.oscal_ids import requirement_of
from iotassess.report.registry import Look
from tests.report.gated import gated, unusable
from tests.report.hostile import NASTY, harmful
from tests.report.oscal_documents import checker, dangling, defined, every, objects, props, strings
from tests.tries import tries


def with_links(found, links):
    return replace(found, picture=Picture((), (), tuple(links), {}))


def drawn(ids=DEFAULTS, twin=("sensor-node", "good")):
    """An assessment by some baselines with the crosswalk between them."""
    found = gated(*twin)
    kept = tuple(baseline for baseline in found.baselines if baseline.id in ids)
    return with_links(replace(found, baselines=kept), between([load_catalogue(id) for id in ids]))


def read(found):
    return json.loads(oscal_mapping.render(found, Look()))["mapping-collection"]


def valid(document):
    checker("mapping")({"mapping-collection": document})


def links_of(document):
    """The rows that a reader finds: ends, relationship, provenance, text, number that is cited."""
    for mapping in document["mappings"]:
        for row in mapping["maps"]:
            (source,), (target,) = row["sources"], row["targets"]
            ends = (Item(*requirement_of(end["id-ref"])) for end in (source, target))
            cited = props(row).get("cited-as", "")
            yield Link(*ends, row["relationship"], props(row)["provenance"], row["remarks"], cited)


@pytest.mark.parametrize("ids", [DEFAULTS, SHIPPED, DEFAULTS[:2]])
def test_it_is_valid_by_the_schema_of_nist_and_whole(ids):
    document = read(drawn(ids))
    valid(document)
    assert dangling(document) == []
    uuids = defined(document)
    assert len(set(uuids)) == len(uuids)


def test_the_schema_refuses_what_is_no_such_document():
    document = read(drawn())
    document["mappings"][0]["source-resource"]["type"] = "crosswalk"
    document["provenance"].pop("method")
    valid_without = {**document, "mappings": []}
    for spoiled in (document, valid_without):
        with pytest.raises(AssertionError):
            valid(spoiled)


def test_another_reader_of_oscal_reads_all_of_it():
    bindings = pytest.importorskip("oscal_bindings")
    text = oscal_mapping.render(drawn(), Look())
    assert json.loads(bindings.serialize_oscal(bindings.parse_mapping_collection(text))) == json.loads(text)


@pytest.mark.parametrize("ids", [DEFAULTS, SHIPPED])
def test_every_row_is_there_once_and_says_the_same(ids):
    found = drawn(ids)
    rows = [link._replace(line=0) for link in found.picture.crosswalk]
    assert len(rows) > 200
    # Nothing in the shipped crosswalk has to be escaped but brackets, so that the texts can be compared.
    plain = [link._replace(rationale=link.rationale.replace("\\", "")) for link in links_of(read(found))]
    assert sorted(plain) == sorted(rows)


def test_all_rows_of_the_crosswalk_are_there_where_all_baselines_are():
    assert len(list(links_of(read(drawn(SHIPPED))))) == len(load_crosswalk())


def test_there_is_one_mapping_for_each_pair_of_baselines():
    found = drawn(SHIPPED)
    document = read(found)
    names = {r["uuid"]: props(r)["baseline"] for r in document["back-matter"]["resources"]}
    pairs = []
    for mapping in document["mappings"]:
        ends = [names[mapping[end]["href"][1:]] for end in ("source-resource", "target-resource")]
        pairs.append(tuple(ends))
        for row in mapping["maps"]:
            assert [requirement_of(row[end][0]["id-ref"])[0] for end in ("sources", "targets")] == ends
    rows = found.picture.crosswalk
    assert sorted(pairs) == sorted({(link.source.baseline, link.target.baseline) for link in rows})


def test_a_requirement_that_no_row_names_is_a_gap_and_no_other_is():
    found = drawn()
    named = {end for link in found.picture.crosswalk for end in (link.source, link.target)}
    gaps = {}
    for mapping in read(found)["mappings"]:
        for end in ("source-gap-summary", "target-gap-summary"):
            for selection in mapping.get(end, {}).get("unmapped-controls", ()):
                for control in selection["with-ids"]:
                    baseline, id = requirement_of(control)
                    gaps.setdefault(baseline, set()).add(id)
    for baseline in found.baselines:
        missing = {row.id for row in baseline.requirements if Item(baseline.id, row.id) not in named}
        assert gaps.get(baseline.id, set()) == missing
    assert gaps


def test_it_says_who_pairs_them_and_that_it_is_not_complete():
    provenance = read(drawn())["provenance"]
    assert provenance["status"] == "not-complete"
    assert provenance["matching-rationale"] == "semantic"
    assert every(provenance, "provenance") == list(PROVENANCES)
    assert "no verdict crosses it" in provenance["mapping-description"]


def test_nothing_of_a_verdict_or_a_product_is_in_it():
    good, flawed = read(drawn()), read(drawn(twin=("smart-plug", "flawed")))
    assert good == flawed
    assert {name for _, found in objects(good) for name in props(found)} == {
        "tool", "tool-version", "provenance", "cited-as", "requirement", "baseline", "edition", "sha-256",
    }  # fmt: skip


def test_where_no_row_is_left_it_says_so_since_oscal_has_no_form_for_it(tmp_path):
    alone = replace(gated("sensor-node", "good"), baselines=gated("sensor-node", "good").baselines[:1])
    for found, told in (
        (with_links(alone, ()), "enisa-gp-tm"),
        (alone, "enisa-gp-tm"),
        (unusable(tmp_path), "none"),
    ):
        with pytest.raises(UsageError, match=rf"no row between .* \({told}\)") as caught:
            oscal_mapping.render(found, Look())
        assert "-b" in caught.value.hint


def test_one_baseline_that_is_not_assessed_itself_is_named_all_the_same():
    """A catalogue that another includes has its own name in the crosswalk."""
    found = replace(drawn(), baselines=())
    document = read(found)
    valid(document)
    assert {props(r)["baseline"] for r in document["back-matter"]["resources"]} == set(DEFAULTS)
    assert not any("source-gap-summary" in mapping for mapping in document["mappings"])


anything = st.text(st.characters(exclude_categories=()), max_size=20)


@example(" ".join(NASTY), "<b>{{ insert: param, x }}", "")
@settings(max_examples=tries(50))
@given(anything, anything, anything)
def test_it_is_valid_and_harmless_whatever_the_texts_are(one, other, third):
    links = [
        Link(Item(one, other), Item(other, third), "equal-to", "our-judgement", third, cited_as=one),
        Link(Item(one, other), Item(other, third), "subset-of", "our-judgement", one),
    ]
    document = read(with_links(replace(drawn(), tool_version=other), links))
    valid(document)
    assert [text for text in strings(document) if harmful(text)] == []
    assert dangling(document) == []
    uuids = defined(document)
    assert len(set(uuids)) == len(uuids)
    assert [(link.source, link.target) for link in links_of(document)] == [
        (link.source, link.target) for link in links
    ]
