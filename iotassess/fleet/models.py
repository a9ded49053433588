"""The models of a fleet: a profile each, what is judged beside its tokens, and the answers found so far.

An answer is worked out by the whole assessment of the profile with the one token in place of the samples that
the profile names, and remembered for the token's class (:mod:`iotassess.fleet.classes`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from iotassess import __version__
from iotassess.assess import assess
from iotassess.baseline.catalogue import Catalogue
from iotassess.evidence.collect import locate_named
from iotassess.fleet.classes import Mentioned, class_of, mentions
from iotassess.fleet.sources import digest_of_file
from iotassess.intake import Request
from iotassess.model.appraisal import Appraisal, ComponentResult
from iotassess.model.ar4si import Tier
from iotassess.model.artefact import INDEPENDENT, Artefact, Binding, Problem
from iotassess.model.assessment import Assessment
from iotassess.model.fleet import COMPONENT_MATCHES, Column, ComponentMatch, ModelUsed
from iotassess.model.visible import visible
from iotassess.profile import LoadedProfile, claims, documents, evidence_entries, load_profile

REMEMBERED: Final = 2_048
"""Answers that a worker keeps for a model. A fleet has some hundred classes: releases, states, faults. One
answer has about two kilobytes."""

MAX_REMEMBERED_BYTES: Final = 8 << 10
"""Largest token whose answer is kept: its class takes three times as much. Real ones have under a kilobyte;
one that is larger is answered anew each time, so that whoever makes it cannot fill the memory."""

MOST_UNMATCHED: Final = 16
"""Components without a matching reference value that are named in a row."""

MOST_TEXT: Final = 256
"""Characters of a text out of a token that stand in a row."""

TOKEN: Final = "token"  # noqa: S105 - a name
"""What a fleet's token is called within an assessment."""


class Answer(NamedTuple):
    """What the assessment of one token came to.

    Attributes:
        binding: of the token to the product and release.
        grade: of what it says.
        status: of its appraisal (AR4SI tier), or None.
        component_match: see ``model.fleet``; None where it was not appraised.
        unmatched: measured components that match no reference value.
        discrepancies: ids of those that the token has a part in.
        contradicts: one of them is an error.
        verdicts: of the attestation requirements.
        said: what it says that stands in a row.
    """

    binding: Binding | None
    grade: int | None
    status: str | None
    component_match: ComponentMatch | None
    unmatched: tuple[str, ...]
    discrepancies: tuple[str, ...]
    contradicts: bool
    verdicts: tuple[str, ...]
    said: Said


class Said(NamedTuple):
    """What a token says that stands in a row, shortened. It tells no device from another.

    Attributes:
        firmware: its version; where that is not said, the versions of its components.
        lifecycle: of the device.
        debug: state of its debug interfaces.
    """

    firmware: str | None
    lifecycle: str | None
    debug: str | None


def said_by(token: Artefact) -> Said:
    """Give what a token says that stands in a row."""
    firmware = lifecycle = debug = None
    versions: list[str] = []
    for shown in token.shown:
        if shown.property == "product.firmware-version":
            firmware = str(shown.value)
        elif shown.property == "component.version":
            versions.append(f"{shown.subject.name} {shown.value}")
        elif shown.property == "lifecycle":
            lifecycle = str(shown.value)
        elif shown.property == "debug.state":
            debug = str(shown.value)
    if firmware is None and versions:
        firmware = ", ".join(dict.fromkeys(versions))
    return Said(*(None if text is None else text[:MOST_TEXT] for text in (firmware, lifecycle, debug)))


class Model:
    """One release of one model.

    Attributes:
        used: the profile as the summary names it.
        not_done: what is not compared in any assessment of it, and why.
        beside: digests of the artefacts that are judged beside the tokens.
        named: digests of all files that the profile names, whatever for.

    Args:
        loaded: the profile.
        name: of the profile's file, as given.
        request: everything but the token.
        catalogues: baselines.
        columns: attestation requirements.
        denied: what a denylist names.
    """

    def __init__(
        self,
        loaded: LoadedProfile,
        name: str,
        request: Request,
        catalogues: Sequence[Catalogue],
        columns: Sequence[Column],
        denied: Sequence[str] = (),
    ) -> None:
        said = loaded.profile.product
        release = said.firmware_version or ""
        self.used = ModelUsed(
            f"{said.vendor} {said.model}", release, name, loaded.sha256, loaded.profile.example
        )
        self._model = said.model
        self._loaded, self._request, self._catalogues = loaded, request, tuple(catalogues)
        self._columns = tuple(columns)
        without = self._assess(())
        self.not_done = without.not_done
        self.beside = tuple(artefact.sha256 for artefact in without.artefacts)
        self.named = tuple(_named(loaded))
        self._mentioned: Mentioned = mentions(claims(loaded), without.artefacts, denied)
        self.implementation = without.identity.get("implementation_id")
        self._oem = (without.identity.get("oemid"), without.identity.get("hwmodel"))
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def is_called(self, name: str) -> bool:
        """Whether an operator's name for a model means this one."""
        return name in (self._model, self.used.name)

    def is_of(self, artefact: Artefact) -> bool:
        """Whether a token says that it is of this model: that decides what it is held against, no more."""
        for shown in artefact.shown:
            if shown.property == "identity.implementation-id" and shown.value == self.implementation:
                return True
        said = {s.property: s.value for s in artefact.shown if s.property.startswith("identity.")}
        model = said.get("identity.hwmodel")
        if model is None or model != self._oem[1]:
            return False
        return said.get("identity.oemid", self._oem[0]) == self._oem[0]

    def answer(self, token: Artefact, *, registered: bool = False) -> Answer:
        """Give the answer for a token, from memory where one of its class was answered.

        Args:
            token: authenticated, read with the anchors that the user named.
            registered: its key is registered for the device that it is of.
        """
        key = (registered, class_of(token, self._mentioned))
        found = self._answers.get(key)
        if found is None:
            found = self.answer_anew(token, registered=registered)
            if token.size <= MAX_REMEMBERED_BYTES:
                self._answers[key] = found
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        else:
            self._answers.move_to_end(key)
        return found

    def answer_anew(self, token: Artefact, *, registered: bool = False) -> Answer:
        """Work the answer for a token out."""
        keys = [s.thumbprint for s in token.signatures if s.anchor_source in INDEPENDENT and s.thumbprint]
        result = self._assess((token,), {token.device: keys} if registered and token.device else {})
        own = next(one for one in result.artefacts if one.path == token.path)
        verdicts = {
            (baseline.id, row.id): row.verdict
            for baseline in result.baselines
            for row in baseline.requirements
        }
        appraised = [one for one in result.appraisals if _is_from(one.token, token.path)]
        touched = [
            one
            for one in result.discrepancies
            if any(_is_from(claim.source.artefact, token.path) for claim in one.evidenced)
        ]
        match, unmatched = _worst([_components(one) for one in appraised])
        return Answer(
            own.binding,
            own.grade,
            max((one.status for one in appraised), key=_STATUSES.index, default=None),
            match,
            unmatched,
            tuple(dict.fromkeys(one.id for one in touched)),
            any(one.severity == "error" for one in touched),
            tuple(verdicts[column.baseline, column.requirement] for column in self._columns),
            said_by(token),
        )

    def _assess(
        self, tokens: Sequence[Artefact], keys: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> Assessment:
        request = replace(self._request, handed=tokens, device_keys=keys)
        return assess(self._loaded, request, self._catalogues, tool_version=__version__)


_STATUSES: Final[tuple[Tier, ...]] = ("affirming", "none", "warning", "contraindicated")
"""Best first; a token with others inside is as good as the worst of them."""


def _worst(
    found: Sequence[tuple[ComponentMatch, tuple[str, ...]]],
) -> tuple[ComponentMatch | None, tuple[str, ...]]:
    """Put what a token and those inside it measure together; one that measures nothing hides no other."""
    if not found:
        return None, ()
    measured = [match for match, _ in found if match != "not-measured"]
    names = tuple(name for _, unmatched in found for name in unmatched)[:MOST_UNMATCHED]
    return max(measured, key=COMPONENT_MATCHES.index, default="not-measured"), names


def _named(loaded: LoadedProfile) -> Iterator[str]:
    """Digests of the files that a profile names: evidence, anchors, images, documents."""
    folder = loaded.path.parent
    paths = [entry.path for entry in evidence_entries(loaded)] + [row.path for row in documents(loaded)]
    for name in paths:
        path = locate_named(folder, name)
        yield f"{name!a} {path.id if isinstance(path, Problem) else digest_of_file(path)}"


def _is_from(source: str | None, token: str) -> bool:
    return source is not None and (source == token or source.startswith(f"{token}#"))


def _components(appraisal: Appraisal) -> tuple[ComponentMatch, tuple[str, ...]]:
    """Give the worst match of all components, and the names of those that match nothing."""
    if not appraisal.components:
        return "not-measured", ()
    doubtful = {source.path for source in appraisal.references if source.doubt}
    each = [(_match(one, doubtful), one.component) for one in appraisal.components]
    worst = max((match for match, _ in each), key=COMPONENT_MATCHES.index)
    names = [
        " ".join(visible(text) for text in (one.type or f"#{one.position}", one.version) if text)
        for match, one in each
        if match not in ("match", "digest-only")
    ]
    return worst, tuple(names[:MOST_UNMATCHED])


def _match(result: ComponentResult, doubtful: set[str]) -> ComponentMatch:
    if result.outcome == "none":
        return "mismatch"
    if result.outcome == "no-reference":
        return "no-reference"
    if result.reference is not None and result.reference.artefact in doubtful:
        return "doubtful-reference"
    return result.outcome


def columns_of(catalogues: Sequence[Catalogue]) -> Iterator[Column]:
    """Give the attestation requirements of catalogues, in their order."""
    for catalogue in catalogues:
        for row in catalogue.requirements:
            if row.attestation:
                yield Column(catalogue.id, row.id, row.title)


def load_model(
    path: Path, name: str, request: Request, catalogues: Sequence[Catalogue], columns: Sequence[Column]
) -> Model:
    """Load a model.

    Args:
        path: of its profile.
        name: of that as given.
        request: anchors, reference values, the moment.
        catalogues: baselines.
        columns: attestation requirements.

    Raises:
        ProfileError: the profile cannot be used.
    """
    denied = (*request.denylist.keys, *(digest.value for digest in request.denylist.digests))
    return Model(load_profile(path), name, request, catalogues, columns, denied)
