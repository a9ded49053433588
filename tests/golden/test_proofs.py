"""What the artefacts of the good twins prove, written by hand from the standard and the artefacts.

Few is right. A requirement is verified only if each of its parts is shown by an artefact that an anchor of
the user's authenticates and that is bound to the product; most of ENISA's measures bundle such a part with
others that only a document, or nobody but the maker, can answer.

GP-TM-03 asks that the boot environment is trusted before anything else is. The sensor node's token
attests to it: it is about this implementation, its lifecycle is secured, and each of the three components
measures as released (the manifest gives the same digests). The plug measures no digests, so that what remains
is trust by construction: its token says that only the maker's software boots (oemboot) and that debug is off
permanently.

What keeps the near misses from being verified:

- GP-TM-04 code signing is shown, run-time protection is only declared
- GP-TM-05 signed updates are shown, the absence of another way to load software is only declared
- GP-TM-18 the signed, encrypted update over https is shown, the security of the server is only declared
- GP-TM-33 locked debug is shown, that no needless port exists is only declared
- GP-TM-34 the algorithms seen are strong, those not seen are only declared
- GP-TM-42 attestation is fresh, the validation of peers is only declared
"""

from pathlib import Path

import pytest

from iotassess.assess import assess
from iotassess.baseline.loader import load_catalogue
from iotassess.cli.options import parse_as_of
from iotassess.evidence.trust import parse_anchor_spec
from iotassess.evidence.verification import parse_nonce
from iotassess.intake import Request
from iotassess.profile import load_profile

PROFILES = Path(__file__).parents[2] / "profiles"

PROOFS = {
    "sensor-node": {
        "GP-TM-03": {
            ("evidence/psa-token.cbor", "component.measurement"),
            ("evidence/psa-token.cbor", "attestation.supported"),
            ("evidence/psa-token.cbor", "attestation.measures-software"),
            ("evidence/psa-token.cbor", "lifecycle"),
            ("evidence/eat.cbor", "debug.state"),
        },
    },
    "smart-plug": {
        "GP-TM-03": {
            ("evidence/eat.cbor", "boot.secure-boot"),
            ("evidence/eat.cbor", "debug.state"),
        },
    },
}

ELSEWHERE = {
    "etsi-en-303-645@3.1.3": {
        "5.3-9": ("evidence/update.suit", "update.authenticated"),
        "5.3-10": ("evidence/update.suit", "update.authenticated"),
        "5.6-4A": ("evidence/eat.cbor", "debug.state"),
        "5.7-1": ("evidence/eat.cbor", "boot.secure-boot"),
    },
    "nist-ir-8259a": {"8259A-CS-1": ("evidence/eat.cbor", "attestation.supported")},
}
"""What the artefacts of either good twin verify in the other default baselines, and a claim that shows it.

Each asks for one thing that a manifest or a token says (signed updates, closed debug, verified boot, evidence
of the state), and for nothing besides.
"""

DOCUMENT_ONLY = {f"GP-TM-{n:02}" for n in (10, 11, 12, 13, 14, 15, 17, 20, 21, 26, 30, 37, 47, 51, 57)}


def assessed(product, twin="good", anchors=True, nonce=True, baseline="enisa-gp-tm"):
    folder = PROFILES / product
    request = Request(
        as_of=parse_as_of("2026-11-01"),
        anchors=[parse_anchor_spec(str(folder / "anchors"))] if anchors else [],
        nonces=[parse_nonce((folder / "evidence" / "nonce.hex").read_text().strip())] if nonce else [],
    )
    catalogue = load_catalogue(baseline)
    return assess(load_profile(folder / f"{twin}.yaml"), request, [catalogue], tool_version="test")


def proving(part):
    """Authenticated claims that the answering arms of a part used."""
    arms = [part.arms[part.chosen]] if part.chosen is not None else part.arms
    if arms:
        return {pair for arm in arms for pair in proving(arm)}
    return {(c.source.artefact, c.property) for c in part.claims if c.grade >= 4}


@pytest.mark.parametrize("product", sorted(PROOFS))
def test_the_good_twin_verifies_exactly_what_its_artefacts_prove(product):
    result = assessed(product).baselines[0]
    verified = {r.id: r for r in result.requirements if r.verdict == "verified"}
    assert set(verified) == set(PROOFS[product])
    for id, claims in PROOFS[product].items():
        shown = {pair for part in verified[id].parts for pair in proving(part)}
        assert claims <= shown


@pytest.mark.parametrize("product", sorted(PROOFS))
@pytest.mark.parametrize("baseline", sorted(ELSEWHERE))
def test_elsewhere_it_verifies_what_asks_for_no_more_than_its_artefacts_show(product, baseline):
    result = assessed(product, baseline=baseline).baselines[0]
    verified = {r.id: r for r in result.requirements if r.verdict == "verified"}
    assert set(verified) == set(ELSEWHERE[baseline])
    for id, claim in ELSEWHERE[baseline].items():
        assert claim in {pair for part in verified[id].parts for pair in proving(part)}, id


@pytest.mark.parametrize("product", sorted(PROOFS))
@pytest.mark.parametrize("baseline", sorted(ELSEWHERE))
def test_elsewhere_nothing_is_proven_without_anchors_either(product, baseline):
    assert assessed(product, anchors=False, baseline=baseline).baselines[0].proven == 0


@pytest.mark.parametrize("product", sorted(PROOFS))
def test_each_recommendation_of_etsi_that_is_not_met_has_its_reason(product):
    for baseline, id in (("etsi-en-303-645@3.1.3", "5.0-1"), ("etsi-en-303-645@2.1.1", "4-1")):
        rows = {r.id: r for r in assessed(product, baseline=baseline).baselines[0].requirements}
        assert rows[id].verdict == "declared"
        assert rows[id].parts[0].claims


@pytest.mark.parametrize("product", sorted(PROOFS))
def test_the_good_twin_has_no_contradiction_and_no_doubt(product):
    assessment = assessed(product)
    assert assessment.discrepancies == ()
    assert not [p for a in assessment.artefacts for p in a.problems if p.severity == "error"]


@pytest.mark.parametrize("product", sorted(PROOFS))
@pytest.mark.parametrize("anchors", [True, False])
def test_what_only_documents_can_show_is_never_verified(product, anchors):
    rows = assessed(product, anchors=anchors).baselines[0].requirements
    assert not [r.id for r in rows if r.verdict == "verified" and r.id in DOCUMENT_ONLY]


@pytest.mark.parametrize("product", sorted(PROOFS))
@pytest.mark.parametrize("twin", ["good", "flawed"])
def test_without_anchors_nothing_is_proven(product, twin):
    result = assessed(product, twin, anchors=False).baselines[0]
    assert result.proven == 0
    assert result.level in ("L0", "L1")
    # The profile names its own anchors, which make an artefact intact and no more.
    assert all(a.grade <= 3 for a in assessed(product, twin, anchors=False).artefacts)


@pytest.mark.parametrize("product", sorted(PROOFS))
def test_the_flawed_twin_is_contradicted_and_reaches_no_level(product):
    flawed, good = assessed(product, "flawed").baselines[0], assessed(product).baselines[0]
    assert flawed.level == "L0"
    assert any(r.verdict == "contradicted" for r in flawed.requirements)
    assert flawed.proven <= good.proven
