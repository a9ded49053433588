"""OSCAL assessment results: valid by the schema of NIST, whole, and the same whoever writes them."""

import datetime
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iotassess.model.assessment import AsOf
from iotassess.report import oscal
from iotassess.report.oscal_text import NOTICE, NS
from iotassess.report.registry import Look
from tests.examples import ROOT, TWINS
from tests.report.gated import (
    gated,
    poison,
    shortened,
    unusable,
    waived_plug,
)
from tests.report.hostile import NASTY, harmful
from tests.report.oscal_documents import (
    OSCAL_NAMES,
    all_kinds,
    checker,
    dangling,
    defined,
    grouped,
    nothing,
    objects,
    place,
    props,
    read,
    result,
    strings,
    written,
)
from tests.tries import tries

each_twin = pytest.mark.parametrize(("product", "twin"), TWINS, ids="-".join)


def valid(document):
    checker("assessment-results")({"assessment-results": document})


# --- the form ------------------------------------------------------------------------------------


@each_twin
def test_it_is_valid_by_the_schema_of_nist(assessed, product, twin):
    for found in (assessed(product, twin), gated(product, twin), gated(product, twin, allow=False)):
        valid(read(found, place(product, twin)))


def test_it_is_valid_where_there_is_little_to_say_and_where_there_is_much(
    assessed, assessed_by_all, tmp_path
):
    good = assessed("sensor-node", "good")
    moment = datetime.datetime(2028, 2, 29, 23, 59, 59, 999999, tzinfo=datetime.UTC)
    bare = replace(good, as_of=AsOf(moment, moment), tool_version="")
    no_rows = replace(good, baselines=tuple(replace(b, requirements=()) for b in good.baselines))
    waived = (waived_plug(), waived_plug(expires="2026-10-15"))
    little = (unusable(tmp_path), nothing(good), bare, no_rows)
    for found in (*little, *waived, assessed_by_all("smart-plug", "flawed")):
        valid(read(found))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"state": "satisfied"', '"state": "declared"'),
        ('"control-id": "enisa', '"control-id": "5enisa'),
        ("T00:00:00Z", "T00:00:00"),
        ('"href": "', '"href": " '),
        ('"uuid": "', '"uuid": "x'),
    ],
)
def test_the_schema_refuses_what_is_no_such_document(assessed, good, bad):
    text = written(assessed("sensor-node", "good"))
    assert good in text
    with pytest.raises(AssertionError):
        checker("assessment-results")(json.loads(text.replace(good, bad)))


@each_twin
def test_another_reader_of_oscal_reads_all_of_it(product, twin):
    bindings = pytest.importorskip("oscal_bindings")
    text = written(gated(product, twin), place(product, twin))
    assert json.loads(bindings.serialize_oscal(bindings.parse_assessment_results(text))) == json.loads(text)


def test_every_uuid_is_there_once_and_every_reference_leads_somewhere(tmp_path):
    for found in all_kinds(tmp_path):
        document = read(found)
        uuids = defined(document)
        assert [uuid for uuid, count in Counter(uuids).items() if count > 1] == []
        assert dangling(document) == []


def test_the_check_finds_references_that_lead_nowhere(assessed):
    document = read(assessed("sensor-node", "flawed"))
    (only,) = document["results"]
    assert dangling(document) == []
    for name in ("observations", "risks"):
        only[name] = only[name][1:]
    document["back-matter"]["resources"] = document["back-matter"]["resources"][1:]
    document["local-definitions"]["objectives-and-methods"].pop()
    only["local-definitions"]["components"] = []
    lost = {text.split()[-1] for text in dangling(document)}
    assert lost == {"observation-uuid", "risk-uuid", "href", "target-id", "subject-uuid"}


def test_two_assessments_share_no_uuid_and_two_kinds_neither(tmp_path):
    found = [set(defined(read(one))) for one in (gated(*TWINS[0]), gated(*TWINS[1]), unusable(tmp_path))]
    assert not found[0] & found[1] | found[0] & found[2] | found[1] & found[2]


def test_the_document_has_another_uuid_and_version_as_soon_as_it_says_something_else():
    found = gated("sensor-node", "good")
    one, other = read(found), read(replace(found, not_done=(*found.not_done, "one more")))
    assert one["uuid"] != other["uuid"]
    assert one["metadata"]["version"] != other["metadata"]["version"]
    assert one["results"][0]["uuid"] == other["results"][0]["uuid"]


def test_a_later_moment_makes_another_result():
    found = gated("sensor-node", "good")
    later = AsOf(found.as_of.start + datetime.timedelta(1), found.as_of.end + datetime.timedelta(1))
    assert result(found)["uuid"] != result(replace(found, as_of=later))["uuid"]


SCRIPT = """
import sys
from iotassess.report import oscal
from iotassess.report.registry import Look
from tests.report.gated import gated
sys.stdout.write(oscal.render(gated("sensor-node", "flawed"), Look()))
"""


def test_another_process_writes_the_same_bytes():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] == written(gated("sensor-node", "flawed")).encode()


def test_every_time_follows_from_as_of_and_from_waivers(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    document = read(waived_plug())
    times = {
        member
        for _, found in objects(document)
        for name, member in found.items()
        if name in ("last-modified", "start", "end", "collected", "deadline", "expires")
    }
    assert times == {
        "2026-11-01T00:00:00Z", "2026-11-01T23:59:59.999999Z", "2026-10-01T00:00:00Z", "2027-01-31T23:59:59Z",
    }  # fmt: skip


@each_twin
def test_our_properties_are_in_our_namespace_and_oscals_are_those_that_it_lists(product, twin):
    for _, found in objects(read(gated(product, twin))):
        for row in found.get("props", ()):
            assert row.get("ns") == NS or row["name"] in OSCAL_NAMES


@each_twin
def test_every_file_is_named_by_a_path_that_leads_to_it(product, twin):
    document = read(gated(product, twin), place(product, twin))
    hrefs = {found["href"] for _, found in objects(document) if "href" in found}
    files = {href for href in hrefs if not href.startswith("#")}
    assert files
    for href in files:
        assert (ROOT / unquote(href)).is_file()
    assert str(ROOT) not in json.dumps(document)


# --- what a reader has to know -------------------------------------------------------------------


def test_an_example_says_so_where_it_is_seen_first_and_every_document_what_it_is(assessed):
    found = assessed("sensor-node", "good")
    document = read(found)
    assert document["metadata"]["title"].startswith("EXAMPLE · ")
    assert document["results"][0]["title"].startswith("EXAMPLE · ")
    assert props(document["results"][0])["example"] == "true"
    assert document["metadata"]["remarks"] == NOTICE
    assert document["metadata"]["oscal-version"] == "1.2.1"
    real = read(replace(found, example=False))
    assert "EXAMPLE" not in real["metadata"]["title"] + real["results"][0]["title"]
    assert props(real["results"][0])["example"] == "false"


def test_what_was_not_done_is_told(assessed):
    found = replace(assessed("sensor-node", "good"), not_done=("a was not read", "b"), unusable=("empty",))
    assert result(found)["remarks"] == (
        "What was not done:\n\n* a was not read\n* b\n* empty: nothing in it is a known artefact"
    )


def test_the_anchors_are_there_with_who_named_them(assessed):
    found = assessed("sensor-node", "good")
    only = result(found)
    for number, anchor in enumerate(found.anchors, start=1):
        assert grouped(only, f"anchor-{number}") == {
            name: member
            for name, member in {
                "anchor": anchor.name,
                "anchor-source": anchor.source,
                "anchor-purpose": anchor.purpose,
                "thumbprint": anchor.thumbprint,
            }.items()
            if member
        }


def test_there_is_no_assessment_plan_and_the_document_says_so():
    document = read(gated("sensor-node", "good"))
    href = document["import-ap"]["href"]
    (plan,) = [r for r in document["back-matter"]["resources"] if f"#{r['uuid']}" == href]
    assert plan["title"] == "No assessment plan"
    assert "rlinks" not in plan


# --- hostile texts -------------------------------------------------------------------------------


@settings(max_examples=tries(5))
@example("{{ insert: param, x }} <script>alert(1)</script> [a](http://b) _x_ `c` \\ \\")
@example(" ".join(NASTY))
@given(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=30)))
def test_it_is_valid_whole_and_harmless_whatever_the_texts_are(text):
    for plain in (shortened(gated("sensor-node", "flawed")), shortened(waived_plug())):
        found = replace(poison(plain, text), tool_version=text)
        shown = oscal.render(found, Look(profile=f"profiles/{text}/x.yaml", folder="/repository"))
        assert harmful(shown) == set()
        document = json.loads(shown)["assessment-results"]
        texts = [one.replace("\n", "") for one in strings(document)]  # of paragraphs and lists
        assert [one for one in texts if harmful(one)] == []
        valid(document)
        assert dangling(document) == []
        uuids = defined(document)
        assert len(set(uuids)) == len(uuids)
        states = [f["target"]["status"]["state"] for f in result(found)["findings"]]
        assert states == [
            "satisfied" if r.verdict == "verified" else "not-satisfied" for r in every_row(found)
        ]


def every_row(found):
    return [row for baseline in found.baselines for row in baseline.requirements]


MARKUP = ("title", "description", "remarks", "statement", "prose")


def test_no_text_of_others_is_markup(assessed):
    hostile = "<script>alert(1)</script>{{ insert: param, x }}[a](http://b)"
    found = poison(shortened(assessed("sensor-node", "flawed")), hostile)
    texts = [member for _, one in objects(read(found)) for name, member in one.items() if name in MARKUP]
    told = [text for text in texts if "alert" in text]
    assert len(told) > 100
    for text in told:
        assert "<script" not in text.replace("\\<script", "")
        assert "{{" not in text
        assert "[a]" not in text


def test_requirements_and_artefacts_of_one_name_get_uuids_of_their_own(assessed):
    found = shortened(assessed("sensor-node", "flawed"))
    doubled = replace(
        found,
        baselines=(*found.baselines, *found.baselines),
        artefacts=(*found.artefacts, *found.artefacts),
        discrepancies=(*found.discrepancies, *found.discrepancies),
    )
    document = read(doubled)
    uuids = defined(document)
    assert len(set(uuids)) == len(uuids)
    assert len(result(doubled)["findings"]) == 2 * len(result(found)["findings"])
