"""Which reference values are about this release: a list of several says only that one of them may be."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from iotassess.model.claim import Claim, Digest, Value


def of_one_release(references: Iterable[Claim], released: Collection[Value]) -> list[Claim]:
    """Leave out reference values that stand beside others and are not known to be of this release.

    Reference values list the releases that a verifier accepts, older ones among them. That a device runs one
    of these does not say that it runs this one.

    Args:
        references: reference values for one component.
        released: digests of this release, as declared or as a manifest or an image gives them.
    """
    claims = list(references)
    alone: dict[tuple[str | None, str], set[Value]] = {}
    for claim in claims:
        alone.setdefault(_list_of(claim), set()).add(claim.value)
    return [claim for claim in claims if len(alone[_list_of(claim)]) == 1 or claim.value in released]


def _list_of(claim: Claim) -> tuple[str | None, str]:
    """Where it is listed: artefact and algorithm."""
    return claim.source.artefact, claim.value.alg if isinstance(claim.value, Digest) else ""
