"""Counters come from what is declared or vouched for, and the lowest of several counts."""

from __future__ import annotations

from iotassess.crosscheck.counters import counters
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Artefact
from iotassess.model.claim import PRODUCT, Claim, Digest, Source, Subject
from iotassess.model.counter import Counter
from iotassess.model.profile.leaves import all_properties
from tests.examples import PROFILES, judge, request

APP = Subject("component", "app")


def claim(property, value, grade=0, *, subject=APP, source="profile", **more):
    where = Source(None, "components[0]", 7, 3) if source == "profile" else Source(source, "claims")
    return Claim(subject, property, value, grade, where, **more)


def table(*claims):
    return ClaimTable(claims, all_properties())


def suit(path, number, *, grade=4, binding="bound", digest="aa", own=None, classes=("cc",)):
    claims = {
        "sequence_number": number,
        "manifest_component_id": own,
        "class_ids": list(classes),
        "digest": {"alg": "sha-256", "value": digest},
    }
    return Artefact(path, "suit-envelope", None, "0" * 64, 1, True, "authenticated", claims=claims,
                    binding=binding, grade=grade)  # fmt: skip


def found(claims=(), artefacts=()):
    return {(c.kind, c.of): c for c in counters(table(*claims), artefacts)}


def test_the_counters_of_the_example_are_all_there():
    counted = judge(PROFILES / "sensor-node" / "good.yaml", request("sensor-node")).counters
    assert {(c.kind, c.of, c.value) for c in counted} == {
        ("component-version", "component app", "3.2.0"),
        ("component-version", "component bl2", "2.1.0"),
        ("component-version", "component tfm-s", "2.1.1"),
        ("component-version", "measurement-type ARoT", "3.2.0"),
        ("component-version", "measurement-type BL", "2.1.0"),
        ("component-version", "measurement-type PRoT", "2.1.1"),
        ("component-version", "suit-component-id 00/617070", "3.2.0"),
        ("component-version", "suit-component-id 00/626c32", "2.1.0"),
        ("component-version", "suit-component-id 00/74666d2d73", "2.1.1"),
        ("component-version", "swid-tag-id sensing.example/SN-33/app", "3.2.0"),
        ("firmware-version", "product", "3.2.0"),
        ("installed-sequence-number", "product", 6),
        ("mcuboot-security-counter", "component app", 7),
        ("mcuboot-security-counter", "component app, declared", 7),
        ("suit-sequence-number", "the manifest for class e3a2b2f4e6115a7c97d607966db937ba", 7),
    }
    assert [(c.kind, c.of) for c in counted] == sorted((c.kind, c.of) for c in counted)


def test_a_manifest_counts_only_where_it_is_vouched_for_and_about_this_product():
    name = ("suit-sequence-number", "the manifest for class cc")
    assert found(artefacts=[suit("a", 3)])[name].value == 3
    for weak in (suit("a", 3, grade=3), suit("a", 3, binding="unknown"), suit("a", 3, binding="other")):
        assert found(artefacts=[weak]) == {}


def test_of_several_manifests_the_lowest_counts_and_other_manifests_count_apart():
    several = [suit("a", 5), suit("b", 3, digest="bb"), suit("c", 9, own=["00", "01"])]
    counted = found(artefacts=several)
    assert counted["suit-sequence-number", "the manifest for class cc"].value == 3
    assert counted["suit-sequence-number", "the manifest 00/01"].value == 9


def test_a_manifest_inside_another_artefact_counts_too():
    outer = Artefact("m", "teep-message", None, "0" * 64, 1, True, "authenticated", nested=(suit("m#0", 4),))
    assert found(artefacts=[outer])["suit-sequence-number", "the manifest for class cc"].source == "m#0"


def test_a_number_that_is_no_number_is_no_counter():
    for odd in (None, "7", True, 7.0):
        assert found(artefacts=[suit("a", odd)]) == {}


def test_versions_have_the_bytes_of_their_component_beside_them():
    counted = found([
        claim("component.version", "1.0"),
        claim("component.version", "2.0", 4, source="token"),
        claim("component.digest", Digest("sha-256", "aa")),
        claim("component.measurement", Digest("sha-256", "bb"), 4, source="token"),
        claim("component.measurement", Digest("sha-256", "dd"), 2, source="forged"),
        claim("component.digest", Digest("sha-256", "ee"), 4, source="elsewhere", other=True),
    ])  # fmt: skip
    counter = counted["component-version", "component app"]
    assert (counter.value, counter.source, counter.line, counter.column) == ("1.0", "profile", 7, 3)
    assert counter.content == ("sha-256:aa", "sha-256:bb")


def test_the_firmware_version_has_the_bytes_of_all_components_beside_it():
    counted = found([
        claim("product.firmware-version", "1.0", subject=PRODUCT),
        claim("product.firmware-version", "9.0", 5, subject=PRODUCT, source="token"),
        claim("component.digest", Digest("sha-256", "aa")),
        claim("component.digest", Digest("sha-256", "bb"), subject=Subject("component", "boot")),
    ])  # fmt: skip
    counter = counted["firmware-version", "product"]
    assert (counter.value, counter.content) == ("1.0", ("sha-256:aa", "sha-256:bb"))


def test_the_lowest_security_counter_that_is_shown_counts_and_the_declared_one_apart():
    counted = found([
        claim("component.security-counter", 5),
        claim("component.security-counter", 7, 4, source="slot-a"),
        claim("component.security-counter", 6, 4, source="slot-b"),
        claim("component.security-counter", 1, 2, source="forged"),
    ])  # fmt: skip
    shown = counted["mcuboot-security-counter", "component app"]
    assert (shown.value, shown.source) == (6, "slot-b")
    assert counted["mcuboot-security-counter", "component app, declared"].value == 5


def test_the_declared_installed_number_counts():
    declared = claim("update.sequence-number", 6, subject=PRODUCT)
    shown = claim("update.sequence-number", 9, 4, subject=PRODUCT, source="manifest")
    assert found([declared, shown])["installed-sequence-number", "product"].value == 6


def test_a_component_is_counted_by_what_artefacts_call_it_too():
    counted = found([claim("component.version", "1.0"), claim("component.suit-component-id", "00/61")])
    assert counted["component-version", "suit-component-id 00/61"].value == "1.0"


def corim(svn, *, grade=4, name="BL"):
    rows = [{
        "environment": {"class": {"vendor": "Example", "model": "X"}},
        "measurements": [{"name": name, "svn": svn}, "odd", {"name": "none"}],
    }, "odd"]  # fmt: skip
    claims = {"tags": [{"triples": {"reference": rows}}, {"triples": None}, "odd"]}
    return Artefact("ref", "corim", None, "0" * 64, 1, True, "authenticated", claims=claims,
                    binding="bound", grade=grade)  # fmt: skip


def test_security_version_numbers_of_reference_values_count_by_element():
    for value in (5, {"type": "svn", "value": 5}, {"type": "min-svn", "value": 5}):
        (counter,) = counters(table(), [corim(value)])
        assert counter == Counter("corim-svn", "X Example/BL", 5, (), "ref", "triples.reference")
    assert counters(table(), [corim(5, grade=3)]) == ()
    assert counters(table(), [corim("5")]) == ()
    assert counters(table(), [corim({"type": "svn", "value": True})]) == ()


def test_the_file_of_an_image_counts_only_where_nothing_else_says_its_bytes():
    file = claim("component.image-digest", Digest("sha-256", "ff"), 4, source="app.signed.bin")
    version = claim("component.version", "1.0")
    name = ("component-version", "component app")
    assert found([version, file])[name].content == ("sha-256:ff",)
    declared = claim("component.digest", Digest("sha-256", "aa"))
    assert found([version, file, declared])[name].content == ("sha-256:aa",)
