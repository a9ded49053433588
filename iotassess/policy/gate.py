"""The gate: every rule of a policy asked over one settled result, waivers laid over what they found.

1. Ask each rule, in the order of the list. One that the policy switches off, or that pins nothing, is not
   asked, and one that looks at an earlier result is not asked without one.
2. Let waivers hold findings back; each stays in the list, with its waiver.
3. Name the mandatory requirements that are not assessed, for --strict.

Nothing here changes a verdict, and no number is weighed against another: one finding fails the gate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

from iotassess.baseline.facts import Facts
from iotassess.model.assessment import Assessment, Remark
from iotassess.model.comparison import Comparison
from iotassess.model.gate import Finding, Gate, RuleOutcome
from iotassess.policy.policy import DEFAULT, Policy, Rules
from iotassess.policy.registry import FIXED, PROFILE_VALID, RULES, Rule
from iotassess.policy.rules.verdicts import mandatory
from iotassess.policy.scene import Scene, fingerprint, name_of, places_of
from iotassess.policy.snapshot import Snapshot, snapshot
from iotassess.policy.waivers import hold_back


@dataclass(frozen=True, slots=True)
class Will:
    """What the relying party wants of a release.

    Attributes:
        policy: the rules.
        against: the earlier result, or None.
        allow_example: an example may pass.
        baselines: ids that the policy wants assessed.
        strict: nothing may be undecided, and every waiver has to be needed.
    """

    policy: Policy = field(default_factory=Policy)
    against: Snapshot | None = None
    allow_example: bool = False
    baselines: tuple[str, ...] = ()
    strict: bool = False


def through_gate(assessment: Assessment, facts: Facts, will: Will) -> Assessment:
    """Ask the gate, and add its answer.

    Args:
        assessment: settled, with the waivers of the run beside it.
        facts: all claims.
        will: what is asked.
    """
    comparison = _compared(assessment, will.against)
    places = places_of(assessment)
    scene = Scene(assessment, facts, will.policy, comparison, will.allow_example, will.baselines, places)
    asked = {rule: _value(rule, will) for rule in RULES}
    found = [f for rule, value in asked.items() if value is not False for f in rule.load()(scene, value)]
    findings, waivers = hold_back(dict.fromkeys(found), assessment.waivers)
    gate = Gate(
        policy=will.policy.name,
        policy_sha256=will.policy.sha256 or _shipped_sha256(),
        against=will.against.name if will.against is not None else None,
        rules={rule.id: _outcome(rule, value, will.policy.rules, findings) for rule, value in asked.items()},
        findings=findings,
        undecided=tuple(_undecided(assessment)),
        titles={rule.id: rule.title for rule in RULES},
        strict=will.strict,
        unneeded=tuple(use.waiver.target for use in waivers if use.state in ("unused", "expired")),
    )
    return replace(assessment, gate=gate, waivers=waivers)


def closed(remarks: Iterable[Remark], policy: Policy) -> Gate:
    """The gate's answer where the profile cannot be used, so that no rule can be asked.

    Args:
        remarks: what is wrong with the profile.
        policy: that was to be asked.
    """
    findings = tuple(
        Finding(
            PROFILE_VALID,
            PROFILE_VALID,
            f"{remark.rule}: {remark.message}",
            remark.place,
            fingerprint(PROFILE_VALID, remark.rule, remark.place, remark.message),
        )
        for remark in remarks
        if remark.severity == "error"
    )
    digest = policy.sha256 or _shipped_sha256()
    titles = {PROFILE_VALID: "the profile can be used"}
    return Gate(policy.name, digest, None, {PROFILE_VALID: "failed"}, findings, titles=titles)


def _compared(assessment: Assessment, against: Snapshot | None) -> Comparison | None:
    if against is None:
        return None
    from iotassess.policy.comparing import compare  # a gate without an earlier result does not pay for it

    return compare(against, snapshot(assessment))


def _value(rule: Rule, will: Will) -> Any:
    """What a rule is asked with; False where it is not asked."""
    if rule.id in FIXED:
        return True
    if rule.against and will.against is None:
        return False
    return will.policy.rules.of(rule.id)


def _outcome(rule: Rule, value: Any, rules: Rules, findings: tuple[Finding, ...]) -> RuleOutcome:
    if value is False:
        off = rules.of(rule.id) is False and Rules().of(rule.id) is not False
        return "off" if off else "not-asked"
    own = [f for f in findings if f.rule == rule.id]
    if not own:
        return "passed"
    return "waived" if all(f.waivers for f in own) else "failed"


def _undecided(assessment: Assessment) -> Iterator[str]:
    for baseline in assessment.baselines:
        for row in mandatory(baseline):
            if row.verdict == "not-assessed":
                yield name_of(baseline, row)


def _shipped_sha256() -> str:
    """Digest of the shipped policy's text."""
    text = (resources.files("iotassess.policy") / f"{DEFAULT}.yaml").read_bytes()
    return hashlib.sha256(text).hexdigest()
