"""The pipeline on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.evaluate import Evaluator
from iotassess.baseline.facts import Facts
from iotassess.baseline.registry import probes
from iotassess.baseline.score import score
from iotassess.baseline.technologies import load_technologies, technologies_in_use
from iotassess.crosscheck.appraisal import appraise
from iotassess.crosscheck.counters import counters
from iotassess.crosscheck.documents import document_claims
from iotassess.crosscheck.pipeline import Crosschecked, crosscheck, ranked
from iotassess.errors import ProfileError
from iotassess.evidence.locating import Locate, locator, with_offsets
from iotassess.intake import Request, take_in
from iotassess.model.appraisal import Appraisal
from iotassess.model.assessment import (
    IDENTITIES,
    Assessment,
    BaselineResult,
    Discrepancy,
    ProductName,
    Remark,
    claims_of,
)
from iotassess.model.claim import is_declared
from iotassess.model.places import NOWHERE, place_of_line
from iotassess.model.profile.leaves import all_properties
from iotassess.model.waiver import Waiver
from iotassess.policy.waivers import with_waivers
from iotassess.profile import InvalidProfile, LoadedProfile, claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from iotassess.model.crosswalk import Link
    from iotassess.model.picture import Picture, Rise
    from iotassess.policy.gate import Will
    from iotassess.policy.policy import Policy
    from iotassess.profile.faults import Fault


def assess(
    loaded: LoadedProfile,
    request: Request,
    catalogues: Sequence[Catalogue],
    *,
    tool_version: str,
    waivers: Sequence[Waiver] = (),
    will: Will | None = None,
    crosswalk: Sequence[Link] | None = None,
) -> Assessment:
    """Assess one profile with its artefacts against baselines.

    1. Take in every file that the user and the profile name.
    2. Turn the profile into claims of grade 0, and its documents into claims of grade 1.
    3. Cross-check: bind and grade the artefacts, join all claims, find discrepancies; appraise the tokens.
    4. Judge every requirement of every baseline over the claims.
    5. Sum each baseline up, and tell each discrepancy which requirements it touches, and each requirement
       which technologies in use serve it, and each claim in a discrepancy where in its file it stands.
    6. Make the picture, if a crosswalk for it is given.
    7. Lay the waivers beside it, and ask the gate if a policy is given.

    It never prints, exits, reads the clock or touches the network.

    Args:
        loaded: the profile.
        request: artefacts, anchors, challenges, the moment.
        catalogues: the baselines.
        tool_version: for the result.
        waivers: of the relying party; they change no verdict.
        will: what the relying party asks of a release, or None where no gate is asked.
        crosswalk: rows between these baselines, for the picture; None where no report is drawn. No verdict
            rests on them.

    Raises:
        UsageError: a file named on the command line is missing, or an anchor or challenge is unusable.
    """
    intake = take_in(loaded, request)
    day = request.as_of.date
    documented, doubts = document_claims(intake.documents, day)
    checked = crosscheck(
        claims(loaded),
        documented,
        intake.artefacts,
        all_properties(),
        example=loaded.profile.example,
        denylist=request.denylist,
    )
    facts = Facts(checked.table, day)
    evaluator = Evaluator(facts, checked.discrepancies, probes(), technologies_in_use(facts))
    results = tuple(score(catalogue, evaluator.catalogue(catalogue), facts) for catalogue in catalogues)
    locate = locator(checked.artefacts, lambda artefact: intake.data.get(artefact.sha256))
    discrepancies = with_offsets(ranked((*checked.discrepancies, *evaluator.denied.values())), locate)
    settled = Assessment(
        tool_version=tool_version,
        as_of=request.as_of,
        product=_product(loaded),
        profile_path=loaded.path.name,
        profile_sha256=loaded.sha256,
        example=loaded.profile.example,
        artefacts=checked.artefacts,
        appraisals=_appraised(checked, request),
        anchors=intake.store.uses(),
        discrepancies=tuple(_with_requirements(d, results) for d in discrepancies),
        baselines=results,
        not_done=(
            *intake.not_done,
            *(doubt.said for doubt in doubts),
            *(f"profile: {f.message}" for f in loaded.faults),
        ),
        technologies=_technologies(results),
        identity=_identity(facts),
        counters=counters(checked.table, checked.artefacts),
        overlooked=(*intake.overlooked, *doubts),
        unusable=intake.unusable,
        remarks=_remarks(loaded.faults),
        picture=None if crosswalk is None else _picture(loaded, checked, results, crosswalk, locate),
    )
    if settled.picture is not None:
        settled = replace(settled, picture=settled.picture._replace(rises=_advice(settled, catalogues)))
    with_all = with_waivers(settled, waivers)
    return with_all if will is None else _through_gate(with_all, facts, will)


def unusable_profile(
    path: Path, error: ProfileError, request: Request, policy: Policy, *, tool_version: str
) -> Assessment:
    """Make the result of a profile that nothing can be assessed by: the gate fails on each of its faults.

    Args:
        path: of the profile, as given.
        error: what is wrong with it.
        request: for the moment.
        policy: that was to be asked.
        tool_version: for the result.
    """
    from iotassess.policy.gate import closed

    remarks = _remarks(error.faults if isinstance(error, InvalidProfile) else ())
    if not any(remark.severity == "error" for remark in remarks):
        told = error.message.removeprefix(f"{path}: ")
        remarks = (*remarks, Remark("profile-unreadable", "error", told, NOWHERE))
    return Assessment(
        tool_version=tool_version,
        as_of=request.as_of,
        product=ProductName("", ""),
        profile_path=path.name,
        profile_sha256="",
        example=False,
        artefacts=(),
        anchors=(),
        discrepancies=(),
        baselines=(),
        not_done=("the profile cannot be used, so nothing was assessed",),
        remarks=remarks,
        gate=closed(remarks, policy),
    )


def _through_gate(settled: Assessment, facts: Facts, will: Will) -> Assessment:
    from iotassess.policy.gate import through_gate  # an assessment without a gate does not pay for it

    return through_gate(settled, facts, will)


def _picture(
    loaded: LoadedProfile,
    checked: Crosschecked,
    results: Iterable[BaselineResult],
    crosswalk: Sequence[Link],
    locate: Locate,
) -> Picture:
    from iotassess.crosscheck.picture import draw  # only drawn reports pay for it

    boot = loaded.profile.boot
    stages = (boot.stages if boot is not None else None) or ()
    components = {stage.name: stage.component for stage in stages if stage.component}
    used = (claim for result in results for row in result.requirements for claim in claims_of(row.parts))
    return draw(checked.table, checked.discrepancies, components, crosswalk, used, locate)


def _advice(settled: Assessment, catalogues: Sequence[Catalogue]) -> Mapping[tuple[str, str], Rise]:
    from iotassess.advice import advise  # only drawn reports pay for it

    return advise(settled, catalogues)


def _product(loaded: LoadedProfile) -> ProductName:
    said = loaded.profile.product
    return ProductName(said.vendor, said.model, said.hardware_revision, said.firmware_version)


def _remarks(faults: Iterable[Fault]) -> tuple[Remark, ...]:
    """What validation found, with places."""
    return tuple(Remark(f.rule, f.severity, f.message, place_of_line(f.line, f.column)) for f in faults)


def _technologies(results: Iterable[BaselineResult]) -> dict[str, str]:
    """Names of the technologies that the rows mention."""
    mentioned = {
        t for result in results for row in result.requirements for t in (*row.technologies, *row.in_use)
    }
    return {t.id: t.name for t in load_technologies().values() if t.id in mentioned}


def _identity(facts: Facts) -> dict[str, str]:
    """What the profile declares of the product's identifiers, by the profile's names."""
    found = {id: facts.declared(f"identity.{id.replace('_', '-')}") for id in IDENTITIES}
    return {name: str(value) for name, value in found.items() if value is not None}


def _appraised(checked: Crosschecked, request: Request) -> tuple[Appraisal, ...]:
    """Appraise the tokens by the reference values of the call and the keys that are known of devices."""
    declared: dict[str, list[str]] = {}
    for claim in checked.table.of("device.attestation-key"):
        if is_declared(claim):
            declared.setdefault(claim.subject.name, []).append(str(claim.value))
    return appraise(checked.artefacts, declared, request.device_keys)


def _with_requirements(discrepancy: Discrepancy, results: Sequence[BaselineResult]) -> Discrepancy:
    """Name the requirements that a discrepancy touches."""
    touched = [
        row.id
        for result in results
        for row in result.requirements
        if discrepancy.fingerprint in row.discrepancies
    ]
    return discrepancy._replace(requirements=tuple(dict.fromkeys(touched)))
