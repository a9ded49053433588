"""Probes about remote attestation: evidence, measurements, and the keys that sign them."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import answers_for, silent
from iotassess.baseline.registry import leaf, probe
from iotassess.crosscheck.releases import of_one_release
from iotassess.model.claim import Digest, Grade, Subject, Value

YES = (True,)

leaf(
    "attestation-fresh",
    "attestation.nonce-bound",
    YES,
    question="Does the evidence contain the verifier's challenge?",
    why="Evidence that can be replayed tells of a device that was good once.",
    references="RFC 9334 section 10; RFC 9711 section 4.1; ENISA GP-TM-42.",
    kind="evidence",
)


@probe(
    "reference-values-published",
    question="Are verifiers given the values that measurements should have?",
    reads=("attestation.reference-values-published",),
    kind="document",
)
def reference_values_published(facts: Facts) -> Answer:
    """Verifiers can tell a right measurement from a wrong one.

    Looks at: attestation.reference-values-published, as declared and as reference values of the call show it.

    Why it matters: a measurement says nothing to somebody who does not know the right one.

    Decides: met by yes; unmet by no; indeterminate when nothing is said. That there are reference values
    proves nothing about a device, so that the answer is worth no more than a document, whoever signed them:
    the comparison is another question (measurements-match-release).

    References: RFC 9334 section 8.3; ENISA GP-TM-03.
    """
    answer = facts.judge(
        "attestation.reference-values-published", YES, say="whether there are reference values"
    )
    return answer._replace(grade=min(answer.grade, int(Grade.DOCUMENTED)))


leaf(
    "evidence-appraised",
    "attestation.appraisal",
    ("affirming",),
    weaker=("warning", "none"),
    question="Does another verifier affirm the evidence?",
    why="A verifier knows reference values and vulnerabilities that the maker of one product may not.",
    references="RFC 9334 section 8.4; draft-ietf-rats-ear; draft-ietf-rats-ar4si section 2.3.",
    kind="evidence",
)


@probe(
    "attestation-evidence-available",
    question="Can the device produce evidence of its own state?",
    reads=("attestation.supported", "device.attestation-key"),
    kind="evidence",
)
def attestation_evidence_available(facts: Facts) -> Answer:
    """The device can vouch for itself.

    Looks at: attestation.supported, as declared and as tokens show it; and device.attestation-key of the
    sampled devices, which can only speak against it.

    Why it matters: without evidence, others have to take the device's word for what it runs; and evidence
    that another device can sign as well is no device's own.

    Decides: met when it can; weaker when two sampled devices sign with one key; unmet when it cannot;
    indeterminate when nothing is said.

    References: RFC 9334 section 8.1; RFC 9711; RFC 9783 section 4.2.1; ENISA GP-TM-03 and GP-TM-42.
    """
    answer = facts.judge("attestation.supported", YES, say="whether there is evidence of the device's state")
    shared = shared_keys(facts)
    if answer.outcome != "met" or shared is None:
        return answer
    claims = (*answer.claims, *shared.claims)
    return Answer("weaker", shared.because, claims, 0, answer.disputed)


DIGESTS = ("component.digest", "component.image-digest")


@probe(
    "software-measured",
    question="Does the evidence measure every component of the release?",
    reads=("attestation.measures-software", "component.measurement", "component.digest"),
    kind="evidence",
)
def software_measured(facts: Facts) -> Answer:
    """What runs is measured, component by component.

    Looks at: attestation.measures-software, and component.measurement of every declared component.

    Why it matters: evidence that leaves a component out is silent about what an attacker put there.

    Decides: met when the evidence measures software and, where tokens have measurements, each device
    measures every declared component; weaker when one is left out; unmet when it does not measure at all;
    indeterminate when nothing is said.

    References: RFC 9783 section 4.4; RFC 9711 section 4.2.16; ENISA GP-TM-03.
    """
    measures = facts.judge("attestation.measures-software", YES, say="whether evidence measures software")
    measured = facts.claims("component.measurement")
    if measures.outcome != "met" or not measured:
        return measures
    devices = {c.device for c in measures.claims if c.device}

    def ask(component: Subject) -> Answer:
        claims = [c for c in measured if c.subject == component]
        left_out = devices - {c.device for c in claims}
        if not claims or left_out:
            return Answer("weaker", f"{component} is declared, but not measured", tuple(claims))
        return facts.judge("component.measurement", _is_digest, subject=component, say="the measurement")

    components = facts.for_each(
        "component",
        ("component.digest", "component.measurement"),
        ask,
        none=silent("the measurements are of no declared component", measured),
    )
    return all_of((measures, components))


@probe(
    "measurements-match-release",
    question="Does every measurement equal the digest of the released component?",
    reads=("component.measurement", *DIGESTS, "component.reference"),
    kind="evidence",
)
def measurements_match_release(facts: Facts) -> Answer:
    """What was measured is what was released.

    Looks at: component.measurement of every measured component, held against component.digest (declared, or
    in a manifest), component.image-digest (of the supplied file, or of what it holds) and component.reference
    under the same algorithm. Reference values that list several releases do not say which is this one: they
    count where they name the digest of a release that is known otherwise.

    Why it matters: a measurement proves what ran, and only the comparison tells whether that was right.

    Decides: met when each measured component has a reference and equals it, at most at the grade of the
    reference where nobody authenticates that; unmet when one differs; indeterminate for a measurement
    without a reference, and when no declared component is measured.

    References: RFC 9334 section 8.3 (reference values); RFC 9783 section 4.4.1; ENISA GP-TM-03.
    """

    def ask(component: Subject) -> Answer:
        known_as = [c for p in DIGESTS for c in facts.claims(p, component)]
        released = {c.value for c in known_as if answers_for(c)}
        known_as += of_one_release(facts.claims("component.reference", component), released)
        references = {c.value for c in known_as if answers_for(c) and _is_digest(c.value)}
        measured = facts.claims("component.measurement", component)
        if not all(_algorithm(c.value) in {_algorithm(r) for r in references} for c in measured):
            return silent(f"{component} has nothing that its measurement could be held against", measured)
        answer = facts.judge(
            "component.measurement", tuple(references), subject=component, say="the measurement"
        )
        # A comparison with the maker's own word is worth no more than that word; an authenticated reference
        # value lends what the measurement itself has (it is what makes a measurement fresh).
        values = {c.value for c in measured}
        peers = [c for c in known_as if c.value in values]
        known = max((int(c.grade) for c in peers), default=0)
        return answer if known >= Grade.AUTHENTICATED else answer._replace(grade=min(answer.grade, known))

    return facts.for_each(
        "component",
        ("component.measurement",),
        ask,
        none=silent("no declared component is measured", facts.claims("component.measurement")),
    )


def _is_digest(value: Value) -> bool:
    return isinstance(value, Digest)


def _algorithm(value: Value) -> str:
    return value.alg if isinstance(value, Digest) else ""


@probe(
    "device-keys-distinct",
    question="Do the sampled devices sign with different keys?",
    reads=("device.attestation-key",),
    kind="evidence",
)
def device_keys_distinct(facts: Facts) -> Answer:
    """No two devices share a key.

    Looks at: device.attestation-key of every device, as declared and as tokens verify.

    Why it matters: whoever opens one device can speak for every other that has the same key.

    Decides: met when there are two devices or more and all keys differ; unmet when two share one;
    indeterminate with fewer than two devices, since one proves nothing about others. It is as proven as its
    least proven device.

    References: RFC 9783 section 4.2.1 (instance identifier); ENISA GP-TM-35, GP-TM-48 and GP-TM-49.
    """
    answering = [c for c in facts.claims("device.attestation-key") if answers_for(c)]
    devices = list(dict.fromkeys(c.subject for c in answering))
    names = {device.name for device in devices}
    if (shared := shared_keys(facts)) is not None:
        return shared
    if len(names) < 2:
        return silent(
            f"{len(names)} device(s) sampled, and it takes two to see whether keys differ", answering
        )
    return all_of(
        [
            facts.judge("device.attestation-key", lambda _: True, subject=device, say="the attestation key")
            for device in devices
        ]
    )


def shared_keys(facts: Facts, property: str = "device.attestation-key") -> Answer | None:
    """Tell of two devices with one key, or give None when there are none.

    Declared keys count, and those of artefacts that something vouches for.

    Args:
        facts: the claims.
        property: which key of a device.
    """
    holder: dict[Value, Subject] = {}
    for claim in facts.claims(property):
        if not answers_for(claim):
            continue
        first = holder.setdefault(claim.value, claim.subject)
        if first.name != claim.subject.name:
            both = tuple(c for c in facts.claims(property) if c.value == claim.value)
            which = "attestation key" if property == "device.attestation-key" else "certified key"
            because = f"{first} and {claim.subject} have the same {which} by {claim.source}"
            return Answer("unmet", because, both)
    return None


@probe(
    "attested-regularly",
    question="Is the device attested at regular intervals?",
    reads=("monitoring.attestation-interval-hours",),
    kind="document",
)
def attested_regularly(facts: Facts, *, max_hours: int = 168) -> Answer:
    """The device's state is asked for often enough to notice a change.

    Looks at: monitoring.attestation-interval-hours.

    Why it matters: evidence tells about one moment; only a series of it tells that a change was noticed.

    Decides: met by an interval of at most max_hours (our convention: a week); weaker by a longer one;
    indeterminate when nothing is said. That it happens in the field is for the operator to show.

    References: RFC 9334 section 10; ENISA GP-TM-56.
    """

    def often(value: Value) -> bool:
        return isinstance(value, int) and value <= max_hours

    return facts.judge(
        "monitoring.attestation-interval-hours",
        often,
        weaker=lambda _: True,
        say="the interval of attestation in hours",
    )
