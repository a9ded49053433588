"""What a probe may see: claims, the moment, and the way in which claims become an answer."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final

from iotassess.baseline.answers import Answer, all_of
from iotassess.crosscheck.table import ClaimTable
from iotassess.model.claim import PRODUCT, Claim, Grade, Subject, SubjectKind, Value, is_declared
from iotassess.model.verdict import Outcome
from iotassess.model.vocabulary import UNINTELLIGIBLE

Test = Callable[[Value], bool] | Collection[Value]
"""Values that pass: a predicate, or the values themselves."""


def _passes(test: Test, value: Value) -> bool:
    """Apply a test; ``True`` never passes for ``1``, nor the other way round."""
    if callable(test):
        return test(value)
    for wanted in test:  # noqa: SIM110 - a generator takes longer than all that it asks
        if value == wanted and isinstance(value, bool) == isinstance(wanted, bool):
            return True
    return False


def _classify(value: Value, met: Test, weaker: Test) -> Outcome:
    """Tell what a value means for an answer."""
    if value == UNINTELLIGIBLE:
        return "weaker"
    return "met" if _passes(met, value) else "weaker" if _passes(weaker, value) else "unmet"


_DECODED: Final = int(Grade.DECODED)
"""Asked for of every claim; looking a member of an enumeration up takes longer than comparing it."""

_grade_of: Final = attrgetter("grade")

Kinds = tuple[str, ...]
"""Artefact kinds that can show a property."""


class Facts:
    """The claim table as probes see it. Remembers which properties were asked, so that tests can tell.

    Args:
        table: all claims.
        as_of: the day of the assessment.
        devices: which devices have to speak, by the kinds of artefacts that speak of them; default is those
            that artefacts in the table speak of.
    """

    def __init__(
        self, table: ClaimTable, as_of: datetime.date, devices: Mapping[Kinds, set[str]] | None = None
    ) -> None:
        self._table = table
        self.as_of = as_of
        self.asked: set[str] = set()
        self.kept: dict[Hashable, tuple[Answer, ...]] = {}
        """Answers to questions that several probes ask; each has a key that no other question has."""
        self._devices = _by_kinds(table) if devices is None else devices
        self._said: Facts | None = None
        self._named: dict[str, Mapping[str, Claim]] = {}
        self._subjects: dict[tuple[SubjectKind, tuple[str, ...]], tuple[Subject, ...]] = {}

    def among(self, claims: Iterable[Claim]) -> Facts:
        """Narrow the facts to some claims; which devices have to speak stays the same.

        Args:
            claims: those that are to be judged alone.
        """
        return Facts(ClaimTable(claims, self._table.properties), self.as_of, self._devices)

    def declared_only(self) -> Facts:
        """Narrow the facts to what the profile and its documents say; sorted out once."""
        if self._said is None:
            said = (c for c in self._table.claims if is_declared(c) or c.grade == Grade.DOCUMENTED)
            self._said = Facts(ClaimTable(said, self._table.properties), self.as_of, {})
        return self._said

    def claims(self, property: str, subject: Subject | None = None) -> list[Claim]:
        """Claims of a property that may support an answer: those of another product's artefacts do not."""
        self.asked.add(property)
        return self._table.supporting(property, subject)

    def by_name(self, property: str) -> Mapping[str, Claim]:
        """Claims of a property by the name of their subject, of several the last; sorted out once."""
        self.asked.add(property)
        found = self._named.get(property)
        if found is None:
            found = {claim.subject.name: claim for claim in self._table.supporting(property)}
            self._named[property] = found
        return found

    def declared(self, property: str, subject: Subject = PRODUCT) -> Value | None:
        """The declared value, or None when it is not declared. For choosing instances, not for proof."""
        for claim in self.claims(property, subject):
            if claim.grade == 0:
                return claim.value
        return None

    def subjects(self, kind: SubjectKind, *properties: str) -> list[Subject]:
        """Declared subjects of a kind, in the profile's order; those that properties are claimed about, too.

        An instance of which nothing but its name is declared is among them: silence about it must show.
        """
        self.asked.update(properties)
        kept = self._subjects.get((kind, properties))
        if kept is None:
            named = self._table.of("device.instance-id" if kind == "device" else f"{kind}.name")
            found: dict[Subject, None] = {claim.subject: None for claim in named}
            for property in properties:
                for claim in self._table.supporting(property):
                    if claim.subject.kind == kind and claim.subject.scheme == "profile":
                        found[claim.subject] = None
            kept = self._subjects[kind, properties] = tuple(found)
        return list(kept)

    def judge(
        self,
        property: str,
        met: Test,
        *,
        weaker: Test = (),
        subject: Subject = PRODUCT,
        say: str = "",
    ) -> Answer:
        """Turn the claims about one subject into an answer.

        Declared and documented values, evidence of grade ≥ 3 and observations answer; an artefact below
        grade 3 alone does not, but supports what is declared and disputes it where it says otherwise. The
        worst answer counts. Where devices are sampled, the weakest gives the grade; about a property of a
        device each of them has to speak, so that one which is silent proves nothing.

        Args:
            property: what is asked.
            met: values that satisfy.
            weaker: values that satisfy in part; every other value is unmet.
            subject: what it is asked about.
            say: what is asked, for the because ("debug is locked"); default is the property id.
        """
        self.asked.add(property)
        claims = self._table.supporting(property, subject)
        return self.judge_claims(claims, property, met, weaker=weaker, subject=subject, say=say)

    def judge_claims(
        self,
        claims: Sequence[Claim],
        property: str,
        met: Test,
        *,
        weaker: Test = (),
        subject: Subject = PRODUCT,
        say: str = "",
    ) -> Answer:
        """Judge some claims by the rules of :meth:`judge`.

        Args:
            claims: of the property and about the subject, none of another product's artefacts.
            property: as for :meth:`judge`.
            met: as for :meth:`judge`.
            weaker: as for :meth:`judge`.
            subject: as for :meth:`judge`.
            say: as for :meth:`judge`.
        """
        name = say or property
        about = "" if subject is PRODUCT or subject == PRODUCT else f" of {subject}"
        if len(claims) == 1 and (claims[0].grade != _DECODED or claims[0].observed):
            return self._judge_one(claims[0], property, met, weaker, subject, name + about)
        answering = [c for c in claims if c.grade != _DECODED or c.observed]
        if not answering:
            hint = " (an artefact says something, but nothing vouches for it)" if claims else ""
            return Answer("indeterminate", f"{name}{about}: neither declared nor shown{hint}", tuple(claims))
        outcomes = [_classify(c.value, met, weaker) for c in answering]
        worst: Outcome = "unmet" if "unmet" in outcomes else "weaker" if "weaker" in outcomes else "met"
        supporters, disputed = answering, False
        if len(answering) < len(claims):
            supporters = [c for c in claims if _classify(c.value, met, weaker) == "met"]
            unvouched = (c for c in claims if c.grade == _DECODED and not c.observed)
            disputed = any(_classify(c.value, met, weaker) != "met" for c in unvouched)
        if worst != "met":
            culprits = [c for c, outcome in zip(answering, outcomes, strict=True) if outcome == worst]
            culprit = culprits[0] if len(culprits) == 1 else max(culprits, key=_grade_of)
            because = f"{name}{about} is {show(culprit.value)} by {culprit.source}"
            return Answer(worst, because, tuple(claims), 0, disputed)
        best = supporters[0] if len(supporters) == 1 else max(supporters, key=_grade_of)
        because = f"{name}{about} is {show(best.value)} by {best.source}"
        devices = self._speaking_to(property, subject)
        if devices is None:
            devices = {c.device for c in supporters if c.device}
        return Answer("met", because, tuple(supporters), _grade(supporters, devices), disputed)

    def _judge_one(
        self, claim: Claim, property: str, met: Test, weaker: Test, subject: Subject, name: str
    ) -> Answer:
        """Judge by the one claim that there is and that answers, as nearly all questions are."""
        outcome = _classify(claim.value, met, weaker)
        because = f"{name} is {show(claim.value)} by {claim.source}"
        if outcome != "met":
            return Answer(outcome, because, (claim,))
        devices = self._speaking_to(property, subject)
        # Where it is not about each device, the claim's own is that of the one device, or of the model.
        grade = int(claim.grade) if devices is None else _grade([claim], devices)
        return Answer("met", because, (claim,), grade)

    def _speaking_to(self, property: str, subject: Subject) -> set[str] | None:
        """The devices each of which has to speak to a question; None where it is not about each of them."""
        if subject.kind == "device":
            return None
        row = self._table.properties.get(property)
        if row is None or not row.per_device:
            return None
        return self._speaking((*row.shown_by, *row.owed_by)) if self._devices else set()

    def _speaking(self, kinds: Kinds) -> set[str]:
        """The devices of which there is an artefact of a kind that could say it: silence of those counts.

        A device that is known by its certificate alone owes nobody a word about its debug port.
        """
        return {
            d for known, found in self._devices.items() if not set(known).isdisjoint(kinds) for d in found
        }

    def judge_document(self, property: str, max_age_days: int, *, say: str = "") -> Answer:
        """Judge a practice: like :meth:`judge` for "yes", where only a recent document counts as one.

        Args:
            property: the practice.
            max_age_days: how old its document may be on the day of the assessment.
            say: what is asked, for the because.
        """
        answer = self.judge(property, (True,), say=say)
        if answer.outcome != "met" or answer.grade != Grade.DOCUMENTED:
            return answer
        since_year_one = (self.as_of - datetime.date.min).days
        oldest = self.as_of - datetime.timedelta(days=min(max_age_days, since_year_one))
        dates = [c for c in self.claims(f"{property}.document-date") if c.grade == Grade.DOCUMENTED]
        if any(datetime.date.fromisoformat(str(c.value)) >= oldest for c in dates):
            return answer
        because = f"{answer.because}, but its document is older than {max_age_days} days"
        return answer._replace(grade=int(Grade.DECLARED), because=because)

    def for_each(
        self,
        kind: SubjectKind,
        properties: Collection[str],
        ask: Callable[[Subject], Answer],
        *,
        none: Answer,
    ) -> Answer:
        """Ask about every declared instance; the worst counts.

        Args:
            kind: kind of subject.
            properties: properties by which instances are found.
            ask: the question about one instance.
            none: the answer when there is no instance.
        """
        found = self.subjects(kind, *properties)
        return all_of([ask(subject) for subject in found]) if found else none


def _by_kinds(table: ClaimTable) -> dict[Kinds, set[str]]:
    """Devices that artefacts speak of, by the kinds that can show what was said of them."""
    found: dict[Kinds, set[str]] = {}
    for claim in table.claims:
        if _of_device(table, claim):
            kinds = (claim.kind,) if claim.kind else table.properties[claim.property].shown_by
            found.setdefault(kinds, set()).add(_device(claim))
    return found


def _of_device(table: ClaimTable, claim: Claim) -> bool:
    """Whether an artefact's claim is about one device of the product."""
    if claim.source.artefact is None or claim.other:
        return False
    row = table.properties.get(claim.property)
    return row is not None and row.per_device


def _device(claim: Claim) -> str:
    """Which device a claim is about; a token that does not say is a device of its own."""
    return claim.device or f"unnamed in {claim.source.artefact}"


def _grade(supporters: list[Claim], devices: Collection[str]) -> int:
    """Grade of an answer: the best about the model, or the weakest device's best.

    Args:
        supporters: claims that answer "met".
        devices: devices that have to be among them; one that is not has nothing to show.
    """
    if not devices:
        return int(max(map(_grade_of, supporters)))
    best: dict[str, int] = {}
    for claim in supporters:
        name = _device(claim) if claim.source.artefact else ""
        key = name if name in devices else ""
        best[key] = max(best.get(key, 0), int(claim.grade))
    of_devices = min(best.get(device, 0) for device in devices)
    return max(best.get("", 0), of_devices)


def show(value: Value) -> str:
    """Write a value for a sentence: yes and no for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
