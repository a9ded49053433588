"""Next steps are true: whoever takes them sees the verdict rise."""

import datetime
from dataclasses import replace
from types import SimpleNamespace

import pytest

from iotassess.baseline.beyond import LADDERS, further, ladder
from iotassess.baseline.catalogue import Absence, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.loader import SHIPPED, load_catalogue
from iotassess.baseline.next_steps import next_rise, rises
from iotassess.baseline.raising import MAKERS_WORD, why_not_authenticated
from iotassess.baseline.registry import probes
from iotassess.baseline.steps import Situation
from iotassess.baseline.technologies import load_technologies
from iotassess.cli.explain_steps import known
from iotassess.crosscheck.pipeline import crosscheck
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.artefact import Problem, Shown
from iotassess.model.assessment import PartResult, RequirementResult
from iotassess.model.claim import PRODUCT, Claim, Source
from iotassess.model.profile.leaves import all_properties
from tests.crosscheck.scene import artefact, declare, profile, signed, token

DAY = datetime.date(2026, 11, 1)
GOOD = {
    "debug.state": "disabled-permanently",
    "lifecycle": "secured",
    "boot.secure-boot": True,
    "boot.enforced": True,
    "process.security-audit": True,
    "software.sideloading": "impossible",
}
RUNGS = ("contradicted", "not-satisfied", "not-assessed", "partial", "declared", "verified")


def ask(id, **more):
    return Part("probe", id, **more)


def one_of(*arms):
    return Part("any_of", arms=tuple(ask(a) if isinstance(a, str) else a for a in arms))


def all_of(*arms):
    return Part("all_of", arms=tuple(ask(a) if isinstance(a, str) else a for a in arms))


def row(*parts, absence=None, **more):
    listed = tuple(ask(p) if isinstance(p, str) else p for p in parts)
    return Requirement(
        "R-1", "t", "s", "c", "1", "measure", False, more.pop("attestation", False), listed,
        absence or Absence("never"), (), "do it", **more,
    )  # fmt: skip


def judge(requirement, claims, discrepancies=()):
    facts = Facts(ClaimTable(claims, all_properties()), DAY)
    return Evaluator(facts, discrepancies, probes()).requirement(requirement)


def situation(artefacts=(), discrepancies=()):
    return Situation(known(), SimpleNamespace(artefacts=artefacts, discrepancies=discrepancies))


def shown(property, grade=4, value=None):
    source = Source("psa-token.bin", property)
    return Claim(PRODUCT, property, GOOD[property] if value is None else value, grade, source)


def height(result):
    return RUNGS.index(result.verdict), result.grade


def properties_at(leaf):
    return [id for id, places in known().places.items() if leaf in places]


def flat(step):
    return [one for arm in step.steps for one in flat(arm)] if step.steps else [step]


def take(step, claims):
    """Do what a step says, on claims instead of files."""
    if step.steps:
        steps = step.steps[:1] if step.probe == "any_of" else step.steps
        for arm in steps:
            claims = take(arm, claims)
        return claims
    wanted = {id for leaf in step.leaves for id in properties_at(leaf)}
    if step.action in ("declare", "correct"):
        rest = [c for c in claims if c.property not in wanted]
        return [*rest, *(declare(id, GOOD[id]) for id in sorted(wanted))]
    if step.action == "document":
        ids = [properties_at(f"{leaf.removesuffix('.document')}.done")[0] for leaf in step.leaves]
        dated = [(f"{id}.document-date", DAY.isoformat()) for id in ids]
        paper = Source("audit.md", "x")
        return [
            *claims,
            *(Claim(PRODUCT, id, v, 1, paper) for id, v in [*((id, True) for id in ids), *dated]),
        ]
    if step.action == "supply":
        reads = [id for name in step.probe.split(", ") for id in probes()[name].reads]
        assert step.kinds
        return [*claims, *(shown(id) for id in reads if set(all_properties()[id].shown_by) & set(step.kinds))]
    to = {"authenticate": 4, "refresh": 5}[step.action]
    return [c._replace(grade=to) if c.grade == to - 1 and c.source.artefact else c for c in claims]


def climb(requirement, claims):
    """Take all steps of one rung after the other; each has to rise. Gives the last result and its note."""
    heights = []
    while True:
        result = judge(requirement, claims)
        heights.append(height(result))
        assert heights == sorted(set(heights)), "each rung is higher than the one before"
        rise = next_rise(requirement, result, situation())
        if not rise.then:
            return result, rise, len(heights) - 1
        for step in rise.steps[:1] if rise.needs == "any" else rise.steps:
            claims = take(step, claims)


# --- the way up ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requirement", "verdict", "grade", "rungs"),
    [
        (row("debug-locked"), "verified", 4, 2),
        (row("secure-boot-on", attestation=True), "verified", 5, 3),
        (row("secure-boot-on", "debug-locked", attestation=True), "verified", 5, 4),
        (row("security-audited"), "declared", 1, 2),
        (row("sideloading-controlled"), "declared", 0, 1),
        (row("sideloading-controlled", "secure-boot-on"), "declared", 0, 2),
        (row(one_of("debug-locked", "sideloading-controlled")), "verified", 4, 2),
        (row(all_of("debug-locked", "secure-boot-on")), "verified", 4, 2),
        (row(all_of("debug-locked", "secure-boot-enforced")), "declared", 0, 1),
        (row("security-audited", process=True), "declared", 1, 2),
        (row(ask("secure-boot-on", min_grade=4)), "verified", 4, 2),
    ],
)
def test_from_silence_each_step_lifts_the_verdict_until_nothing_can(requirement, verdict, grade, rungs):
    result, rise, taken = climb(requirement, [])
    assert (result.verdict, result.grade, taken) == (verdict, grade, rungs)
    assert rise.note


def test_evidence_that_only_the_profiles_anchor_vouches_for_is_lifted_by_naming_it():
    requirement = row("debug-locked")
    claims = [declare("debug.state", GOOD["debug.state"]), shown("debug.state", 3)]
    vouched = token(path="psa-token.bin", signatures=(signed("attestation", "profile"),), grade=3)
    rise = next_rise(requirement, judge(requirement, claims), situation([vouched]))
    (step,) = rise.steps
    assert (rise.now, rise.then, step.action) == ("declared at grade 3", "verified", "authenticate")
    assert "-t attestation=FILE" in step.text
    assert judge(requirement, take(step, claims)).verdict == "verified"


def test_what_is_declared_badly_is_named_with_what_is_asked():
    requirement = row("secure-boot-on", "debug-locked")
    claims = [declare("boot.secure-boot", False), declare("debug.state", GOOD["debug.state"])]
    result = judge(requirement, claims)
    rise = next_rise(requirement, result, situation())
    (step,) = rise.steps
    assert (result.verdict, step.action, step.leaves) == ("not-satisfied", "correct", ("boot.secure-boot",))
    assert "met by yes" in step.text
    fixed = [declare("boot.secure-boot", True), *claims[1:]]
    assert height(judge(requirement, fixed)) > height(result)


def test_evidence_of_the_bad_state_has_to_be_replaced():
    requirement = row("secure-boot-on")
    result = judge(requirement, [shown("boot.secure-boot", 4, False)])
    (step,) = next_rise(requirement, result, situation()).steps
    assert "replace psa-token.bin by evidence of the changed product" in step.text
    assert step.leaves == ("boot.secure_boot",)


def test_a_part_that_is_half_answered_asks_for_the_rest():
    requirement = row(all_of("secure-boot-on", "debug-locked"))
    claims = [declare("boot.secure-boot", True)]
    result = judge(requirement, claims)
    assert result.verdict == "partial"
    (step,) = next_rise(requirement, result, situation()).steps
    assert (step.action, step.leaves) == ("declare", ("debug.state", "lifecycle"))
    assert judge(requirement, take(step, claims)).verdict == "declared"


def test_with_alternatives_only_those_that_could_answer_are_steps():
    requirement = row(one_of("secure-boot-on", all_of("boot-measured", "debug-locked")))
    (step,) = next_rise(requirement, judge(requirement, []), situation()).steps
    assert (step.probe, len(step.steps)) == ("any_of", 2)
    assert [leaf for s in flat(step) for leaf in s.leaves] == [
        "boot.secure_boot", "boot.measured", "debug.state", "lifecycle",
    ]  # fmt: skip


def test_paper_where_evidence_could_answer_is_lifted_by_evidence():
    requirement = row(one_of("secure-boot-on", "sideloading-controlled"))
    claims = [declare("software.sideloading", "impossible")]
    result = judge(requirement, claims)
    (step,) = next_rise(requirement, result, situation()).steps
    assert (result.verdict, step.action, step.probe) == ("declared", "supply", "secure-boot-on")
    assert judge(requirement, take(step, claims)).verdict == "verified"


def test_an_old_document_is_to_be_replaced_by_a_newer_one():
    requirement = row("security-audited")
    paper = Source("audit.md", "x")
    old = [
        declare("process.security-audit", True),
        Claim(PRODUCT, "process.security-audit", True, 1, paper),
        Claim(PRODUCT, "process.security-audit.document-date", "2020-01-01", 1, paper),
    ]
    result = judge(requirement, old)
    (step,) = next_rise(requirement, result, situation()).steps
    assert (result.grade, step.action) == (0, "document")
    assert step.text.startswith("name a newer document in process.security_audit.document")
    assert judge(requirement, take(step, old)).grade == 1


def test_a_device_that_is_silent_holds_the_grade_down():
    part = PartResult(
        "debug-locked", "met", "evidence", 0, "x", (shown("debug.state", 4)._replace(device="01"),)
    )
    result = RequirementResult(
        "R-1", "t", "s", "c", "measure", False, False, "declared", 0, ("x",), (part,), (), "do it"
    )
    (step,) = next_rise(row("debug-locked"), result, situation()).steps
    assert (step.action, step.anchors) == ("supply", ("attestation",))
    assert "every device" in step.text
    alone = replace(part, claims=(shown("debug.state", 4),))
    rise = next_rise(row("debug-locked"), replace(result, parts=(alone,)), situation())
    assert (rise.then, rise.steps) == ("", ())
    assert "part of it can only be declared" in rise.note


# --- where nothing lifts it ---------------------------------------------------------------------


def test_what_nobody_can_check_has_no_step():
    requirement = replace(row(), not_checkable="it is about people")
    rise = next_rise(requirement, judge(requirement, []), situation())
    assert (rise.then, rise.steps) == ("", ())
    assert "it is about people" in rise.note
    assert "it is about people" in rises(requirement, situation())[0].note


def test_a_part_that_only_the_maker_can_speak_of_keeps_the_verdict_and_says_so():
    requirement = row("sideloading-controlled", "secure-boot-on")
    claims = [declare("software.sideloading", "impossible"), declare("boot.secure-boot", True)]
    rise = next_rise(requirement, judge(requirement, claims), situation())
    assert rise.then == ""
    assert f"{MAKERS_WORD} (sideloading-controlled)" in rise.note
    assert [step.probe for step in rise.steps] == ["secure-boot-on"]
    assert "counts towards a level" in rise.note


def test_an_inapplicable_requirement_has_nothing_to_do_and_says_what_would_make_it_apply():
    absence = Absence("our-convention", ask("passwords-absent"), "why")
    requirement = row("debug-locked", absence=absence)
    result = judge(requirement, [declare("auth.passwords.used", False)])
    rise = next_rise(requirement, result, situation())
    assert (result.verdict, rise.then, rise.steps) == ("not-applicable", "", ())
    assert "nothing to do; it would apply if" in rise.note
    assert "auth.passwords.used" in rise.note


def test_parts_that_do_not_arise_tell_what_they_hang_on():
    requirement = row("debug-locked", absence=Absence("our-convention", None, "why"))
    gone = PartResult("debug-locked", "not-applicable", "evidence", 0, "no debug port")
    result = replace(judge(requirement, []), verdict="not-applicable", parts=(gone,))
    assert "debug.state" in next_rise(requirement, result, situation()).note


def test_proof_of_what_is_no_state_of_a_device_cannot_be_fresher():
    requirement = row("update-manifest-authenticated", attestation=True)
    part = PartResult("update-manifest-authenticated", "met", "evidence", 4, "x")
    result = replace(judge(requirement, []), verdict="verified", grade=4, parts=(part,))
    rise = next_rise(requirement, result, situation())
    assert (rise.then, rise.steps) == ("", ())
    assert "not all of it can be fresh" in rise.note
    plain = replace(requirement, attestation=False)
    assert next_rise(plain, result, situation()).note == "nothing to do: it is proven"


def test_documented_is_as_high_as_a_practice_gets():
    requirement = row("security-audited")
    claims = [Claim(PRODUCT, "process.security-audit", True, 1, Source("a.md", "x"))]
    claims.append(
        Claim(PRODUCT, "process.security-audit.document-date", "2026-10-01", 1, Source("a.md", "x"))
    )
    result = judge(requirement, claims)
    assert (result.verdict, result.grade) == ("declared", 1)
    assert "a document is worth no more" in next_rise(requirement, result, situation()).note


# --- reasons, contradictions, doubts ------------------------------------------------------------


def test_missing_reasons_are_asked_for_and_open_rows_come_first():
    requirement = row(Part("justified", forces=("recommended",)))
    other = replace(judge(row("secure-boot-on"), []), id="R-2", force="recommended")
    evaluator = Evaluator(Facts(ClaimTable([], all_properties()), DAY), (), probes())
    lacking = evaluator.requirement(requirement, "b", [replace(other, verdict="partial")])
    (step,) = next_rise(requirement, lacking, situation()).steps
    assert (step.action, step.leaves[0]) == ("justify", "justifications")
    assert "R-2" in step.text
    silent = evaluator.requirement(requirement, "b", [other])
    (step,) = next_rise(requirement, silent, situation()).steps
    assert "answer those requirements first" in step.text
    none = evaluator.requirement(requirement, "b", [])
    assert next_rise(requirement, none, situation()).then == ""


def contradicted(grade):
    declared = profile(declare("debug.state", "disabled-permanently"))
    source = "user" if grade == 4 else "profile"
    liar = token(
        Shown(PRODUCT, "debug.state", "enabled", "dbgstat"),
        path="liar.bin", signatures=(signed("attestation", source),),
        authenticity="authenticated" if grade == 4 else "intact",
    )  # fmt: skip
    checked = crosscheck(declared, [], [liar], all_properties(), example=False)
    facts = Facts(checked.table, DAY)
    requirement = row("debug-locked")
    result = Evaluator(facts, checked.discrepancies, probes()).requirement(requirement)
    return requirement, result, checked


def test_a_contradiction_is_settled_by_what_its_message_says():
    requirement, result, checked = contradicted(4)
    rise = next_rise(requirement, result, situation(checked.artefacts, checked.discrepancies))
    (step,) = rise.steps
    assert (rise.now, step.action, step.probe) == ("contradicted", "resolve", "debug-contradiction")
    assert step.leaves == ("debug.state",)
    assert "correct the declaration" in step.text
    (alone,) = next_rise(requirement, result, Situation(known())).steps
    assert "debug-contradiction" in alone.text


def test_a_doubt_is_settled_too():
    requirement, result, checked = contradicted(3)
    assert result.verdict in ("partial", "not-satisfied")
    doubtful = replace(result, verdict="partial")
    rise = next_rise(requirement, doubtful, situation(checked.artefacts, checked.discrepancies))
    assert "debug-contradiction" in {step.probe for step in rise.steps}


def test_a_doubt_without_a_discrepancy_names_the_part():
    part = PartResult("debug-locked", "met", "evidence", 0, "the debug state is locked", disputed=True)
    result = replace(judge(row("debug-locked"), []), verdict="partial", parts=(part,))
    (step,) = next_rise(row("debug-locked"), result, situation()).steps
    assert (step.action, step.probe) == ("resolve", "debug-locked")


def test_an_artefact_that_nothing_vouches_for_is_no_answer_and_says_why():
    requirement = row("debug-locked")
    unsigned = token(path="psa-token.bin", signatures=(), authenticity="unsigned", binding="bound", grade=2)
    result = judge(requirement, [shown("debug.state", 2)])
    (step,) = next_rise(requirement, result, situation([unsigned])).steps
    assert (result.verdict, step.action) == ("not-assessed", "declare")
    assert "psa-token.bin says something, but it is not signed" in step.text
    declared = [declare("debug.state", GOOD["debug.state"]), shown("debug.state", 2)]
    (step,) = next_rise(requirement, judge(requirement, declared), situation([unsigned])).steps
    assert (step.action, step.anchors) == ("repair", ("attestation",))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"grade": 3}, "name it yourself: -t attestation=FILE"),
        ({"wellformed": False}, "malformed"),
        ({"binding": "other"}, "another product or version"),
        ({"binding": "unknown"}, "not bound"),
        ({"problems": (Problem("eat-expired", "error", "x"),)}, "not valid at this moment"),
        ({"authenticity": "unsigned"}, "not signed"),
        ({"authenticity": "failed"}, "is wrong"),
        ({"authenticity": "unverified"}, "no key for its signature was supplied"),
        ({"signatures": (signed("attestation", test_key="published"),)}, "published test key"),
        ({}, "not under its signature"),
    ],
)
def test_why_an_artefact_has_less_than_grade_4_follows_the_order_of_grading(fields, told):
    found = token(**{"binding": "bound", "grade": 2, **fields})
    assert told in why_not_authenticated(found)


def test_an_image_is_vouched_for_by_a_manifest():
    image = artefact("firmware-image", None, [], binding="bound", grade=2, authenticity="unsigned")
    assert "signed manifest" in why_not_authenticated(image)


def test_contradicted_words_about_a_feature_are_settled_without_a_part():
    requirement = row("debug-locked")
    found = contradicted(4)[2].discrepancies
    result = replace(
        judge(requirement, [declare("debug.state", "disabled-permanently")]),
        verdict="contradicted",
        discrepancies=tuple(d.fingerprint for d in found),
    )
    assert next_rise(requirement, result, situation((), found)).steps


def test_a_doubt_beside_a_part_that_cannot_be_answered_stays():
    gone = PartResult("secure-boot-on", "weaker", "document", 0, "x, at grade 0 where 1 is asked")
    result = replace(judge(row("debug-locked"), []), verdict="partial", parts=(gone,))
    rise = next_rise(row("debug-locked"), result, situation())
    assert (rise.then, rise.steps) == ("", ())
    assert MAKERS_WORD in rise.note


# --- without a profile --------------------------------------------------------------------------


def test_without_a_profile_the_whole_way_is_told():
    ways = rises(row("secure-boot-on", attestation=True), situation())
    assert [way.then for way in ways] == ["declared", "verified", "verified at grade 5"]
    assert ways[0].steps[0].leaves == ("boot.secure_boot",)
    assert "-t attestation=FILE" in ways[1].steps[0].text
    assert "--nonce" in ways[2].steps[0].text


def test_without_a_profile_it_is_told_that_a_row_is_never_verified_and_why():
    ways = rises(row("secure-boot-on", "sideloading-controlled"), situation())
    assert ways[1].then == "declared at a higher grade"
    assert ways[1].note == f"it is never verified: {MAKERS_WORD} (sideloading-controlled)"
    ways = rises(row("security-audited"), situation())
    assert (ways[1].steps[0].action, ways[1].note[:20]) == ("document", "it is never verified")
    ways = rises(row(Part("justified", forces=("recommended",))), situation())
    assert (ways[0].steps[0].action, ways[1].then) == ("justify", "")


def test_every_requirement_of_every_baseline_has_its_next_steps():
    for name in SHIPPED:
        for requirement in load_catalogue(name).requirements:
            ways = rises(requirement, situation())
            assert ways
            result = judge(replace(requirement, absence=Absence("never")), [])
            rise = next_rise(requirement, result, situation())
            assert rise.steps or rise.note, requirement.id
            for step in (s for way in (*ways, rise) for top in way.steps for s in flat(top)):
                assert step.text, (requirement.id, step)
                assert step.action != "declare" or step.leaves


def test_silence_is_lifted_in_every_row_that_can_be_checked():
    """Where a row is not assessed, its steps name profile leaves that exist."""
    places = {place for found in known().places.values() for place in found}
    for requirement in load_catalogue("enisa-gp-tm").requirements:
        rise = next_rise(requirement, judge(requirement, []), situation())
        if rise.now == "not-assessed":
            assert rise.then.startswith(("partial", "declared"))
            assert {leaf for top in rise.steps for s in flat(top) for leaf in s.leaves} <= places


# --- beyond the baseline ------------------------------------------------------------------------


def test_each_rung_of_a_ladder_is_an_arm_of_its_requirement_and_a_technology():
    rows = {r.id: r for r in load_catalogue("enisa-gp-tm").requirements}
    for id, rungs in LADDERS.items():
        arms = [arm for part in rows[id].parts if part.join == "any_of" for arm in part.arms]
        for rung in rungs:
            assert rung.technology in load_technologies()
            assert any(rung.probe in arm.probes() for arm in arms)


def test_a_ladder_tells_where_a_profile_stands():
    requirement = next(r for r in load_catalogue("enisa-gp-tm").requirements if r.id == "GP-TM-03")
    assert [s.reached for s in ladder(requirement, None)] == [None, None, None]
    result = judge(requirement, [shown("boot.secure-boot", 4)])
    first, second, third = ladder(requirement, result)
    assert (first.rung.technology, first.reached, first.grade) == ("secure-boot", True, 4)
    assert (second.rung.technology, second.reached) == ("tpm-measured-boot", False)
    assert (third.rung.technology, third.reached) == ("rats-eat", False)
    assert second.because
    assert ladder(row("secure-boot-on"), None) == ()


def test_what_goes_further_starts_from_what_is_in_use():
    requirement = replace(row("secure-boot-on"), technologies=("secure-boot", "no-such-technology"))
    table = load_technologies()
    found = {step.technology: step.after for step in further(requirement, table)}
    assert "tpm-measured-boot" in found
    assert all(name == "secure-boot" for after in found.values() for name, _ in after)
    used = further(requirement, table, ["tpm-measured-boot", "secure-boot"])
    assert "tpm-measured-boot" not in {step.technology for step in used}
    assert used
