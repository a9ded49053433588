"""The published JSON Schemas: they accept what the commands write, and refuse what they never would."""

import contextlib
import functools
import io
import json

import jsonschema
import jsonschema_rs
import pytest
import yaml

from iotassess.cli.looking_up import SCHEMAS
from iotassess.cli.main import call
from tests.examples import DAY, PROFILES, ROOT, TWINS, options

DOCUMENTS = ("assessment", "artefacts")


@functools.cache
def printed(*arguments):
    """Exit code and standard output of a command, which many tests look at and none writes to."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out):
        code = call(list(arguments))
    out.flush()
    return code, out.buffer.getvalue().decode()


@pytest.fixture
def run():
    def json_of(*arguments):
        code, text = printed(*map(str, arguments))
        return code, json.loads(text)

    return json_of


@pytest.fixture
def published(run):
    def make(name):
        code, schema = run("schema", name)
        assert code == 0
        jsonschema.Draft202012Validator.check_schema(schema)
        return schema

    return make


@pytest.fixture
def validator(published):
    """The quick one of two implementations; ``test_two_implementations_agree`` holds it against the other."""
    return lambda name: jsonschema_rs.Draft202012Validator(published(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_and_has_an_id(published, name):
    schema = published(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:iotassess:")


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_an_assessment_is_valid(run, validator, twin):
    product, profile = twin
    code, found = run("assess", PROFILES / product / f"{profile}.yaml", *options(product), "-f", "json")
    assert code == 0
    validator("assessment").validate(found)


def test_two_implementations_agree(run, published, validator):
    _, found = run("assess", PROFILES / "smart-plug/flawed.yaml", *options("smart-plug"), "-f", "json")
    other = jsonschema.Draft202012Validator(published("assessment"))
    other.validate(found)
    del found["baselines"][-1]["requirements"][-1]["status"]
    assert [fault.message for fault in other.iter_errors(found)] == ["'status' is a required property"]
    with pytest.raises(jsonschema_rs.ValidationError, match='"status" is a required property'):
        validator("assessment").validate(found)


@pytest.mark.parametrize("command", ["verify", "inspect"])
def test_artefacts_are_valid_the_good_the_broken_and_the_unrecognised(run, validator, command):
    more = ["-t", ROOT / "fixtures/keys/attestation-device-1.pub.pem", "--as-of", DAY]
    files = [
        ROOT / "fixtures/good",
        ROOT / "fixtures/negative",
        ROOT / "fixtures/negative/cbor/unrecognised.bin",
    ]
    code, found = run(command, *files, *(more if command == "verify" else []), "-f", "json")
    assert code == 3
    assert len(found["artefacts"]) > 80
    assert any(artefact["nested"] for artefact in found["artefacts"])
    validator("artefacts").validate(found)


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_the_example_profiles_are_valid(validator, twin):
    product, profile = twin
    text = (PROFILES / product / f"{profile}.yaml").read_text()
    validator("profile").validate(_plain(text))


def _plain(text):
    """Read YAML as JSON would have it: dates stay texts."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader)  # noqa: S506 - the safe loader without dates


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "iotassess/assessment/v2"),
        (("baselines", 0, "level"), "L5"),
        (("baselines", 0, "requirements", 0, "verdict"), "passed"),
        (("baselines", 0, "requirements", 0, "grade"), 6),
        (("baselines", 0, "requirements", 0, "process"), "no"),
        (("baselines", 0, "requirements", 0, "status"), None),
        (("baselines", 0, "requirements", 0, "in_use"), "suit-manifest"),
        (("baselines", 0, "counts", "process"), 4),
        (("baselines", 0, "words"), []),
        (("baselines", 0, "notice"), None),
        (("artefacts", 0, "authenticity"), "valid"),
        (("discrepancies",), {}),
        (("example",), "yes"),
    ],
)
def test_what_no_assessment_is_is_refused(run, validator, path, value):
    _, found = run("assess", PROFILES / "sensor-node/good.yaml", *options("sensor-node"), "-f", "json")
    at = found
    for step in path[:-1]:
        at = at[step]
    assert path[-1] in at or isinstance(path[-1], int)
    at[path[-1]] = value
    with pytest.raises(jsonschema_rs.ValidationError):
        validator("assessment").validate(found)


@pytest.mark.parametrize("key", ["schema", "tool", "as_of", "baselines", "artefacts", "not_done"])
def test_an_assessment_without_one_of_its_keys_is_refused(run, validator, key):
    _, found = run("assess", PROFILES / "sensor-node/good.yaml", *options("sensor-node"), "-f", "json")
    del found[key]
    with pytest.raises(jsonschema_rs.ValidationError):
        validator("assessment").validate(found)


@pytest.mark.parametrize("key", ["counts", "words", "notice"])
def test_a_baseline_without_one_of_its_keys_is_refused(run, validator, key):
    _, found = run("assess", PROFILES / "sensor-node/good.yaml", *options("sensor-node"), "-f", "json")
    del found["baselines"][-1][key]
    with pytest.raises(jsonschema_rs.ValidationError):
        validator("assessment").validate(found)


@pytest.mark.parametrize("key", ["status", "process", "in_use"])
def test_a_requirement_without_one_of_its_keys_is_refused(run, validator, key):
    _, found = run("assess", PROFILES / "sensor-node/good.yaml", *options("sensor-node"), "-f", "json")
    del found["baselines"][-1]["requirements"][-1][key]
    with pytest.raises(jsonschema_rs.ValidationError):
        validator("assessment").validate(found)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_key_that_a_later_version_adds_is_accepted(run, validator, name):
    if name == "assessment":
        _, found = run("assess", PROFILES / "smart-plug/good.yaml", *options("smart-plug"), "-f", "json")
    else:
        _, found = run("inspect", PROFILES / "smart-plug/evidence/eat.cbor", "-f", "json")
    found["new"] = 1
    found["artefacts"][0]["new"] = {"a": 1}
    validator(name).validate(found)


COUNTS = {
    "enisa-gp-tm": 57,
    "enisa-baseline": 83,
    "etsi-en-303-645@3.1.3": 78,
    "etsi-en-303-645@2.1.1": 68,
    "nist-ir-8259a": 23,
    "nist-ir-8425": 17,
}
"""Baseline → numbered items of its document."""


@pytest.mark.parametrize("twin", TWINS, ids="-".join)
def test_an_assessment_of_every_baseline_is_valid_and_complete(run, validator, twin):
    product, profile = twin
    code, found = run(
        "assess", PROFILES / product / f"{profile}.yaml", *options(product), "-b", "all", "-f", "json"
    )
    assert code == 0
    validator("assessment").validate(found)
    assert {row["id"]: row["counts"]["total"] for row in found["baselines"]} == COUNTS
    for baseline in found["baselines"]:
        counts, rows = baseline["counts"], baseline["requirements"]
        assert len(rows) == counts["total"]
        apart = sum(sum(counts[key].values()) for key in ("mandatory", "recommended", "process"))
        assert apart == counts["total"]
        for row in rows:
            assert row["because"], (baseline["id"], row["id"])
            assert not row["process"] or (row["verdict"] != "verified" and row["grade"] <= 1)
