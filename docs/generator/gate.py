"""Pages about the gate: its rules, and the files of the relying party."""

from __future__ import annotations

from typing import Any

from docs.generator.judgement import blocks_of
from docs.generator.markdown import anchor, page, prose, table
from iotassess.model.counter import COUNTER_KINDS
from iotassess.model.waiver import REASONS
from iotassess.policy.policy import Rules
from iotassess.policy.reading import EXPECTS
from iotassess.policy.registry import FIXED, RULES, Rule
from iotassess.policy.waivers import MAX_DAYS


def rules() -> str:
    """The page of the gate's rules."""
    return page(
        "Rules of the gate",
        prose("""A rule is one question over a settled result that is answered by passed or failed: nothing is
        weighed, and no verdict changes. `gate` asks those that [the policy](policy.md) switches on, in this
        order. Ids are permanent."""),
        *(_rule(rule) for rule in RULES),
    )


def _rule(rule: Rule) -> str:
    return "\n\n".join([f"## {rule.id}", _shipped(rule), blocks_of(rule.text)])


def _shipped(rule: Rule) -> str:
    if rule.id in FIXED:
        return "Always asked."
    off = Rules().of(rule.id) is False
    return f"Value: {EXPECTS.get(rule.id, 'true or false')}. In the shipped policy: {'off' if off else 'on'}."


KEYS: tuple[tuple[str, str], ...] = (
    ("schema", "`iotassess/policy/v1`"),
    (
        "baselines",
        "ids, or catalogue files beside the policy: assessed unless `-b` names others, and required",
    ),
    ("trust_anchors", "a list of `path` (beside the policy) and `purpose`; worth what `-t` is worth"),
    ("rules", "[rule](rules.md) → value; a rule that is not named is asked as in the shipped policy"),
)

WAIVER: tuple[tuple[str, str], ...] = (
    ("requirement", "`baseline/id`, like `enisa-gp-tm/GP-TM-18`; without an edition the newest is meant"),
    ("discrepancy", "the fingerprint of a discrepancy, as reports show it; either this or `requirement`"),
    ("reason", "one of the list below"),
    ("justification", "why, in words"),
    ("approver", "who answers for it"),
    ("approved", "the day from which it holds (UTC)"),
    ("expires", f"the last day on which it holds (UTC), at most {MAX_DAYS} days after `approved`"),
    ("firmware", "optional: `lowest` and `highest` version that it is for, both included"),
)


def policy() -> str:
    """The page of policies and waiver files."""
    return page(
        "Policies and waivers",
        prose("""Both files are YAML 1.2, and read strictly: an unknown key, a value of another form or a
        requirement that no baseline has is an error with file, line and column, and exit code 2. `schema
        policy` and `schema waivers` print their JSON Schemas."""),
        "## Policy",
        table(("key", "what"), [(anchor(k), v) for k, v in KEYS]),
        prose("""A rule's value is `false` (off: every report says so), `true` (as in the shipped policy) or
        what [the rule](rules.md) takes. `iotassess/policy/default.yaml` is the shipped policy, explained
        line by line."""),
        "## Waivers",
        "A mapping with `schema: iotassess/waivers/v1` and `waivers`, a list of mappings with these keys:",
        table(("key", "what"), [(anchor(k), v) for k, v in WAIVER]),
        prose("""A waiver holds back what fails the gate and changes no verdict. One for a requirement does
        not cover a contradiction: that needs one for each discrepancy, and its fingerprint includes both
        values, so that it lapses when either changes. Problems of artefacts, missing evidence, counters and
        pins cannot be waived."""),
        "## Reasons",
        table(("reason", "means"), [(anchor(k), v) for k, v in REASONS.items()]),
        "## States",
        table(("state", "means"), STATES),
        "## Counters",
        "What [counters-not-back](rules.md#counters-not-back) holds against the earlier result:",
        table(("counter", "of what"), [(anchor(k), v) for k, v in COUNTER_KINDS.items()]),
    )


STATES: tuple[tuple[Any, ...], ...] = (
    ("`applied`", "it holds something back; in `assess`, what it is for is open"),
    ("`unused`", "nothing needed it: take it out; `--strict` exits with 4"),
    ("`expired`", "its last day is over: what it held back counts again; `--strict` exits with 4"),
    ("`not-yet`", "its first day has not come"),
    ("`other-firmware`", "the declared firmware version is not among those that it is for, or has no order"),
)
