"""The order of verdicts over random scenes: nothing that should not count ever raises one."""

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from iotassess.baseline.catalogue import Absence, Part, Requirement
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import Probe
from iotassess.crosscheck.pipeline import crosscheck
from iotassess.model.artefact import Role, Shown
from iotassess.model.claim import PRODUCT
from tests.crosscheck.scene import (
    APP,
    BAD,
    GOOD,
    PROPERTIES,
    declare,
    image,
    manifest,
    profile,
    signed,
    token,
)

DAY = datetime.date(2026, 11, 1)
GOOD_VALUES = {
    "boot.secure-boot": (True,),
    "debug.state": ("disabled-permanently",),
    "lifecycle": ("secured",),
    "update.authenticated": (True,),
}
BAD_VALUES = {
    "boot.secure-boot": False,
    "debug.state": "enabled",
    "lifecycle": "decommissioned",
    "update.authenticated": False,
}


def _probe(property):
    return Probe(
        property, f"{property}?", (property,), "evidence", "", {},
        lambda facts: facts.judge(property, GOOD_VALUES[property], weaker=("disabled",)),
    )  # fmt: skip


def _measured(facts):
    return facts.judge("component.measurement", (GOOD,), subject=APP)


KNOWN = {
    **{p: _probe(p) for p in GOOD_VALUES},
    "measured": Probe("measured", "?", ("component.measurement",), "evidence", "", {}, _measured),
}
ROWS = [
    *[
        Requirement(p, p, p, "", "", "measure", True, False, (Part("probe", p),), Absence("never"), (), "")
        for p in KNOWN
    ],
    Requirement(
        "all", "", "", "", "", "measure", True, False,
        tuple(Part("probe", p) for p in KNOWN), Absence("never"), (), "",
    ),
    Requirement(
        "any", "", "", "", "", "measure", True, False,
        (Part("any_of", arms=tuple(Part("probe", p) for p in KNOWN)),), Absence("never"), (), "",
    ),
]  # fmt: skip


def verdicts(declared, artefacts):
    checked = crosscheck(declared, [], artefacts, PROPERTIES, example=False)
    evaluator = Evaluator(Facts(checked.table, DAY), checked.discrepancies, KNOWN)
    return {row.id: evaluator.requirement(row) for row in ROWS}, checked


properties = st.sampled_from(sorted(GOOD_VALUES))
statements = st.builds(
    lambda p, good, covered: Shown(PRODUCT, p, GOOD_VALUES[p][0] if good else BAD_VALUES[p], p, covered),
    properties,
    st.booleans(),
    st.booleans(),
)
sources = st.sampled_from(["user", "policy", "profile", "artefact", None])
purposes = st.sampled_from(["update", "attestation", "identity", None])
signatures = st.builds(
    signed, purposes, sources, test_key=st.sampled_from([None, None, None, "published", "own"])
)
authenticities = st.sampled_from(
    ["authenticated", "authenticated", "intact", "unverified", "failed", "unsigned"]
)


@st.composite
def artefacts(draw, path):
    make = draw(st.sampled_from([manifest, token]))
    fields = {
        "path": path,
        "authenticity": draw(authenticities),
        "signatures": tuple(draw(st.lists(signatures, max_size=2))),
        "wellformed": draw(st.sampled_from([True, True, True, False])),
        "digest": draw(st.sampled_from([GOOD, GOOD, BAD])),
        "role": draw(st.sampled_from([None, Role("artefact", None, 5)])),
    }
    if make is token:
        fields["fresh"] = draw(st.sampled_from([None, "nonce", "time"]))
        fields["implementation"] = draw(st.sampled_from(["33" * 32, "33" * 32, "99" * 32]))
        fields["device"] = draw(st.sampled_from(["01aa", "01bb", ""]))
    return make(*draw(st.lists(statements, max_size=3)), **fields)


declarations = st.lists(
    st.builds(
        lambda p, good: declare(p, GOOD_VALUES[p][0] if good else BAD_VALUES[p]), properties, st.booleans()
    ),
    max_size=4,
    unique_by=lambda c: c.property,
)


@st.composite
def scenes(draw):
    declared = profile(*draw(declarations))
    found = [draw(artefacts(f"a{i}.bin")) for i in range(draw(st.integers(0, 3)))]
    return declared, found


def is_authenticated(artefact):
    return artefact.authenticity == "authenticated" and any(
        s.status == "verified"
        and s.anchor_source in ("user", "policy")
        and s.anchor_purpose == artefact.purpose
        and s.test_key is None
        for s in artefact.signatures
    )  # fmt: skip


@given(scenes(), artefacts("more.bin"))
def test_an_artefact_that_the_users_anchor_does_not_authenticate_never_makes_verified(scene, more):
    declared, found = scene
    if is_authenticated(more):
        more = replace(more, signatures=(), authenticity="unverified")
    before, _ = verdicts(declared, found)
    after, _ = verdicts(declared, [*found, more])
    for id, result in after.items():
        assert result.verdict != "verified" or before[id].verdict == "verified"


@given(scenes(), artefacts("more.bin"))
def test_an_artefact_of_another_product_never_raises_a_verdict_or_a_grade(scene, more):
    declared, found = scene
    foreign = [
        Shown(s.subject, s.property, "ee" * 32, s.path) if "-id" in s.property else s for s in more.shown
    ]
    before, _ = verdicts(declared, found)
    after, _ = verdicts(declared, [*found, replace(more, shown=tuple(foreign))])
    for id, result in after.items():
        assert result.verdict != "verified" or before[id].verdict == "verified"
        assert result.grade <= before[id].grade or result.verdict != before[id].verdict


@given(scenes())
def test_silence_raises_nothing(scene):
    declared, found = scene
    before, _ = verdicts(declared, found)
    mute = replace(manifest(path="mute.bin"), shown=())
    after, _ = verdicts(declared, [*found, mute])
    assert {id: r.verdict for id, r in after.items()} == {id: r.verdict for id, r in before.items()}


@given(scenes(), st.data())
def test_a_good_statement_that_is_withdrawn_raises_nothing(scene, data):
    declared, found = scene
    good = [c for c in declared if c.property in GOOD_VALUES and c.value in GOOD_VALUES[c.property]]
    if not good:
        return
    gone = data.draw(st.sampled_from(good))
    before, _ = verdicts(declared, found)
    after, _ = verdicts([c for c in declared if c is not gone], found)
    for id, result in after.items():
        assert result.verdict != "verified" or before[id].verdict in ("verified", "contradicted", "partial")


@given(scenes())
def test_the_fewer_anchors_the_lower_or_equal_every_grade(scene):
    declared, found = scene
    fewer = [
        replace(
            a,
            signatures=tuple(s._replace(status="no-key", anchor_source=None) for s in a.signatures),
            authenticity="unverified" if a.authenticity in ("authenticated", "intact") else a.authenticity,
        )
        for a in found
    ]
    _, more = verdicts(declared, found)
    after, less = verdicts(declared, fewer)
    for rich, poor in zip(more.artefacts, less.artefacts, strict=True):
        assert poor.grade <= rich.grade
    assert "verified" not in {result.verdict for result in after.values()}


@given(scenes(), properties)
def test_an_authentic_contradiction_always_shows(scene, property):
    declared, found = scene
    declared = [c for c in declared if c.property != property]
    declared.append(declare(property, GOOD_VALUES[property][0]))
    liar = token(Shown(PRODUCT, property, BAD_VALUES[property], property), path="liar.bin",
                 signatures=(signed("attestation"),))  # fmt: skip
    after, checked = verdicts(declared, [*found, liar])
    assert after[property].verdict == "contradicted"
    assert after["all"].verdict == "contradicted"
    assert after["any"].verdict == "contradicted"
    assert any(d.severity == "error" and property in d.properties for d in checked.discrepancies)


@given(scenes())
def test_an_observed_contradiction_always_shows(scene):
    declared, found = scene
    _, checked = verdicts(declared, [*found, image(BAD)])
    assert any(d.id == "image-digest-mismatch" and d.severity == "error" for d in checked.discrepancies)


@given(scenes())
def test_verified_always_rests_on_an_anchor_that_the_user_named_for_the_purpose(scene):
    declared, found = scene
    results, _ = verdicts(declared, found)
    vouched = {a.path for a in found if is_authenticated(a) and a.wellformed}
    for result in results.values():
        if result.verdict == "verified":
            proof = {c.source.artefact for p in result.parts for c in p.claims if c.grade >= 4}
            assert proof
            assert proof <= vouched
