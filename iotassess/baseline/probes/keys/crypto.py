"""Probes about cryptography: algorithms, implementations, random numbers."""

from __future__ import annotations

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import does_not_arise, each
from iotassess.baseline.probes._names import algorithm_strength, judge_names
from iotassess.baseline.registry import leaf, probe
from iotassess.model.claim import Subject

YES = (True,)


@probe(
    "algorithms-strong",
    question="Is every algorithm in use strong?",
    reads=("crypto.algorithms", "update.signature-algorithm", "attestation.algorithm"),
    kind="evidence",
)
def algorithms_strong(facts: Facts) -> Answer:
    """No weak algorithm is in use anywhere.

    Looks at: crypto.algorithms, update.signature-algorithm and attestation.algorithm: those declared, and
    those that manifests and tokens use.

    Why it matters: an attacker takes the weakest algorithm that is accepted.

    Decides: met when every algorithm is on the list of strong ones; weaker by one that is not best practice;
    unmet by a broken or deprecated one; indeterminate by an unknown name, and when the profile does not say
    which are in use, since an artefact shows only its own. It is as proven as its least proven algorithm.

    References: IANA COSE algorithms; RFC 9053; RFC 9864; NIST SP 800-131A revision 2; ENISA GP-TM-34.
    """
    return judge_names(
        facts,
        ("crypto.algorithms", "update.signature-algorithm", "attestation.algorithm"),
        algorithm_strength,
        say="the algorithm",
    )


@probe(
    "key-algorithms-strong",
    question="Is every algorithm that a key is used with strong?",
    reads=("key.any", "key.purpose", "key.held-by", "key.algorithm"),
    kind="document",
)
def key_algorithms_strong(facts: Facts) -> Answer:
    """No key is used with a weak algorithm.

    Looks at: key.algorithm of every key.

    Why it matters: a list of good algorithms says little if one key is used with another.

    Decides: as algorithms-strong does, for each key; indeterminate for a key of which nothing is said;
    does not arise when the product is declared to have no key.

    References: NIST SP 800-131A revision 2; ENISA GP-TM-34.
    """

    def ask(key: Subject) -> Answer:
        return judge_names(
            facts, ("key.algorithm",), algorithm_strength, say=f"the algorithm of {key}", subject=key
        )

    return each(
        facts,
        "key",
        ("key.purpose", "key.held-by", "key.algorithm"),
        ask,
        empty=does_not_arise("the product is declared to have no key"),
    )


@probe(
    "boot-algorithm-strong",
    question="Is the algorithm that verifies the boot chain strong?",
    reads=("boot.algorithm", "boot-stage.algorithm"),
    kind="document",
)
def boot_algorithm_strong(facts: Facts) -> Answer:
    """The boot chain cannot be forged.

    Looks at: boot.algorithm, which speaks for the whole chain, and boot-stage.algorithm of the stages that
    name their own.

    Why it matters: the first signature is the hardest to replace later.

    Decides: as algorithms-strong does; indeterminate when boot.algorithm is not declared.

    References: NIST SP 800-131A revision 2; ENISA GP-TM-34.
    """
    whole = judge_names(facts, ("boot.algorithm",), algorithm_strength, say="the algorithm of the boot chain")
    own = dict.fromkeys(claim.subject for claim in facts.claims("boot-stage.algorithm"))
    stages = [
        judge_names(
            facts,
            ("boot-stage.algorithm",),
            algorithm_strength,
            say=f"the algorithm of {stage}",
            subject=stage,
        )
        for stage in own
    ]
    return all_of((whole, *stages))


@probe(
    "crypto-libraries-validated",
    question="Was the implementation of every cryptographic library checked?",
    reads=("library.any", "library.version", "library.validation"),
    kind="document",
)
def crypto_libraries_validated(facts: Facts) -> Answer:
    """Somebody checked that the implementation is robust.

    Looks at: library.validation of every cryptographic library.

    Why it matters: good algorithms fail by their implementation.

    Decides: met by a validation under FIPS 140, Common Criteria or PSA; weaker by a review alone; unmet by
    none; indeterminate for a library of which nothing is said.

    References: FIPS 140-3; ENISA GP-TM-34.
    """
    return each(
        facts,
        "library",
        ("library.version", "library.validation"),
        lambda library: facts.judge(
            "library.validation",
            ("fips-140-3", "fips-140-2", "common-criteria", "psa"),
            weaker=("reviewed",),
            subject=library,
            say="the validation",
        ),
        empty=does_not_arise("the product is declared to have no cryptographic library"),
    )


leaf(
    "crypto-best-practice",
    "crypto.best-practice",
    YES,
    question="Are all algorithms and key sizes current best practice?",
    why="Strength is a matter of the year; somebody has to look.",
    references="NIST SP 800-131A revision 2; ENISA GP-TM-34.",
)
leaf(
    "insecure-crypto-disabled",
    "crypto.insecure-disabled",
    YES,
    question="Are insecure algorithms and protocols disabled?",
    why="What is offered for compatibility is what an attacker asks for.",
    references="RFC 9325; ENISA GP-TM-34.",
)
leaf(
    "random-numbers-strong",
    "crypto.random-source",
    ("hardware", "hardware-seeded"),
    question="Do random numbers come from hardware, or from a generator that hardware seeds?",
    why="Keys are as unpredictable as the numbers that they are made of.",
    references="RFC 4086; NIST SP 800-90B; ENISA GP-TM-34.",
    weaker=("software",),
)
leaf(
    "crypto-lightweight",
    "crypto.lightweight",
    YES,
    question="Do the cipher suites in use suit a constrained device?",
    why="Security that is too heavy for the device is switched off.",
    references="RFC 7925; RFC 8613; RFC 9147; ENISA GP-TM-36.",
)
