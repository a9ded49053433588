"""Each rule of the gate fires on what it is for, at the right line, and passes without it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.model.claim import Digest
from iotassess.policy.gate import Will
from iotassess.policy.policy import Rules
from iotassess.policy.registry import FIXED, RULES
from tests.examples import PROFILES, ROOT, request
from tests.policy.conftest import fired, gated

UPDATE_KEY = "9b"  # the first digits do not matter here; the pin is read from the result


def line_of(file: Path, text: str) -> int:
    return next(i for i, line in enumerate(file.read_text().split("\n"), 1) if text in line)


def only(found, rule):
    """The findings of a rule, of a run in which no other rule fired."""
    assert fired(found.gate) == {rule}
    return found.gate.failures


def test_the_good_release_passes_every_rule_that_is_asked(good):
    assert good.gate.passed
    assert good.gate.findings == ()
    on = {rule.id for rule in RULES if rule.id in FIXED or Rules().of(rule.id) is not False}
    needs_more = {rule.id for rule in RULES if rule.against}
    assert {id for id, outcome in good.gate.rules.items() if outcome == "passed"} == on - needs_more


def test_every_rule_has_an_outcome_in_the_order_of_the_list(good):
    assert list(good.gate.rules) == [rule.id for rule in RULES]


def test_a_rule_that_the_policy_switches_off_is_told(release):
    found = release.gate(policy=release.policy("rules: {no-error: false}"))
    assert found.gate.rules["no-error"] == "off"
    assert found.gate.rules["minimum-level"] == "not-asked"


def test_each_rule_that_is_off_does_not_fire(release):
    """With all rules off nothing but the example fails, whatever the release is like."""
    release.exchange("eat.cbor", "flawed-debug-enabled.eat.cbor").exchange("app.bin", "bl2.bin")
    off = "".join(f"  {rule.id}: false\n" for rule in RULES if rule.id not in FIXED)
    policy = release.policy(f"rules:\n{off}")
    assert release.fired(policy=policy) == set()
    assert release.fired(policy=policy, allow_example=False) == {"not-an-example"}


# --- examples and test keys -----------------------------------------------------------------------


def test_an_example_fails_unless_it_is_allowed(release):
    (finding,) = only(release.gate(allow_example=False), "not-an-example")
    assert "--allow-example" in finding.message


def test_a_published_test_key_fails_a_product_that_is_no_example(release):
    release.edit(("example: true", "example: false"))
    found = release.gate()
    assert "no-test-key" in fired(found.gate)
    named = {f.artefact for f in found.gate.failures if f.rule == "no-test-key"}
    assert "evidence/update.suit" in named


# --- debug and lifecycle --------------------------------------------------------------------------


def test_evidence_that_is_not_fresh_does_not_show_the_state_of_a_device(release):
    asked = request("sensor-node", folder=release.folder, nonces=[])
    found = release.gate(asked=asked)
    assert {"debug-shown-locked", "lifecycle-shown-secured"} <= fired(found.gate)
    policy = release.policy("rules: {debug-shown-locked: {grade: 4}, lifecycle-shown-secured: {grade: 4}}")
    assert not {"debug-shown-locked", "lifecycle-shown-secured"} & release.fired(asked=asked, policy=policy)


def test_the_finding_about_debug_stands_at_its_declaration(release):
    release.exchange("eat.cbor", "flawed-debug-enabled.eat.cbor")
    found = release.gate()
    (finding,) = [f for f in found.gate.failures if f.rule == "debug-shown-locked"]
    assert finding.place.line == line_of(release.profile, "state: disabled-permanently")


def test_a_product_without_a_lifecycle_in_its_tokens_fails_until_the_policy_says_so(release):
    plug = PROFILES / "smart-plug" / "good.yaml"
    asked = request("smart-plug")
    assert "lifecycle-shown-secured" in fired(gated(plug, asked).gate)
    policy = release.policy("rules: {lifecycle-shown-secured: false}")
    assert "lifecycle-shown-secured" not in fired(gated(plug, asked, policy=policy).gate)


# --- artefacts --------------------------------------------------------------------------------------


def test_an_unsigned_kind_passes_only_where_the_policy_lists_it(release):
    release.leave_out("sn33.p7s").edit(("mud_url:", "mud_url:"))
    for file in (release.evidence / "sn33.p7s", release.folder / "anchors" / "network"):
        assert file.exists()
    found = release.gate()
    named = {f.rule for f in found.gate.failures if f.artefact == "evidence/sn33.json"}
    assert {"artefacts-authenticated", "artefacts-bound"} <= named
    listed = release.policy("rules: {artefacts-authenticated: {unsigned: [mud]}}")
    again = release.gate(policy=listed)
    about = {f.rule for f in again.gate.failures if f.artefact == "evidence/sn33.json"}
    assert not {"artefacts-authenticated", "artefacts-bound"} & about


def test_files_that_the_policy_ignores_are_overlooked(release, tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "token").write_bytes((release.evidence / "psa-token.cbor").read_bytes())
    (folder / "README.md").write_text("what is in here")
    assert release.fired(folder) == {"nothing-overlooked"}
    policy = release.policy("rules: {nothing-overlooked: {ignore: ['*.md']}}")
    assert not release.fired(folder, policy=policy)


def test_a_kind_that_is_required_has_to_be_there_and_vouched_for(release):
    policy = release.policy("rules: {required-artefacts: [[cca-token, ear], mud]}")
    assert not release.fired(policy=policy)
    (finding,) = only(release.leave_out("result.jwt").gate(policy=policy), "required-artefacts")
    assert "cca-token or ear" in finding.message


def test_a_finding_about_an_artefact_stands_where_the_profile_names_it(release):
    (release.evidence / "reference.corim").unlink()
    found = release.gate()
    (finding,) = [f for f in found.gate.failures if f.rule == "artefacts-readable"]
    assert finding.place.line == line_of(release.profile, "artefact: evidence/reference.corim")
    assert (finding.about, finding.artefact) == ("artefact-missing", "evidence/reference.corim")


# --- verdicts ---------------------------------------------------------------------------------------


def test_a_gate_requirement_that_is_not_satisfied_fails_at_its_line(release):
    release.edit(("execution_monitoring: true", "execution_monitoring: false"))
    (finding,) = only(release.gate(), "mandatory-satisfied")
    assert finding.requirement == "enisa-gp-tm/GP-TM-04"
    assert finding.place.line == line_of(release.profile, "execution_monitoring: false")


@pytest.mark.parametrize(
    ("wish", "passes"),
    [("L1", True), ("L2", False), ("L4", False), ("L0", True)],
)
def test_a_baseline_has_to_reach_its_level(release, wish, passes):
    policy = release.policy(f"rules: {{minimum-level: {{enisa-gp-tm: {wish}}}}}")
    assert release.fired(policy=policy) == (set() if passes else {"minimum-level"})


def test_a_level_of_a_baseline_that_is_not_assessed_is_not_reached(release):
    policy = release.policy("rules: {minimum-level: {nist-ir-8425: L0}}")
    (finding,) = only(release.gate(policy=policy), "minimum-level")
    assert "not assessed" in finding.message


@pytest.mark.parametrize(
    ("wish", "passes"),
    [
        ("GP-TM-03: verified", True),
        ("GP-TM-03: {at_least: verified, grade: 5}", True),
        ("GP-TM-04: declared", True),
        ("GP-TM-04: verified", False),
        ("GP-TM-04: {at_least: declared, grade: 4}", False),
    ],
)
def test_a_requirement_has_to_reach_its_verdict(release, wish, passes):
    policy = release.policy(f"rules: {{minimum-verdict: {{enisa-gp-tm/{wish}}}}}")
    assert release.fired(policy=policy) == (set() if passes else {"minimum-verdict"})


def test_what_does_not_apply_is_enough_only_where_the_policy_says_so(release, good):
    row = next(r for b in good.baselines for r in b.requirements if r.verdict == "not-applicable")
    name = next(f"{b.id}/{row.id}" for b in good.baselines if row in b.requirements)
    plain = release.policy(f"rules: {{minimum-verdict: {{{name}: partial}}}}")
    assert release.fired(policy=plain) == {"minimum-verdict"}
    lenient = f"{{{name}: {{at_least: partial, or_not_applicable: true}}}}"
    assert not release.fired(policy=release.policy(f"rules: {{minimum-verdict: {lenient}}}"))


def test_the_baselines_of_the_policy_have_to_be_assessed(release):
    assert release.fired(baselines=("nist-ir-8425",)) == {"baselines-assessed"}
    assert not release.fired(baselines=("enisa-gp-tm", "nist-ir-8259a"))


# --- pins -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pin", "passes"),
    [
        ("vendor: Example Sensing, model: SN-33, hardware_revision: B2", True),
        ("vendor_id: 5af0bfce-e667-5a61-8bee-49359fd1a32f", True),
        ("class_id: e3a2b2f4e6115a7c97d607966db937ba", True),
        ('oemid: "32473", hwmodel: "534e2d3333"', True),
        ("model: SN-34", False),
        ('hwmodel: "00"', False),
    ],
)
def test_the_product_has_to_be_the_pinned_one(release, pin, passes):
    policy = release.policy(f"rules: {{product-pinned: {{{pin}}}}}")
    assert release.fired(policy=policy) == (set() if passes else {"product-pinned"})


def test_an_identifier_that_is_not_declared_is_not_the_pinned_one(release):
    policy = release.policy('rules: {product-pinned: {hwmodel: "534e2d3333"}}')
    release.edit(('  hwmodel: "534e2d3333"', "  # "))
    assert "product-pinned" in release.fired(policy=policy)


def thumbprint(found, path):
    return next(a for a in found.artefacts if a.path == path).signatures[0].thumbprint


def test_signers_have_to_be_the_pinned_ones(release, good):
    one, other = (thumbprint(good, f"evidence/{n}") for n in ("update.suit", "app.signed.bin"))
    both = release.policy(f"rules: {{anchors-pinned: {{update: ['{one}', '{other}']}}}}")
    assert not release.fired(policy=both)
    alone = release.policy(f"rules: {{anchors-pinned: {{update: ['{one}']}}}}")
    (finding,) = only(release.gate(policy=alone), "anchors-pinned")
    assert finding.artefact == "evidence/app.signed.bin"


def test_the_certificate_that_a_chain_ends_in_can_be_pinned(release, good):
    anchor = next(a for a in good.anchors if a.purpose == "network" and a.source == "user")
    policy = release.policy(f"rules: {{anchors-pinned: {{network: ['{anchor.thumbprint}']}}}}")
    assert not release.fired(policy=policy)
    other = release.policy(f"rules: {{anchors-pinned: {{network: ['{'0' * 64}']}}}}")
    assert release.fired(policy=other) == {"anchors-pinned"}


def test_catalogues_can_be_pinned_by_edition_and_by_digest(release, good):
    row = good.baselines[0]
    pin = f"{{edition: '{row.edition}', sha256: '{row.catalogue_sha256}'}}"
    assert not release.fired(policy=release.policy(f"rules: {{catalogues-pinned: {{{row.id}: {pin}}}}}"))
    for wrong in ("{edition: '0'}", f"{{sha256: '{'0' * 64}'}}"):
        policy = release.policy(f"rules: {{catalogues-pinned: {{{row.id}: {wrong}}}}}")
        assert release.fired(policy=policy) == {"catalogues-pinned"}
    absent = release.policy("rules: {catalogues-pinned: {nist-ir-8425: {edition: '1'}}}")
    assert release.fired(policy=absent) == {"catalogues-pinned"}


def test_signatures_are_counted_by_their_keys(release):
    one = release.policy("rules: {signature-threshold: {suit-envelope: 1, psa-token: 1}}")
    assert not release.fired(policy=one)
    two = release.policy("rules: {signature-threshold: {suit-envelope: 2}}")
    (finding,) = only(release.gate(policy=two), "signature-threshold")
    assert "1 of the 2 signatures" in finding.message
    none = release.policy("rules: {signature-threshold: {cca-token: 1}}")
    assert release.fired(policy=none) == {"signature-threshold"}


def test_one_key_that_signs_twice_counts_once(release):
    import cbor2

    envelope = cbor2.loads((release.evidence / "update.suit").read_bytes())
    members = dict(envelope.value)
    wrapper = cbor2.loads(members[2])
    members[2] = cbor2.dumps([*wrapper, wrapper[1]])
    (release.evidence / "update.suit").write_bytes(cbor2.dumps(cbor2.CBORTag(envelope.tag, members)))
    policy = release.policy("rules: {signature-threshold: {suit-envelope: 2}}")
    found = release.gate(policy=policy)
    suit = next(a for a in found.artefacts if a.kind == "suit-envelope")
    assert [s.status for s in suit.signatures] == ["verified", "verified"]
    assert "signature-threshold" in fired(found.gate)


# --- time -------------------------------------------------------------------------------------------


def test_certificates_have_to_be_valid_for_some_time(release):
    assert not release.fired(policy=release.policy("rules: {certificates-outlast: 30d}"))
    long = release.policy("rules: {certificates-outlast: 99999w}")
    found = release.gate(policy=long)
    assert "certificates-outlast" in fired(found.gate)


def test_support_has_to_last(release):
    line = line_of(release.profile, "support")
    assert line
    policy = release.policy("rules: {support-lasts: 9999w}")
    (finding,) = only(release.gate(policy=policy), "support-lasts")
    assert finding.place.line > 1


def test_support_that_is_not_declared_does_not_last(release):
    import re

    text = release.profile.read_text()
    cut = re.sub(r"\n  until: [^\n]*", "", text)
    assert cut != text
    release.profile.write_text(cut)
    assert "support-lasts" in release.fired()


def test_evidence_has_to_be_recent_by_its_signed_time(release):
    week = release.policy("rules: {evidence-recent: {results: 7d, reference: 4w, network: 7d}}")
    found = release.gate(policy=week)
    named = {f.artefact for f in found.gate.failures}
    assert fired(found.gate) <= {"evidence-recent"}
    assert "evidence/reference.corim" in named, "it was made in September"
    assert "evidence/app.coswid" in named, "it says no time"
    assert "evidence/result.jwt" not in named


def test_a_token_that_answers_the_challenge_is_recent(release):
    policy = release.policy("rules: {evidence-recent: {attestation: 1s}}")
    assert "evidence/psa-token.cbor" not in {f.artefact for f in release.gate(policy=policy).gate.failures}
    asked = request("sensor-node", folder=release.folder, nonces=[])
    named = {f.artefact for f in release.gate(policy=policy, asked=asked).gate.failures
             if f.rule == "evidence-recent"}  # fmt: skip
    assert {"evidence/psa-token.cbor", "evidence/eat.cbor"} <= named


# --- the policy's anchors, and what is denied -------------------------------------------------------


def test_anchors_of_the_policy_are_worth_what_the_users_are(release):
    named = [
        AnchorSpec(file, file.parent.name, "policy")
        for file in sorted((release.folder / "anchors").rglob("*"))
        if file.is_file()
    ]
    asked = request("sensor-node", folder=release.folder, anchors=named)
    assert release.gate(asked=asked).gate.passed


def test_denied_firmware_fails_the_release(release):
    from iotassess.crosscheck.denylist import Denylist

    digest = Digest("sha-256", "fd68d40f7f685c445cea9c8cb48e313780099831e75690fb302e36af8df69db4")
    asked = request("sensor-node", folder=release.folder, denylist=Denylist({}, {digest: "withdrawn"}))
    assert "no-contradiction" in release.fired(asked=asked)


def test_every_finding_has_a_place_in_the_profile_and_a_fingerprint_of_its_own():
    flawed = PROFILES / "sensor-node" / "flawed.yaml"
    gate = gated(flawed, request("sensor-node")).gate
    lines = len(flawed.read_text().split("\n"))
    assert len(gate.findings) > 8
    assert all(1 <= f.place.line <= lines and f.place.column >= 1 for f in gate.findings)
    assert all("\n" not in f.message and f.message for f in gate.findings)
    keys = [(f.rule, f.fingerprint) for f in gate.findings]
    assert len(keys) == len(set(keys))


def test_a_will_without_a_policy_is_the_shipped_one():
    assert Will().policy.rules == Rules()
    assert (ROOT / "iotassess/policy/default.yaml").is_file()
    assert datetime.timedelta(0) == Rules().support_lasts
