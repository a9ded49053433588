"""Probes about the boot chain and about what guards code before and while it runs."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import among, answers_for, each, fitting, is_text, same_fact, silent
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Claim, Digest, Subject, Value, is_declared

YES = (True,)

leaf(
    "secure-boot-on",
    "boot.secure-boot",
    YES,
    question="Does only software boot that the maker authorised?",
    why="What runs first controls all that runs after it.",
    references="RFC 9711 section 4.2.8 (oemboot); ENISA GP-TM-03.",
    kind="evidence",
)
leaf(
    "secure-boot-enforced",
    "boot.enforced",
    YES,
    question="Is it impossible to switch secure boot off in devices as sold?",
    why="Secure boot that a jumper or a setting turns off protects only those who leave it on.",
    references="ENISA GP-TM-03.",
)
leaf(
    "boot-measured",
    "boot.measured",
    YES,
    question="Is each boot stage measured before it runs?",
    why="A record of what ran lets somebody else judge the boot, even where it was not stopped.",
    references="ENISA GP-TM-03; TCG TPM 2.0 Library.",
)
leaf(
    "boot-measurements-protected",
    "boot.measurement-store",
    ("tpm", "secure-element", "protected-memory"),
    question="Are the measurements kept where later software cannot change them?",
    why="A record that the judged software can rewrite is its own reference.",
    references="ENISA GP-TM-03; TCG TPM 2.0 Library.",
)
leaf(
    "sideloading-controlled",
    "software.sideloading",
    ("impossible", "authenticated"),
    question="Is there no way to load software without authentication, beside the update mechanism?",
    why="One unguarded way in makes the guarded one pointless. A signed update shows nothing of other ways.",
    references="ENISA GP-TM-05.",
)
leaf(
    "execution-monitored",
    "software.runtime-protection.execution-monitoring",
    YES,
    question="Is execution monitored for unexpected behaviour?",
    why="Code that was good when it was loaded can be taken over while it runs.",
    references="ENISA GP-TM-04.",
)
leaf(
    "integrity-failure-handled",
    "boot.integrity-failure-action",
    ("halt", "recover"),
    weaker=("alert",),
    question="Does the device stop or recover when its software fails verification?",
    why="A check that nothing follows from is no diagnosis.",
    references="ENISA GP-TM-16.",
)

STAGE = ("boot-stage.verified-by", "boot-stage.immutable", "boot-stage.measured-into")
"""By what the boot stages are found."""


@probe(
    "boot-chain-verified",
    question="Is every boot stage verified before it runs, from a first one that cannot change?",
    reads=("boot-stage.any", *STAGE),
    kind="document",
)
def boot_chain_verified(facts: Facts) -> Answer:
    """The chain of verification has no gap and starts in something immutable.

    Looks at: boot-stage.verified-by of every stage, and boot-stage.immutable of those that hardware starts.

    Why it matters: a chain is as strong as its weakest stage, and everything after a gap is unverified.

    Decides: met when each stage names who verifies it and those started by hardware are immutable; unmet when
    one of these can change; indeterminate for every stage of which nobody is said to verify it, and when no
    stage is declared.

    References: ENISA GP-TM-03.
    """

    def ask(stage: Subject) -> Answer:
        verified = facts.judge("boot-stage.verified-by", is_text, subject=stage, say="the verifier")
        if facts.declared("boot-stage.verified-by", stage) != "hardware":
            return verified
        fixed = facts.judge("boot-stage.immutable", YES, subject=stage, say="immutability")
        return all_of((verified, fixed))

    return each(
        facts,
        "boot-stage",
        STAGE,
        ask,
        empty=silent("the declared boot chain has no stage"),
    )


@probe(
    "image-verified-at-boot",
    question="Is every image verified before it is started, from its manifest or by the boot chain?",
    reads=("boot.image-verified", "boot.secure-boot"),
    kind="evidence",
)
def image_verified_at_boot(facts: Facts) -> Answer:
    """No code starts that was not checked.

    Looks at: boot.image-verified and boot.secure-boot, as declared, and as manifests and tokens show them.

    Why it matters: an image that was good when it was installed may have been changed since.

    Decides: met when every component is held against its digest at every boot, or when only authorised
    software boots; unmet when neither is declared, and when an artefact shows that software booted without
    authorisation; indeterminate when nothing is said.

    References: SUIT manifest (draft-ietf-suit-manifest), validate sequence; RFC 9711 section 4.2.8; ENISA
    GP-TM-04.
    """
    checked = facts.judge("boot.image-verified", YES, say="whether images are verified at boot")
    secure = facts.judge("boot.secure-boot", YES, say="whether only authorised software boots")
    return _unless_refuted(facts, any_of((checked, secure))[0])


@probe(
    "code-signing-enforced",
    question="Is all code signed, and the signature checked before the code runs?",
    reads=("software.code-signing", "boot.secure-boot"),
    kind="document",
)
def code_signing_enforced(facts: Facts) -> Answer:
    """Only the maker's code runs.

    Looks at: software.code-signing; and boot.secure-boot as tokens show it, which can only speak against it.

    Why it matters: only a signature tells the maker's code from anybody's.

    Decides: met when declared; unmet when declared otherwise, and when an artefact shows that software booted
    without authorisation; indeterminate when nothing is said.

    References: ENISA GP-TM-04.
    """
    return _unless_refuted(facts, facts.judge("software.code-signing", YES, say="whether all code is signed"))


@probe(
    "images-signed",
    question="Does the image of every component carry a signature that verifies?",
    reads=("component.any", "component.name", "component.image-signed"),
    kind="evidence",
)
def images_signed(facts: Facts) -> Answer:
    """The software itself is signed, whatever brings it.

    Looks at: component.image-signed of every declared component, as signed images show it.

    Why it matters: a boot loader that checks the image at each start needs no trust in what delivered it.

    Decides: met when an image of each component carries a signature that verifies; unmet when one carries
    none, or a bad one; indeterminate for a component of which no such image is at hand. The least proven
    component counts.

    References: MCUboot design documentation, image trailer; ENISA GP-TM-04.
    """
    return each(
        facts,
        "component",
        ("component.name", "component.image-signed"),
        lambda component: facts.judge(
            "component.image-signed", YES, subject=component, say="whether the image is signed"
        ),
        empty=silent("no component is declared, so that there is no image to look at"),
    )


def _unless_refuted(facts: Facts, answer: Answer) -> Answer:
    """Let an artefact that shows unauthorised software overrule an answer, or raise a doubt."""
    against = [c for c in facts.claims("boot.secure-boot") if c.value is False and not is_declared(c)]
    refuted = among(facts, against).judge(
        "boot.secure-boot", YES, say="whether only authorised software boots"
    )
    if refuted.outcome == "unmet":
        return refuted
    return answer._replace(disputed=answer.disputed or bool(against))


RUNTIME = "software.runtime-protection"


@probe(
    "loaded-code-protected",
    question="Is code in memory protected against being overwritten?",
    reads=tuple(f"{RUNTIME}.{name}" for name in ("nx", "mpu", "stack-canary", "cfi", "aslr")),
    kind="document",
)
def loaded_code_protected(facts: Facts) -> Answer:
    """Code stays what it was when it was loaded.

    Looks at: the run-time protections nx and mpu, and stack-canary, cfi and aslr.

    Why it matters: a signature is checked when code is loaded; most attacks change it, or where it goes,
    afterwards.

    Decides: met when memory cannot be both data and code (nx, mpu) and at least one hardening of the control
    flow is there; weaker without hardening; unmet without the first; indeterminate when nothing is said.

    References: ENISA GP-TM-04.
    """

    def either(*names: str) -> Answer:
        return any_of(
            tuple(facts.judge(f"{RUNTIME}.{name}", YES, say=f"the protection {name}") for name in names)
        )[0]

    memory = either("nx", "mpu")
    flow = either("stack-canary", "cfi", "aslr")
    if memory.outcome == "met" and flow.outcome != "met":
        because = f"{memory.because}, but no hardening of the control flow is declared"
        return Answer("weaker", because, (*memory.claims, *flow.claims))
    return all_of((memory, flow)) if memory.outcome == "met" else memory


DIGESTS = ("component.digest", "component.measurement", "component.image-digest", "component.reference")
"""What gives a component's digest: the declaration or a manifest, a device, the file itself."""


@probe(
    "components-identified",
    question="Is every component of the release pinned by a digest that nothing disagrees with?",
    reads=(*DIGESTS, "component.size", "component.version", "component.signer"),
    kind="evidence",
)
def components_identified(facts: Facts) -> Answer:
    """Each component is exactly the one that was released.

    Looks at: component.digest (declared, or in a manifest), component.measurement (by a device),
    component.image-digest (of the supplied file, or of what it holds) and component.reference (reference
    values, one of which has to fit) of every component, where their algorithms are the same.

    Why it matters: a signature ties the maker to a digest, so what has no digest can be exchanged, and what
    has another one was.

    Decides: met when each component has a digest and every other one agrees; unmet when one disagrees;
    indeterminate for a component without a digest, and when no component is known.

    References: SUIT manifest (draft-ietf-suit-manifest); RFC 9783 section 4.4.1; ENISA GP-TM-04.
    """
    return facts.for_each(
        "component",
        (*DIGESTS, "component.size", "component.version", "component.signer"),
        lambda component: _identified(facts, component),
        none=silent("no component of the release is known"),
    )


def _identified(facts: Facts, component: Subject) -> Answer:
    """Ask about one component: each source of a digest is one side of the same fact."""
    released = facts.claims("component.digest", component)
    wanted = {c.value for c in released if answers_for(c)}
    known = {_algorithm(v) for v in wanted}
    if len(known) < len(wanted):
        told = facts.judge("component.digest", (), subject=component, say="the digest")
        return told._replace(because=f"{component} has several digests under one algorithm")
    answer = facts.judge("component.digest", tuple(wanted), subject=component, say="the digest")
    sides = [answer]
    for property, say in (
        ("component.measurement", "the measurement"),
        ("component.image-digest", "the image"),
        ("component.reference", "the reference value"),
    ):
        comparable = [c for c in facts.claims(property, component) if _algorithm(c.value) in known]
        comparable = fitting(comparable, wanted)
        if comparable:
            judged = among(facts, comparable).judge(property, tuple(wanted), subject=component, say=say)
            sides.append(judged._replace(disputed=judged.disputed or _doubted(comparable, wanted)))
    return same_fact(sides)


def _algorithm(value: Value) -> str:
    """Name the algorithm of a digest; another value has none."""
    return value.alg if isinstance(value, Digest) else ""


def _doubted(claims: list[Claim], wanted: set[Value]) -> bool:
    """Whether a claim has another digest than the released one."""
    return any(c.value not in wanted for c in claims)
