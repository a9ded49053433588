"""The boot chain: how far from the hardware a stage is, and how far artefacts show it."""

import pytest

from iotassess.model.claim import Claim, Digest, Source, Subject
from iotassess.model.picture import BootStage, Picture, Relation, Shown
from iotassess.report.html.anchors import Anchors
from iotassess.report.html.chain import steps

DIGEST = Digest("sha-256", "ab" * 32)
APP = Subject("component", "app")


def stage(name, verifier, component=""):
    said = {"verified-by": verifier} if verifier else {}
    subject = Subject("boot-stage", name)
    claims = {
        key: Claim(subject, f"boot-stage.{key}", value, 0, Source(None, key, 1))
        for key, value in said.items()
    }
    return BootStage(name, component, claims)


def drawn(*stages, relations=()):
    return steps(Picture(tuple(relations), stages, (), {}), Anchors())


def names(found):
    return [[stage.name for stage in step.stages] for step in found]


def test_stages_stand_behind_those_that_verify_them():
    chain = (stage("app", "bl2"), stage("bl1", "hardware"), stage("bl2", "bl1"), stage("tee", "bl2"))
    assert names(drawn(*chain)) == [["bl1"], ["bl2"], ["app", "tee"]]


@pytest.mark.parametrize(
    "chain",
    [
        (stage("a", "a"),),
        (stage("a", "b"), stage("b", "a")),
        (stage("a", "nobody known"),),
        (stage("a", ""),),
        tuple(stage(str(number), str(number - 1)) for number in range(300)),
    ],
    ids=["itself", "a circle", "an unknown one", "silence", "a long one"],
)
def test_every_stage_is_drawn_once_whoever_verifies_it(chain):
    found = [name for step in names(drawn(*chain)) for name in step]
    assert sorted(found) == sorted(one.name for one in chain)


def proof(standing, grade, property="component.digest", artefact="a.suit", **more):
    return Shown(Claim(APP, property, DIGEST, grade, Source(artefact, "x"), **more), standing)


def state(*shown, family="component.digest", declared=True):
    said = Claim(APP, family, DIGEST, 0, Source(None, "components[0].digest", 5))
    relation = Relation(APP, family, (said,) if declared else (), shown)
    ((one,),) = [step.stages for step in drawn(stage("app", "hardware", "app"), relations=[relation])]
    return one.state


def test_nothing_but_the_profile_is_a_claim():
    assert state() == "claimed"
    ((other,),) = [step.stages for step in drawn(stage("app", "hardware"))]
    assert other.state == "claimed"


def test_only_authenticated_evidence_proves_a_digest():
    assert state(proof("agrees", 4)) == "proven"
    assert state(proof("agrees", 3)) == "shown"


@pytest.mark.parametrize("standing", ["weaker", "foreign", "not-compared", "alternative"])
def test_what_does_not_agree_proves_nothing(standing):
    assert state(proof(standing, 5)) == "claimed"


def test_a_digest_that_nobody_declares_is_not_proven():
    assert state(proof("agrees", 5), declared=False) == "claimed"


def test_a_reference_value_alone_proves_nothing_of_the_release():
    assert state(proof("agrees", 4, "component.reference")) == "claimed"
    assert state(proof("agrees", 4, "component.reference"), proof("agrees", 3)) == "shown"


def test_a_version_that_agrees_proves_no_digest():
    assert state(proof("agrees", 5), family="component.version") == "claimed"


def test_a_disagreement_comes_before_any_proof():
    assert state(proof("agrees", 5), proof("disagrees", 4)) == "contradicted"
    assert state(proof("agrees", 5), proof("disagrees", 2, observed=True)) == "contradicted"
    assert state(proof("agrees", 5), proof("disagrees", 2)) == "doubted"


def test_digests_by_several_algorithms_are_one_line():
    several = (proof("not-compared", 4), proof("agrees", 4), proof("agrees", 5, "component.measurement"))
    relation = Relation(APP, "component.digest", (), several)
    ((one,),) = [step.stages for step in drawn(stage("app", "hardware", "app"), relations=[relation])]
    assert [(p.role, p.standing) for p in one.proofs] == [
        ("signed update", "agrees"),
        ("measured by", "agrees"),
    ]
