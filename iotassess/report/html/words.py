"""What the page calls things: verdicts, standings, grades, and what each means in a few words."""

from __future__ import annotations

from typing import Final

from iotassess.model.claim import Claim, Digest, grade_name
from iotassess.model.picture import Standing
from iotassess.model.verdict import Verdict
from iotassess.model.visible import cut

VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "contradicted": ("×", "evidence or an observation disagrees with the declaration"),  # noqa: RUF001
    "not-satisfied": ("✗", "declared absent, or shown to fail"),
    "partial": ("◐", "some parts are answered, or an artefact that nobody vouches for disagrees"),
    "not-assessed": ("?", "nobody said anything; silence is never a pass"),
    "declared": ("○", "all of it is met, and at least one part rests on less than authenticated evidence"),
    "verified": ("✓", "every part is shown by artefacts that anchors of yours signed, for this product"),
    "not-applicable": ("–", "the baseline allows it, and the feature is absent"),  # noqa: RUF001
}
"""Verdict → its mark and what it means; in the order of the page, the worst first."""

STANDINGS: Final[dict[Standing, tuple[str, str]]] = {
    "disagrees": ("×", "stands in a discrepancy"),  # noqa: RUF001
    "weaker": ("◐", "true of the declaration, and less"),
    "foreign": ("⊘", "of another product or version; counts for nothing"),
    "not-compared": ("·", "in terms that cannot be compared"),
    "alternative": ("≀", "one of several alternatives, of which another one agrees"),
    "agrees": ("✓", "agrees"),
}
"""Standing → its mark and what it means, the worst first."""

MOST_VALUE: Final = 200
"""Characters of a value: the JSON report has all of it."""


MOST_BRIEF: Final = 24
"""Characters of it in a sentence: enough to tell digests apart."""


def grade(number: int) -> str:
    """A grade with its name.

    Args:
        number: 0 to 5.
    """
    return f"{number} {grade_name(number)}"


def value(claim: Claim) -> str:
    """The value of a claim as text.

    Args:
        claim: any.
    """
    if isinstance(claim.value, bool):
        return "yes" if claim.value else "no"
    if isinstance(claim.value, Digest):
        return f"{claim.value.alg}:{claim.value.value}"
    text = str(claim.value)
    return cut(text, MOST_VALUE)


def brief(claim: Claim) -> str:
    """The value of a claim, so short that it stands in a sentence.

    Args:
        claim: any.
    """
    return cut(value(claim), MOST_BRIEF)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Args:
        number: how many.
        one: singular.
        many: plural; by default the singular with an s.
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
