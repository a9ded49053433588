"""Probes about every update mechanism.

Each asks about the product as a whole and about every declared instance, and the worst counts. Evidence about
one mechanism proves nothing of another: a SUIT manifest is evidence about the mechanism that is built on
SUIT, and raises the product above what is declared only where the list of mechanisms has that one alone.
"""

from __future__ import annotations

from collections.abc import Callable

from iotassess.baseline.answers import Answer, all_of, any_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.probes._ask import Only, among, does_not_arise, each, same_fact
from iotassess.baseline.probes._names import algorithm_strength, judge_names
from iotassess.baseline.probes.mechanisms._worst import worst
from iotassess.baseline.registry import probe
from iotassess.model.claim import PRODUCT, Subject, is_declared

YES = (True,)
TECHNOLOGY = "update-mechanism.technology"
WAYS = (
    *("update.local", "update.mechanisms", "update.mechanisms.any"),
    *("update-mechanism.any", TECHNOLOGY),
)
"""By what the ways to update are known."""
UPDATE_NETWORK = "update-mechanism.over-network"
SUIT = "suit"


def _each_update(
    facts: Facts,
    own: str,
    whole: Callable[[Facts], Answer],
    *,
    over_network: bool = False,
) -> Answer:
    """Ask about every update mechanism; evidence counts for the one that is built on SUIT.

    Args:
        facts: the claims.
        own: property of a mechanism that answers.
        whole: asks the same of the product; asked twice, with and without what artefacts show.
        over_network: whether only mechanisms over a network are meant.
    """
    product, declared = whole(facts), whole(facts.declared_only())
    named = [c.value for c in facts.claims("update.mechanisms") if is_declared(c)]
    found = facts.subjects("update-mechanism", "update-mechanism.any", TECHNOLOGY, own)
    if not found:
        none = [c for p in ("update-mechanism.any", "update.mechanisms.any") for c in facts.claims(p)]
        if not named and any(c.value is False for c in none) and product.outcome == "indeterminate":
            return does_not_arise("no update mechanism is declared", none)
        # How many mechanisms there are nobody says, so what a manifest shows is shown of one of them.
        return all_of((product, declared))
    technologies = {s: facts.declared(TECHNOLOGY, s) for s in found}
    alone = list(technologies.values()).count(SUIT) == 1

    def ask(mechanism: Subject) -> Answer:
        said = facts.judge(own, YES, subject=mechanism, say=own.rpartition(".")[2].replace("-", " "))
        if technologies[mechanism] != SUIT or not alone:
            return said
        return same_fact((said, product))

    only = Only(UPDATE_NETWORK, YES) if over_network else None
    empty = does_not_arise("no declared update mechanism works over a network")
    answers = [each(facts, "update-mechanism", (TECHNOLOGY, own), ask, empty=empty, only=only)]
    local = facts.declared("update.local") is True and not over_network
    if local and not any(facts.declared(UPDATE_NETWORK, s) is False for s in found):
        answers.append(declared)  # there is a way without a network, and none of those described is it
    if any(name not in technologies.values() for name in named):
        answers.append(declared)  # a mechanism that is named, but not described
    if product.outcome not in ("met", "indeterminate", "not-applicable"):
        answers.append(product)
    answer = all_of(answers)
    return answer._replace(disputed=answer.disputed or product.disputed)


@probe(
    "update-mechanisms-authenticated",
    question="Does every update mechanism accept an update only with a valid signature or MAC?",
    reads=("update.authenticated", "update-mechanism.authenticated", UPDATE_NETWORK, *WAYS),
    kind="evidence",
)
def update_mechanisms_authenticated(facts: Facts, *, over_network: bool = False) -> Answer:
    """No mechanism takes what the maker did not authorise.

    Looks at: update.authenticated, declared and in manifests, and update-mechanism.authenticated of every
    mechanism, or, with over_network, of those over a network.

    Why it matters: an attacker takes the mechanism that asks for nothing.

    Decides: met when it is so of each mechanism; unmet when not of one, or of the product; indeterminate when
    nothing is said. A manifest is evidence about the mechanism built on SUIT, where exactly one is, and the
    grade is that of the weakest mechanism. So it is proven only when update_mechanisms lists SUIT alone; as
    long as that list is not declared, or has no way without a network though update.local says that there is
    one, a manifest supports what is declared, and raises nothing.

    References: ETSI EN 303 645 provisions 5.3-2, 5.3-9 and 5.3-10; RFC 9124, REQ.SEC.AUTHENTIC.
    """

    def whole(known: Facts) -> Answer:
        return known.judge("update.authenticated", YES, say="whether updates are authenticated")

    return _each_update(facts, "update-mechanism.authenticated", whole, over_network=over_network)


@probe(
    "update-mechanisms-integrity-checked",
    question="Does every update mechanism hold each payload against an authenticated digest?",
    reads=("update.integrity-checked", "update-mechanism.integrity-checked", UPDATE_NETWORK, *WAYS),
    kind="evidence",
)
def update_mechanisms_integrity_checked(facts: Facts, *, over_network: bool = False) -> Answer:
    """What is installed is what was authorised.

    Looks at: update.integrity-checked, declared and in manifests, and update-mechanism.integrity-checked of
    every mechanism, or, with over_network, of those over a network.

    Why it matters: a signature over a manifest protects the payload only by the digest in it.

    Decides: as update-mechanisms-authenticated does, so that it is proven only when SUIT is declared to be
    the only mechanism; indeterminate when nothing is said.

    References: ETSI EN 303 645 provisions 5.3-2, 5.3-9 and 5.3-10; SUIT manifest (draft-ietf-suit-manifest).
    """

    def whole(known: Facts) -> Answer:
        return known.judge("update.integrity-checked", YES, say="whether payloads are held against a digest")

    return _each_update(facts, "update-mechanism.integrity-checked", whole, over_network=over_network)


@probe(
    "update-mechanisms-trusted",
    question="Is every update that arrives over a network verified over a trust relationship?",
    reads=(
        *("update.trust-relationship", "update.authenticated", "update-mechanism.trust-relationship"),
        *(UPDATE_NETWORK, *WAYS),
    ),
    kind="evidence",
)
def update_mechanisms_trusted(facts: Facts) -> Answer:
    """The device knows whom it takes updates from.

    Looks at: update.trust-relationship and update-mechanism.trust-relationship of every mechanism over a
    network; and update.authenticated in manifests, since a manifest that verifies by a key which was named
    for updates shows the relationship that is declared.

    Why it matters: a check of integrity alone only shows that an attacker's update arrived whole.

    Decides: met when declared for the product, and for each mechanism over a network; unmet when not for one;
    indeterminate when nothing is said. A manifest raises the answer under the same terms as in
    update-mechanisms-authenticated, and never stands in for the declaration.

    References: ETSI EN 303 645 provision 5.3-10.
    """

    def whole(known: Facts) -> Answer:
        declared = known.judge("update.trust-relationship", YES, say="a trust relationship")
        shown = [c for c in known.claims("update.authenticated", PRODUCT) if not is_declared(c)]
        if declared.outcome != "met" or not shown:
            return declared
        verified = among(known, shown).judge("update.authenticated", YES, say="whether updates are verified")
        doubted = any(c.value is not True for c in shown)
        joined = same_fact((declared, verified))
        return joined._replace(disputed=joined.disputed or (doubted and joined.outcome == "met"))

    return _each_update(facts, "update-mechanism.trust-relationship", whole, over_network=True)


@probe(
    "update-mechanisms-best-practice",
    question="Is the cryptography of every update mechanism current best practice?",
    reads=(
        *("crypto.best-practice", "update-mechanism.best-practice", "update-mechanism.algorithms"),
        *WAYS,
    ),
    kind="document",
)
def update_mechanisms_best_practice(facts: Facts) -> Answer:
    """No mechanism takes a forged update.

    Looks at: crypto.best-practice, and update-mechanism.best-practice and update-mechanism.algorithms of
    every mechanism.

    Why it matters: what authenticates an update is the most attacked cryptography of a device.

    Decides: met when declared so, and no algorithm that a mechanism names is weak; unmet when declared
    otherwise, or by a weak algorithm; the worst mechanism counts; indeterminate when nothing is said.

    References: ETSI EN 303 645 provision 5.3-7.
    """

    def whole(known: Facts) -> Answer:
        return known.judge("crypto.best-practice", YES, say="whether cryptography is best practice")

    answer = _each_update(facts, "update-mechanism.best-practice", whole)
    algorithms = "update-mechanism.algorithms"
    named = dict.fromkeys(c.subject for c in facts.claims(algorithms))
    return all_of(
        (
            answer,
            *(
                judge_names(
                    facts,
                    (algorithms,),
                    algorithm_strength,
                    say=f"an algorithm of {mechanism}",
                    subject=mechanism,
                )
                for mechanism in named
            ),
        )
    )


@probe(
    "update-mechanism-automatic",
    question="Can at least one update mechanism work automatically?",
    reads=("update.automatic", "update-mechanism.automatic", "update-mechanism.any", TECHNOLOGY),
    kind="document",
)
def update_mechanism_automatic(facts: Facts) -> Answer:
    """There is a way to stay current without doing anything.

    Looks at: update.automatic, and update-mechanism.automatic of every mechanism, of which one suffices.

    Why it matters: most users never install an update by themselves.

    Decides: met when one mechanism can, and the product is not declared unable to; unmet when none can, or
    the product is; indeterminate when nothing is said.

    References: ETSI EN 303 645 provision 5.3-4A.
    """
    automatic = "update-mechanism.automatic"
    whole = facts.judge("update.automatic", YES, say="whether updates can be automatic")
    found = facts.subjects("update-mechanism", "update-mechanism.any", TECHNOLOGY, automatic)
    if not found:
        return whole
    one = any_of(tuple(facts.judge(automatic, YES, subject=s, say="automatic updates") for s in found))[0]
    return worst(whole, one)


@probe(
    "update-mechanisms-simple",
    question="Is every update mechanism simple for the user?",
    reads=("update.simple", "update-mechanism.simple", *WAYS),
    kind="document",
)
def update_mechanisms_simple(facts: Facts) -> Answer:
    """Nobody is kept from updating by the effort.

    Looks at: update.simple, and update-mechanism.simple of every mechanism.

    Why it matters: an update that is hard to apply is not applied.

    Decides: met when it is so of each; unmet when not of one, or of the product; indeterminate when nothing
    is said.

    References: ETSI EN 303 645 provision 5.3-3.
    """

    def whole(known: Facts) -> Answer:
        return known.judge("update.simple", YES, say="whether updates are simple")

    return _each_update(facts, "update-mechanism.simple", whole)
