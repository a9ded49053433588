"""Ways to ask that several probes share: about each instance, about one fact from several sides, about sets.

None of them computes a grade. Answers come from :meth:`Facts.judge` and are joined by ``all_of``, or, where
several properties state the same fact, by :func:`same_fact`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from iotassess.baseline.answers import Answer, all_of
from iotassess.baseline.facts import Facts, Test
from iotassess.model.claim import PRODUCT, Claim, Grade, Subject, SubjectKind, Value


class Only(NamedTuple):
    """Which instances a question is about.

    Attributes:
        property: declared property that tells.
        values: values of those that it is about.
    """

    property: str
    values: Collection[Value]


def is_text(value: Value) -> bool:
    """Whether something is written there: for leaves whose answer is a name."""
    return isinstance(value, str) and bool(value.strip())


def silent(because: str, claims: Sequence[Claim] = ()) -> Answer:
    """Answer that nothing is known."""
    return Answer("indeterminate", because, tuple(claims))


def does_not_arise(because: str, claims: Sequence[Claim] = ()) -> Answer:
    """Answer that the question does not arise. Never given for silence."""
    return Answer("not-applicable", because, tuple(claims))


def answers_for(claim: Claim) -> bool:
    """Whether a claim answers by itself, by the rule of :meth:`Facts.judge`."""
    return claim.grade != Grade.DECODED or claim.observed


def fitting(claims: Iterable[Claim], wanted: Collection[Value]) -> list[Claim]:
    """Leave out the alternatives of an artefact of which another one fits.

    An image has one digest as a file and another as what it holds; reference values list several releases.

    Args:
        claims: of one property about one subject.
        wanted: the right values.
    """
    found = list(claims)
    fit = {c.source.artefact for c in found if c.source.artefact is not None and c.value in wanted}
    return [c for c in found if c.source.artefact not in fit or c.value in wanted]


def among(facts: Facts, claims: Iterable[Claim]) -> Facts:
    """Narrow the facts to some claims, so that these alone are judged."""
    return facts.among(claims)


def each(
    facts: Facts,
    kind: SubjectKind,
    find: Collection[str],
    ask: Callable[[Subject], Answer],
    *,
    empty: Answer,
    only: Only | None = None,
) -> Answer:
    """Ask about every declared instance of a kind; the worst counts.

    An instance of which is not declared whether the question is about it, is an open question, so that
    leaving its type out helps nobody. When the list is not declared at all, nothing is known.

    Args:
        facts: the claims.
        kind: kind of subject; ``<kind>.any`` tells whether its list is declared.
        find: properties by which instances are found, beside ``<kind>.any``.
        ask: the question about one instance.
        empty: the answer when the declared list has no instance that the question is about.
        only: which instances it is about; default is all.
    """
    listed = f"{kind}.any"
    found = facts.subjects(kind, listed, *find)
    # What does not arise rests on the declared list, too.
    empty = empty._replace(claims=empty.claims or tuple(facts.claims(listed, PRODUCT)))
    if not found:
        if facts.declared(listed) is False:
            return empty
        return silent(f"no {kind.replace('-', ' ')} is declared, nor that there is none")
    answers = []
    for subject in found:
        if only is not None:
            value = facts.declared(only.property, subject)
            if value is None:
                answers.append(silent(f"{only.property} of {subject} is not declared"))
                continue
            if value not in only.values:
                continue
        answers.append(ask(subject))
    return all_of(answers) if answers else empty


def same_fact(answers: Sequence[Answer]) -> Answer:
    """Join answers that state one fact from several sides: the worst outcome counts, and the best grade.

    Unlike alternatives, no side may be bad; unlike separate questions, one side suffices to show it.

    Args:
        answers: at least one.
    """
    known = [a for a in answers if a.outcome not in ("indeterminate", "not-applicable")]
    disputed = any(a.disputed for a in answers)
    if not known:
        return answers[0]._replace(disputed=disputed)
    for bad in ("unmet", "weaker"):
        for answer in known:
            if answer.outcome == bad:
                return answer._replace(disputed=disputed)
    best = max(known, key=lambda a: a.grade)
    claims = tuple(dict.fromkeys(c for a in known for c in a.claims))
    return best._replace(claims=claims, disputed=disputed)


def side(
    facts: Facts,
    property: str,
    met: Collection[Value],
    *,
    weaker: Collection[Value] = (),
    say: str,
) -> Answer:
    """Judge one side of a fact. What nothing vouches for answers nothing, but still raises a doubt."""
    answer = facts.judge(property, met, weaker=weaker, say=say)
    if answer.outcome != "indeterminate":
        return answer
    return answer._replace(disputed=any(c.value not in (*met, *weaker) for c in answer.claims))


def some(facts: Facts, property: str, met: Collection[Value], *, weaker: Test, say: str) -> Answer:
    """Ask whether one member of a declared set satisfies.

    Args:
        facts: the claims.
        property: a property that holds a set; ``<property>.any`` tells whether it is declared empty.
        met: members of which one suffices.
        weaker: members that satisfy in part where none does.
        say: what is asked, for the because.
    """
    claims = facts.claims(property, PRODUCT)
    good = [c for c in claims if c.value in met]
    if good:
        return among(facts, good).judge(property, met, say=say)
    if claims:
        return facts.judge(property, (), weaker=weaker, say=say)
    return empty_set(facts, property, say)


def covers(facts: Facts, property: str, wanted: Sequence[str], *, say: str) -> Answer:
    """Ask whether a declared set holds all that is wanted; weaker when it holds only some.

    Args:
        facts: the claims.
        property: a property that holds a set; ``<property>.any`` tells whether it is declared empty.
        wanted: members that must be there.
        say: what is asked, for the because.
    """
    claims = [c for c in facts.claims(property, PRODUCT) if c.value in wanted]
    missing = [name for name in wanted if name not in {c.value for c in claims}]
    if not claims:
        if facts.claims(property, PRODUCT):
            return facts.judge(property, wanted, say=say)
        return empty_set(facts, property, say)
    if missing:
        return Answer("weaker", f"{say}: {', '.join(missing)} not declared", tuple(claims))
    return among(facts, claims).judge(property, wanted, say=say)


def empty_set(facts: Facts, property: str, say: str) -> Answer:
    """Answer for a set without members: unmet when it is declared empty, else nothing is known."""
    answer = facts.judge(f"{property}.any", (True,), say=say)
    return answer if answer.outcome == "unmet" else silent(f"{say}: neither declared nor shown")
