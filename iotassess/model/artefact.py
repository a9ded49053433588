"""What reading one artefact gives: its authenticity, its problems, and what it shows.

A decoder returns an :class:`Artefact`. It knows neither the profile nor the verdicts, so it can say
what the bytes show and who signed them, but not what that is worth: binding and grade are filled in by
``crosscheck``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from iotassess.model.claim import Subject, Value

Severity = Literal["error", "warning", "note"]
Authenticity = Literal["authenticated", "intact", "unverified", "failed", "unsigned"]
SignatureStatus = Literal["verified", "bad-signature", "no-key", "unsupported-alg", "malformed"]
Binding = Literal["bound", "other", "unknown"]
AnchorSource = Literal["user", "policy", "profile", "artefact"]
Purpose = Literal["update", "attestation", "reference", "identity", "network", "results"]

INDEPENDENT: tuple[AnchorSource, ...] = ("user", "policy")
"""Who may name an anchor that authenticates. The profile is the judged party, and an artefact speaks for
itself: anchors of theirs do not count."""

PURPOSES: tuple[Purpose, ...] = (
    "update",
    "attestation",
    "reference",
    "identity",
    "network",
    "results",
)


class Problem(NamedTuple):
    """Something wrong or doubtful in an artefact. Ids and severities are in ``model/problems.py``.

    Attributes:
        id: permanent id.
        severity: error, warning or note.
        message: got, expected, where, what to do next.
        at: claim path, or None.
        offset: byte offset from the artefact's start, or None.
    """

    id: str
    severity: Severity
    message: str
    at: str | None = None
    offset: int | None = None


class SignatureResult(NamedTuple):
    """The outcome of checking one signature or MAC.

    Attributes:
        type: "COSE_Sign1", "COSE_Sign", "COSE_Mac0", "COSE_Mac", "JWS", "CMS", "X.509", "MCUboot".
        alg: IANA COSE registry name ("ES256"), or None when absent.
        kid: key identifier in hex, or None.
        status: what came of it.
        key: name of the anchor (or key) that verified it, or None.
        anchor_source: who named that anchor, or None.
        thumbprint: SHA-256 over the verifying key's SubjectPublicKeyInfo (hex); None for a secret.
        anchor_purpose: the purpose that the anchor was named for, or None where it was not stated.
        test_key: the key is a published test key (never worth more than grade 2): "published" by
            somebody else, or "own", one of the TEST ONLY keys of this repository's fixtures, which a
            profile marked as example may use.
        symmetric: the key is a shared secret.
    """

    type: str
    alg: str | None
    kid: str | None
    status: SignatureStatus
    key: str | None = None
    anchor_source: AnchorSource | None = None
    thumbprint: str | None = None
    anchor_purpose: Purpose | None = None
    test_key: Literal["published", "own"] | None = None
    symmetric: bool = False


class Shown(NamedTuple):
    """One statement that an artefact makes, before it is bound and graded.

    Attributes:
        subject: in the artefact's own terms.
        property: id in the vocabulary.
        value: of the property's type.
        path: claim path inside the artefact.
        covered: whether a signature or a verified digest covers the bytes it was read from.
        observed: whether iotassess computed it itself about the file (a digest; that a signature is
            absent or fails).
        trail: where ``codec.cbor.locate`` finds it, as a path of keys and indices; empty if unknown.
        scope: which of several products that the artefact speaks of it is about (a CoMID's environment,
            for one): statements of one scope are bound together, apart from those of another. Empty where
            it is about all that the artefact is about.
    """

    subject: Subject
    property: str
    value: Value
    path: str
    covered: bool = True
    observed: bool = False
    trail: tuple[Any, ...] = ()
    scope: str = ""


class Role(NamedTuple):
    """The part that the profile gives to a file in its ``evidence:`` list.

    Attributes:
        use: "artefact" or "image".
        component: declared component that the file is for, or None.
        line: profile line that names it.
        column: column there, from 1.
    """

    use: Literal["artefact", "image"]
    component: str | None
    line: int | None
    column: int = 1


class Overlooked(NamedTuple):
    """A file that was handed in, or that the profile names, and that counts for nothing.

    Attributes:
        path: as given, or as the profile names it.
        said: the sentence for ``not_done``: which file, and why.
        what: what it was taken for.
        line: profile line that names it, or None.
        column: column there, from 1.
    """

    path: str
    said: str
    what: Literal["file", "document", "trust-anchor"] = "file"
    line: int | None = None
    column: int = 1


@dataclass(frozen=True, slots=True)
class Artefact:
    """One input file (or one token nested in it), read.

    Attributes:
        path: as given; nested tokens append ``#`` and their claim path.
        kind: artefact kind id, or None when it could not be recognised.
        media_type: IANA media type, or None.
        sha256: of the whole file, hex.
        size: bytes.
        wellformed: the bytes are what the kind's format prescribes.
        authenticity: see CONTRACT; "unsigned" when there is nothing to verify.
        signatures: one result a signature block.
        problems: in the order found.
        claims: JSON-ready tree for ``verify`` and ``inspect``; byte strings are hex.
        shown: statements for the claim table.
        nested: tokens inside, each with its own authenticity.
        device: identity of the one device it speaks of (hex), or "" for a whole model.
        fresh: how its moment is known: "nonce", "time", or None.
        purpose: anchors of this purpose authenticate it.
        role: what the profile names it for, or None.
        binding: filled in by crosscheck; None before, and in ``verify``.
        grade: of its covered claims, filled in by crosscheck; None before, and in ``verify``.
        scopes: binding of each scope of its statements, filled in by crosscheck.
    """

    path: str
    kind: str | None
    media_type: str | None
    sha256: str
    size: int
    wellformed: bool
    authenticity: Authenticity
    signatures: tuple[SignatureResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    claims: dict[str, Any] | None = None
    shown: tuple[Shown, ...] = ()
    nested: tuple[Artefact, ...] = ()
    device: str = ""
    fresh: Literal["nonce", "time"] | None = None
    purpose: Purpose | None = None
    role: Role | None = None
    binding: Binding | None = None
    grade: int | None = None
    scopes: tuple[tuple[str, Binding], ...] = ()

    def is_about_this(self, statement: Shown) -> bool:
        """Tell whether a statement is about the product that is assessed, as far as that was asked.

        Of an artefact that speaks of several products only the scopes that are bound are.
        """
        if self.binding is None or not statement.scope:
            return True
        return dict(self.scopes).get(statement.scope) == "bound"


def walk(artefacts: Iterable[Artefact]) -> Iterator[Artefact]:
    """Artefacts with those nested in them, each before what it holds."""
    for artefact in artefacts:
        yield artefact
        yield from walk(artefact.nested)
