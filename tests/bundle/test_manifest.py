"""The manifest: one way to write it, and nothing in it that is passed over."""

import datetime
import json

import jsonschema
import pytest

from iotassess.bundle import manifest
from iotassess.bundle.archive import UnreadableBundle
from iotassess.bundle.manifest import MANIFEST
from iotassess.report.schemas import document_schema
from tests.bundle.making import entries, example, written


@pytest.fixture(scope="module")
def text():
    return entries(example())[MANIFEST]


def why(value):
    """Why a manifest of this content is refused."""
    with pytest.raises(UnreadableBundle) as caught:
        manifest.read(value if isinstance(value, bytes) else written(value))
    return caught.value.message


def test_what_was_read_is_written_the_same(text):
    assert manifest.write(manifest.read(text)) == text


def test_it_is_valid_by_its_published_schema(text):
    schema = document_schema("bundle")
    jsonschema.Draft202012Validator.check_schema(schema)
    value = json.loads(text)
    jsonschema.validate(value, schema)
    for path in ((), ("call",), ("files", 0), ("tool",), ("call", "as_of")):
        changed = json.loads(text)
        at = changed
        for step in path:
            at = at[step]
        at["new"] = 1
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(changed, schema)


def put(value, path, new):
    """A copy with another value at a path; None with a key of no object takes it away."""
    value = json.loads(json.dumps(value))
    at = value
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = new
    return value


CHANGES = [
    (("schema",), "iotassess/bundle/v2", "schema"),
    (("new",), 1, "unknown key new"),
    (("call", "new"), 1, "unknown key call.new"),
    (("files", 0, "new"), 1, "unknown key files.0.new"),
    (("tool", "name"), "other", "tool.name"),
    (("files", 0, "size"), -1, "files.0.size"),
    (("files", 0, "size"), 1.0, "files.0.size"),
    (("files", 0, "size"), True, "files.0.size"),
    (("files", 0, "sha256"), "AB", "files.0.sha256"),
    (("files", 0, "role"), "friend", "files.0.role"),
    (("files", 0, "path"), "manifest.json", "manifest.json, which it cannot know"),
    (("files", 0, "path"), "result.json", "twice"),
    (("files", 0, "role"), "result", "expected 'result.json' alone"),
    (("files", 0, "role"), "profile", "expected 'profile/good.yaml' alone"),
    (("files", 0, "role"), "unread", "was not read, and has"),
    (("call", "profile"), "profile/other.yaml", "expected 'profile/other.yaml' alone"),
    (("call", "profile"), "../../etc/passwd", "expected '../../etc/passwd' alone"),
    (("call", "artefacts"), ["/etc"], "an artefact of the call is '/etc'"),
    (("call", "artefacts"), [".."], "an artefact of the call is '..'"),
    (("call", "artefacts"), ["profile/evi"], "an artefact of the call is 'profile/evi'"),
    (
        ("call", "anchors", 0, "path"),
        "/etc/ssl/key.pem",
        "the call names '/etc/ssl/key.pem', which it does not list as trust-anchor",
    ),
    (("call", "anchors", 0, "source"), "profile", "call.anchors.0.source"),
    (("call", "anchors", 0, "purpose"), "everything", "call.anchors.0.purpose"),
    (("call", "anchors", 0, "path"), "profile/good.yaml", "does not list as trust-anchor"),
    (("files", 0, "name"), "the best of all", "by the name 'the best of all'"),
    (("files", 0, "name"), "/etc/passwd", "by the name '/etc/passwd'"),
    (("call", "denylists"), ["x.yaml"], "the call names 'x.yaml', which it does not list as denylist"),
    (("call", "waivers"), "x.yaml", "the call names 'x.yaml', which it does not list as waivers"),
    (("call", "baselines"), [], "call.baselines"),
    (("call", "baselines"), ["/srv/own.yaml"], "the call names '/srv/own.yaml', which it does not list"),
    (
        ("catalogues", 0, "path"),
        "catalogues/x.yaml",
        "the call names 'catalogues/x.yaml', which it does not list as catalogue",
    ),
    (("call", "nonces", 0, "value"), "0011", "call.nonces.0.value"),
    (("call", "nonces", 0, "value"), "AA" * 8, "call.nonces.0.value"),
    (("call", "max_age"), -1, "call.max_age"),
    (("call", "max_age"), 10**15, "call.max_age"),
    (("call", "as_of", "start"), "2026-11-01T00:00:00Z", "call.as_of.start"),
    (("call", "as_of", "start"), "2026-11-01T00:00:00+02:00", "call.as_of.start"),
    (("call", "as_of", "start"), "2026-13-01T00:00:00+00:00", "no calendar has"),
    (("call", "as_of", "start"), "1970-01-01T00:00:00+00:00", "one instant, or the first and the last"),
    (("call", "as_of", "end"), "2100-01-01T00:00:00+00:00", "one instant, or the first and the last"),
    (("call", "as_of", "end"), "2026-10-31T00:00:00+00:00", "one instant, or the first and the last"),
    (("call", "gate"), {"policy": None}, "it has no call.gate"),
    (
        ("call", "gate"),
        {"policy": "p", "baselines": [], "against": None, "strict": False, "allow_example": False},
        "the call names 'p', which it does not list as policy",
    ),
    (
        ("call", "gate"),
        {"policy": None, "baselines": ["x"], "against": None, "strict": False, "allow_example": False},
        "the call names 'x', which it does not list as catalogue",
    ),
]


@pytest.mark.parametrize(
    ("path", "new", "said"), CHANGES, ids=[f"{'.'.join(map(str, c[0]))}-{i}" for i, c in enumerate(CHANGES)]
)
def test_what_no_manifest_has_is_refused_and_told(text, path, new, said):
    assert said in why(put(json.loads(text), path, new))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[:-1], "not written as a manifest is"),
        (lambda text: text.replace(b"  ", b" "), "not written as a manifest is"),
        (lambda text: b"\n" + text, "not written as a manifest is"),
        (lambda text: text.replace(b'"call"', b'"\\u0063all"'), "not written"),
        (lambda text: text.replace(b'"tool"', b'"schema": 1, "tool"', 1), "stands twice"),
        (lambda text: text[: len(text) // 2], "not JSON"),
        (lambda text: b"\xff" + text, "not JSON"),
        (lambda text: b"[]", "got []"),
        (lambda text: b"", "not JSON"),
    ],
)  # fmt: skip
def test_another_way_of_writing_is_refused(text, change, said):
    assert said in why(change(text))


@pytest.mark.parametrize("key", ["call", "files"])
def test_another_order_is_refused(text, key):
    value = json.loads(text)
    if key == "files":
        value["files"].reverse()
    else:
        value["call"] = dict(reversed(value["call"].items()))
    assert "order" in why(value)


def test_a_manifest_that_is_too_long_is_not_parsed(monkeypatch, text):
    monkeypatch.setattr(manifest, "MAX_BYTES", len(text) - 1)
    assert "at most" in why(text)


def test_one_instant_is_a_moment(text):
    value = json.loads(text)
    value["call"]["as_of"] = dict.fromkeys(("start", "end"), "2026-11-01T12:00:00+00:00")
    found = manifest.read(written(value)).call.as_of
    assert found.start == found.end == datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
