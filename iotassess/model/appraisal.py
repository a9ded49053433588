"""What an appraisal of one attestation token comes to: the nouns of ``crosscheck/appraisal*.py``.

RFC 9334 section 8.4 (appraisal), draft-ietf-rats-ar4si-09 section 2.3 (the vector).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from iotassess.model.ar4si import Tier
from iotassess.model.claim import Digest

Outcome = Literal["match", "digest-only", "none", "no-reference"]
"""What was found for a measured component, best first: a reference whose digest and whose name, version and
signer agree; one whose digest alone agrees; references for the environment, but none with the digest; no
reference at all."""

OUTCOMES: tuple[Outcome, ...] = ("match", "digest-only", "none", "no-reference")


class ReferenceEntry(NamedTuple):
    """One measurement that reference values say is in order.

    Attributes:
        artefact: path of the artefact that has it.
        scope: environment in that artefact (see ``Shown.scope``), or "".
        name: type of the measurement, or None where it is not said in terms that a token has.
        version: of the component, or None.
        signers: identifiers in hex of keys, one of which signs it; empty where it is not said.
        digests: of the one component, by different algorithms.
        path: claim path of the measurement in the artefact.
        implementations: implementation identifiers (hex) of the environment; empty where it has none.
        instances: identities (hex) of the devices that the environment is about; empty for all.
        described: the environment is told by vendor and model, which no token has.
        foreign: the environment has an identifier that no token can have, so that it is no token's.
    """

    artefact: str
    scope: str
    name: str | None
    version: str | None
    signers: tuple[str, ...]
    digests: tuple[Digest, ...]
    path: str
    implementations: frozenset[str] = frozenset()
    instances: frozenset[str] = frozenset()
    described: bool = False
    foreign: bool = False


class ReferenceSource(NamedTuple):
    """An artefact by whose reference values a token was appraised.

    Attributes:
        path: as given.
        kind: artefact kind.
        authenticity: of the artefact.
        grade: of the artefact, or None outside an assessment.
        doubt: why it makes nothing affirmed, or "".
    """

    path: str
    kind: str
    authenticity: str
    grade: int | None
    doubt: str


class Measured(NamedTuple):
    """One component that a token measured.

    Attributes:
        position: in the token's list.
        path: claim path in the token.
        type: type of the measurement, or None.
        version: or None.
        signer: identifier of the key that signed it (hex), or None.
        digest: or None where the token gives none that can be compared.
        implementation: implementation identifier of the environment that it is in (hex), or "".
    """

    position: int
    path: str
    type: str | None
    version: str | None
    signer: str | None
    digest: Digest | None
    implementation: str


class ComponentResult(NamedTuple):
    """How one measured component compares with the reference values.

    Attributes:
        component: what was measured.
        outcome: of the comparison.
        reference: the entry that fits best, or None where none has the digest.
        differs: what it gives and the component has not: "name", "version", "signer".
        contradicted: references for the same name, of no other version, have another digest.
    """

    component: Measured
    outcome: Outcome
    reference: ReferenceEntry | None
    differs: tuple[str, ...] = ()
    contradicted: bool = False

    def differences(self) -> str:
        """What differs, in words; where the token keeps silent about it, that too."""
        said = {
            "name": self.component.type,
            "version": self.component.version,
            "signer": self.component.signer,
        }
        return " and ".join(f"{one}{'' if said[one] else ' (the token gives none)'}" for one in self.differs)


class VectorEntry(NamedTuple):
    """One claim of a trustworthiness vector, with the reason for it.

    Attributes:
        category: of ``ar4si.CATEGORIES``.
        value: signed byte.
        reason: in words.
        at: claim path in the token that it rests on, or None.
    """

    category: str
    value: int
    reason: str
    at: str | None = None


class Appraisal(NamedTuple):
    """What iotassess makes of one token.

    Attributes:
        token: path of the token.
        kind: artefact kind.
        device: identity in hex, or "".
        authenticity: of the token.
        status: see ``crosscheck.appraisal``.
        entries: one a category, in the order of their labels.
        components: in the order of the token.
        unreported: references for the token's environment that no measured component met.
        references: artefacts whose reference values were compared.
    """

    token: str
    kind: str
    device: str
    authenticity: str
    status: Tier
    entries: tuple[VectorEntry, ...]
    components: tuple[ComponentResult, ...]
    unreported: tuple[ReferenceEntry, ...]
    references: tuple[ReferenceSource, ...]

    @property
    def vector(self) -> dict[str, int]:
        """Category → value."""
        return {entry.category: entry.value for entry in self.entries}
