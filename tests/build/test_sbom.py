"""The bill of materials is current, valid, complete, and the same whoever writes it."""

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from requirements import sbom
from requirements.pins import pins, place

TEXT = sbom.PLACE.read_text("utf-8")
TREE = json.loads(TEXT)
LOCK = place("run").read_text("utf-8")


def test_it_is_current():
    assert sbom.current() == TEXT, "make sbom"


def test_it_is_valid_by_the_schema_of_cyclonedx():
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(TEXT) is None
    assert (
        JsonStrictValidator(SchemaVersion.V1_6).validate_str(TEXT.replace('"library"', '"book"', 1))
        is not None
    )


def test_it_has_every_version_of_the_lock_with_all_digests():
    shown = {
        (row["name"], row["version"]): {found["content"] for found in row["externalReferences"][0]["hashes"]}
        for row in TREE["components"]
    }
    assert shown == {(pin.name, pin.version): set(pin.hashes) for pin in pins(LOCK)}


def test_everything_in_it_is_asked_for_by_us_or_by_what_we_ask_for():
    edges = {row["ref"]: row.get("dependsOn", []) for row in TREE["dependencies"]}
    reached, open_ends = set(), [TREE["metadata"]["component"]["bom-ref"]]
    while open_ends:
        ref = open_ends.pop()
        if ref not in reached:
            reached.add(ref)
            open_ends += edges[ref]
    assert reached == {row["bom-ref"] for row in TREE["components"]} | {
        TREE["metadata"]["component"]["bom-ref"]
    }


def test_it_names_our_own_version_and_licence():
    from iotassess import __version__

    own = TREE["metadata"]["component"]
    assert (own["name"], own["version"]) == ("iotassess", __version__)
    assert own["licenses"] == [{"license": {"id": "Apache-2.0"}}]


def test_it_holds_no_time_and_its_serial_number_follows_its_content():
    assert "timestamp" not in TREE["metadata"]
    again, other = sbom.bill("1.0", LOCK), sbom.bill("1.1", LOCK)
    assert sbom.bill("1.0", LOCK) == again
    numbers = {json.loads(text)["serialNumber"] for text in (TEXT, again, other)}
    assert len(numbers) == 3


def test_two_versions_for_two_pythons_are_two_components():
    entry = (
        "a=={} ; python_version {} '3.12' \\\n    --hash=sha256:{}\n    # via iotassess (pyproject.toml)\n"
    )
    tree = json.loads(
        sbom.bill("1", entry.format("1.0", "<", "0" * 64) + entry.format("2.0", ">=", "1" * 64))
    )
    markers = {row["version"]: row["properties"][0]["value"] for row in tree["components"]}
    assert markers == {"1.0": 'python_version < "3.12"', "2.0": 'python_version >= "3.12"'}
    (ours,) = [row for row in tree["dependencies"] if row["ref"].startswith("pkg:pypi/iotassess")]
    assert ours["dependsOn"] == ["pkg:pypi/a@1.0", "pkg:pypi/a@2.0"]
