"""Policy files: the shipped one is the default, others change what they name, a faulty one ends the run."""

import contextlib
import datetime
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iotassess.codec import yaml
from iotassess.errors import PolicyError
from iotassess.policy.policy import RULE_IDS, DebugShown, Policy, Rules, Shown, Wanted
from iotassess.policy.reading import EXPECTS, load_policy
from iotassess.policy.registry import FIXED, RULES
from iotassess.policy.shapes import RULES as SHAPES
from iotassess.policy.shapes import document_schema
from tests.examples import ROOT

SHIPPED = ROOT / "iotassess" / "policy" / "default.yaml"
HEAD = "schema: iotassess/policy/v1\n"


@pytest.fixture
def load(tmp_path):
    def loads(text, *, head=HEAD):
        file = tmp_path / "policy.yaml"
        file.write_text(head + text)
        return load_policy(file)

    return loads


@pytest.fixture
def refused(load):
    def refuses(text, **options):
        with pytest.raises(PolicyError) as caught:
            load(text, **options)
        return str(caught.value)

    return refuses


def test_the_shipped_file_says_what_the_defaults_are():
    assert load_policy(SHIPPED).rules == Rules() == Policy().rules


def test_the_shipped_file_names_every_rule_and_explains_it():
    text = SHIPPED.read_text()
    assert set(yaml.load(text.encode()).value["rules"]) == set(RULE_IDS)
    for id in RULE_IDS:
        line = next(line for line in text.split("\n") if line.startswith(f"  {id}:"))
        assert "#" in line or "- [" in text or "ignore" in text


def test_every_rule_that_can_be_set_is_asked_and_has_a_type():
    assert set(RULE_IDS) == {rule.id for rule in RULES} - set(FIXED) == set(SHAPES)
    assert set(EXPECTS) <= set(RULE_IDS)
    assert [rule.id for rule in RULES if rule.id not in FIXED] == list(RULE_IDS), "one order"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_it_looks_at_why_and_how_it_decides(rule):
    for heading in ("Looks at:", "Why it matters:", "Decides:"):
        assert heading in rule.text, heading


def test_a_policy_that_names_nothing_is_the_shipped_one(load):
    found = load("")
    assert found.rules == Rules()
    assert (found.name, len(found.sha256)) == ("policy.yaml", 64)


@pytest.mark.parametrize("id", RULE_IDS)
def test_every_rule_can_be_switched_off(load, id):
    assert load(f"rules: {{{id}: false}}").rules.of(id) is False


@pytest.mark.parametrize("id", [id for id in RULE_IDS if Rules().of(id) is not False])
def test_true_stands_for_the_value_of_the_shipped_policy(load, id):
    assert load(f"rules: {{{id}: true}}").rules == Rules()


@pytest.mark.parametrize(
    ("text", "id", "value"),
    [
        ("artefacts-authenticated: {unsigned: [mud]}", "artefacts-authenticated", ("mud",)),
        ("nothing-overlooked: {ignore: ['*.md']}", "nothing-overlooked", ("*.md",)),
        ("required-artefacts: [mud, [psa-token, eat-cwt]]", "required-artefacts",
         (("mud",), ("psa-token", "eat-cwt"))),
        ("debug-shown-locked: {state: off}", "debug-shown-locked", DebugShown(5, "off")),
        ("debug-shown-locked: {grade: 4}", "debug-shown-locked", DebugShown(4, "locked")),
        ("lifecycle-shown-secured: {grade: 3}", "lifecycle-shown-secured", Shown(3)),
        ("minimum-level: {etsi-en-303-645: L2}", "minimum-level", {"etsi-en-303-645@3.1.3": "L2"}),
        ("minimum-verdict: {enisa-gp-tm/GP-TM-18: declared}", "minimum-verdict",
         {"enisa-gp-tm/GP-TM-18": Wanted(("verified", "declared"))}),
        ("minimum-verdict: {etsi-en-303-645/5.1-1: {at_least: verified, grade: 5, or_not_applicable: true}}",
         "minimum-verdict", {"etsi-en-303-645@3.1.3/5.1-1": Wanted(("verified", "not-applicable"), 5)}),
        ("product-pinned: {vendor: A, hwmodel: 'ab'}", "product-pinned", {"vendor": "A", "hwmodel": "ab"}),
        (f"anchors-pinned: {{update: ['{'a' * 64}']}}", "anchors-pinned", {"update": ("a" * 64,)}),
        ("signature-threshold: {suit-envelope: 2}", "signature-threshold", {"suit-envelope": 2}),
        ("certificates-outlast: 90d", "certificates-outlast", datetime.timedelta(days=90)),
        ("support-lasts: 2w", "support-lasts", datetime.timedelta(weeks=2)),
        ("evidence-recent: {attestation: 36h}", "evidence-recent",
         {"attestation": datetime.timedelta(hours=36)}),
        ("counters-not-back: [firmware-version]", "counters-not-back", ("firmware-version",)),
    ],
)  # fmt: skip
def test_a_rule_takes_its_own_values(load, text, id, value):
    found = load(f"rules: {{{text}}}").rules
    assert found.of(id) == value
    others = [other for other in RULE_IDS if other != id]
    assert [found.of(other) for other in others] == [Rules().of(other) for other in others]


def test_anchors_are_the_policys_and_lie_beside_it(load, tmp_path):
    (anchor,) = load("trust_anchors: [{path: keys/a.pem, purpose: update}]").anchors
    assert anchor == (tmp_path / "keys/a.pem", "update", "policy")


def test_baselines_are_found_by_id_or_beside_the_policy(load, tmp_path):
    found = load("baselines: [etsi-en-303-645, nist-ir-8425, own.yaml]").baselines
    assert found == ("etsi-en-303-645@3.1.3", "nist-ir-8425", str(tmp_path / "own.yaml"))


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: {no-eror: true}", ["2:9:", "unknown key", "did you mean no-error?"]),
        ("rulez: {}", ["2:1:", "unknown key rulez", "did you mean rules?"]),
        ("rules: {no-error: yes}", ["2:", "got 'yes', expected true or false"]),
        ("rules: {no-error: 1}", ["expected true or false"]),
        ("rules: {no-error: null}", ["got nothing, expected true or false"]),
        ("rules: {no-error: }", ["expected true or false"]),
        ("rules: [no-error]", ["expected a mapping from rules to their values"]),
        ("rules: {debug-shown-locked: {grade: 2}}", ["expected true, false, or a mapping with grade"]),
        ("rules: {debug-shown-locked: {grade: '5'}}", ["got '5'"]),
        ("rules: {debug-shown-locked: {stat: off}}", ["unknown key"]),
        ("rules: {required-artefacts: []}", ["expected true, false, or a list"]),
        ("rules: {required-artefacts: [psa]}", ["got 'psa', which is no artefact kind"]),
        ("rules: {required-artefacts: [[psa-token, suit]]}", ["got 'suit', which is no artefact kind"]),
        ("rules: {minimum-level: true}", ["got 'true', expected false, or a mapping from a baseline"]),
        ("rules: {minimum-level: {enisa-gp-tm: L5}}", ["got 'L5'"]),
        ("rules: {minimum-verdict: {GP-TM-18: verified}}", ["GP-TM-18"]),
        ("rules: {minimum-verdict: {enisa-gp-tm/GP-TM-99: verified}}", ["has no requirement 'GP-TM-99'"]),
        ("rules: {minimum-verdict: {enisa-gp-tm/GP-TM-18: contradicted}}", ["got 'contradicted'"]),
        ("rules: {anchors-pinned: {update: [abc]}}", ["64 lower-case"]),
        ("rules: {anchors-pinned: {firmware: []}}", ["expected false, or a mapping from a purpose"]),
        ("rules: {catalogues-pinned: {enisa-gp-tm: {}}}", ["expected edition or sha256"]),
        ("rules: {signature-threshold: {suit-envelope: 0}}", ["from 1 to 100"]),
        ("rules: {certificates-outlast: 90}", ["like 24h"]),
        ("rules: {support-lasts: forever}", ["like 24h"]),
        ("rules: {product-pinned: {}}", ["expected false, or a mapping"]),
        ("rules: {product-pinned: {colour: red}}", ["unknown key"]),
        ("rules: {counters-not-back: [version]}", ["got 'version'"]),
        ("trust_anchors: [{purpose: update}]", ["has no path"]),
        ("trust_anchors: [{path: a, purpose: firmware}]", ["one of update"]),
        ("baselines: []", ["expected a list of ids"]),
        ("rules: {no-error: true}\nrules: {}", ["stands twice"]),
        ("a: *b", ["anchor"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_ends_the_run(refused, text, told):
    message = refused(text)
    assert message.startswith("/") or "policy.yaml:" in message
    for piece in told:
        assert piece in message


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "got no schema, expected iotassess/policy/v1"),
        ("schema: iotassess/policy/v2\n", "got schema 'iotassess/policy/v2'"),
        ("- a\n", "got no mapping"),
        ("schema: iotassess/waivers/v1\n", "expected iotassess/policy/v1"),
    ],
)
def test_a_file_of_another_format_is_refused(refused, head, told):
    assert told in refused("" if head.startswith("-") else "rules: {}", head=head)


def test_all_faults_of_a_file_are_told_in_their_order(refused):
    lines = [
        line
        for line in refused("rules:\n  no-error: 1\n  no-eror: 1\n  support-lasts: x").split("\n")
        if "policy.yaml:" in line
    ]
    assert [line.split("policy.yaml:")[1].split(":")[0] for line in lines] == ["3", "4", "5"]


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="cannot be read: No such file"):
        load_policy(tmp_path / "none.yaml")


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*RULE_IDS, "rules", "path", "grade", "x"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_value_is_a_policy_or_a_fault(tmp_path_factory, value):
    file = tmp_path_factory.mktemp("any") / "policy.yaml"
    document = {"schema": "iotassess/policy/v1", "rules": value}
    file.write_text(json.dumps(document))
    with contextlib.suppress(PolicyError):  # anything else is a bug
        assert isinstance(load_policy(file).rules, Rules)
        jsonschema.Draft202012Validator(document_schema("policy")).validate(document)


def test_the_shipped_policy_is_valid_by_the_schema():
    schema = document_schema("policy")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(yaml.load(SHIPPED.read_bytes()).value)


@pytest.mark.parametrize(
    "text",
    [
        "minimum-level: {etsi-en-303-645: L4, etsi-en-303-645@3.1.3: L0}",
        "minimum-verdict: {etsi-en-303-645/5.1-1: verified, etsi-en-303-645@3.1.3/5.1-1: partial}",
        "catalogues-pinned: {etsi-en-303-645: {edition: a}, etsi-en-303-645@3.1.3: {edition: b}}",
    ],
)
def test_two_names_of_one_baseline_are_refused(refused, text):
    assert "stands twice, under two names" in refused(f"rules: {{{text}}}")


def test_a_pinned_catalogue_is_found_without_its_edition(load):
    found = load("rules: {catalogues-pinned: {etsi-en-303-645: {edition: x}}}").rules.catalogues_pinned
    assert list(found) == ["etsi-en-303-645@3.1.3"]
