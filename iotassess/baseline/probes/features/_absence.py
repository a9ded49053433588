"""What the probes share that tell whether a requirement's presupposition is absent.

"Met" says that a feature is absent, derived from facts. Whatever shows the feature makes it "unmet", never
"weaker": a declaration beside the one that denies it as well as an artefact. Where nothing vouches for the
artefact the answer is disputed, and its claims stand among the answer's, so that the evaluation can hold the
profile's word against them. Silence tells nothing, and neither does a list that is not declared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import probe
from iotassess.model.claim import Claim, Subject, SubjectKind, Value, is_declared

YES = (True,)
NO = (False,)
ETSI = "ETSI EN 303 645 Annex B, Table B.1: "


class Sign(NamedTuple):
    """What shows a feature, whoever says it and whatever it is about.

    Attributes:
        property: where to look.
        values: values that show it; empty for any value.
        by_artefact: whether only an artefact's word counts, since the profile's may be about what would be.
    """

    property: str
    values: Collection[Value] = ()
    by_artefact: bool = False


def absence(
    id: str, asks: str, reads: Sequence[str | Sign], decides: str, references: str
) -> Callable[[Callable[[Facts], Answer]], Callable[..., Answer]]:
    """Register a probe of this module; it decides in the way that the module's docstring tells.

    Args:
        id: permanent id.
        asks: what it asks, as a question.
        reads: properties, and signs whose properties it looks at.
        decides: when it is met, and when not.
        references: which condition or feature it is.
    """
    properties = tuple(dict.fromkeys(r if isinstance(r, str) else r.property for r in reads))

    def register(function: Callable[[Facts], Answer]) -> Callable[..., Answer]:
        function.__doc__ = (
            f"{function.__doc__}\n\nLooks at: {', '.join(properties)}.\n\nWhy it matters: what a requirement "
            "presupposes decides whether it applies, so its absence is derived from facts and not taken from "
            f"an answer.\n\nDecides: {decides} indeterminate when nothing is said. An artefact that nothing "
            f"vouches for makes the answer disputed.\n\nReferences: {ETSI}{references}"
        )
        return probe(id, question=asks, reads=properties, kind="document")(function)

    return register


def signs(facts: Facts, wanted: Iterable[Sign]) -> list[Answer]:
    """Look for signs of a feature: "unmet" where one answers by itself, another outcome for a doubt."""
    found: list[Answer] = []
    for sign in wanted:
        answers = facts.kept.get(sign)
        if answers is None:
            answers = facts.kept[sign] = _sign(facts, sign)
        found += answers
    return found


def _sign(facts: Facts, sign: Sign) -> tuple[Answer, ...]:
    """Look for one sign; several probes look for the same."""
    groups: dict[Subject, list[Claim]] = {}
    for claim in facts.claims(sign.property):
        told = not sign.by_artefact or not is_declared(claim)
        if told and (not sign.values or claim.value in sign.values):
            groups.setdefault(claim.subject, []).append(claim)
    return tuple(
        [facts.judge_claims(claims, sign.property, (), subject=subject) for subject, claims in groups.items()]
    )


def unless(said: Answer, shown: Sequence[Answer]) -> Answer:
    """Let signs of a feature overrule what is said of its absence, or raise a doubt."""
    against = [s for s in shown if s.outcome == "unmet"]
    if not shown:
        return said
    claims = tuple(dict.fromkeys(c for a in (*against, *shown, said) for c in a.claims))
    if not against:
        return said._replace(claims=claims, disputed=True)
    told = [a for a in against if any(not is_declared(c) for c in a.claims)] or against
    return Answer("unmet", "; ".join(dict.fromkeys(a.because for a in told[:2])), claims)


def both(answers: Sequence[Answer]) -> Answer:
    """Join what must all be absent. Unlike :func:`all_of`, silence about one leaves the whole open."""
    open = [a for a in answers if a.outcome in ("indeterminate", "weaker")]
    if open and not any(a.outcome == "unmet" for a in answers):
        claims = tuple(dict.fromkeys(c for a in answers for c in a.claims))
        return Answer("indeterminate", open[0].because, claims, 0, any(a.disputed for a in answers))
    return all_of(answers)


def none(
    facts: Facts, kind: SubjectKind, find: Sequence[str], ask: Callable[[Subject], Answer] | None = None
) -> Answer:
    """Ask whether no declared instance is of a sort; an empty list has none, and no list tells nothing."""
    listed = f"{kind}.any"
    found = facts.subjects(kind, listed, *find)
    whole = facts.judge(listed, NO, say=f"whether there is any {kind.replace('-', ' ')}")
    if not found or whole.outcome != "unmet" or ask is None:
        return whole
    answer = both([ask(subject) for subject in found])
    return answer._replace(claims=tuple(dict.fromkeys((*whole.claims, *answer.claims))))


def other_than(facts: Facts, property: str, shows: Collection[Value]) -> Callable[[Subject], Answer]:
    """Make the question whether an instance's property has another value than those that show a feature."""
    return lambda subject: facts.judge(property, lambda v: v not in shows, subject=subject)
