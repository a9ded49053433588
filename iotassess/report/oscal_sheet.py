"""What all parts of an OSCAL document share, and the resources of its back matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from iotassess.model.artefact import walk
from iotassess.model.assessment import Assessment, BaselineResult
from iotassess.report.location import Locations, uri
from iotassess.report.oscal_ids import Ids
from iotassess.report.oscal_text import Object, filled, line, own, prop, props, prose, stamp, word


@dataclass(slots=True)
class Sheet:
    """What all parts of one document share.

    Attributes:
        assessment: what is reported.
        locations: of its files.
        ids: UUIDs below the result.
        tool: UUID of the component that is iotassess.
        product: UUID of the component that is assessed.
        profile: UUID of the profile's resource.
        resources: path of an artefact → UUID of its resource.
    """

    assessment: Assessment
    locations: Locations
    ids: Ids
    tool: str
    product: str
    profile: str
    resources: dict[str, str] = field(default_factory=dict)

    @property
    def origins(self) -> list[Object]:
        """Who says so: the tool."""
        return [{"actors": [{"type": "tool", "actor-uuid": self.tool}]}]

    @property
    def collected(self) -> str:
        """The moment of judgement."""
        return stamp(self.assessment.as_of.start)


def resources(sheet: Sheet, plan: str) -> Iterator[Object]:
    """What the document refers to: what stands for a plan, the profile, artefacts, catalogues, the policy.

    Args:
        sheet: its resources are filled in.
        plan: UUID of the first one.
    """
    assessment = sheet.assessment
    yield {
        "uuid": plan,
        "title": "No assessment plan",
        "description": prose(
            "There is no assessment plan in OSCAL. What was assessed follows from the profile, the "
            "artefacts, the catalogues and the policy, which the other resources name, and from the command."
        ),
    }
    yield _file(
        sheet.profile,
        f"Profile {assessment.profile_path}",
        "What the maker declares of the product.",
        uri(sheet.locations.profile),
        assessment.profile_sha256,
        "application/yaml",
    )
    for artefact in assessment.artefacts:
        uuid = sheet.ids.new("resource", artefact.path)
        for one in walk([artefact]):
            sheet.resources.setdefault(one.path, uuid)
        href = uri(sheet.locations.of(artefact.path).file)
        title = f"Artefact {artefact.path}"
        said = f"A {artefact.kind or 'file of no known kind'} of {artefact.size} bytes."
        yield _file(uuid, title, said, href, artefact.sha256, artefact.media_type, [own("type", "evidence")])
    for baseline in assessment.baselines:
        yield _catalogue(sheet, baseline)
    if assessment.gate is not None:
        yield {
            "uuid": sheet.ids.new("resource", "policy"),
            "title": line(f"Policy {assessment.gate.policy}"),
            "description": "What the relying party asks of a release.",
            "props": prop("sha-256", assessment.gate.policy_sha256),
        }


def _file(
    uuid: str,
    title: str,
    said: str,
    href: str,
    sha256: str,
    media_type: str | None,
    own_props: Sequence[Object] = (),
) -> Object:
    hashes = [{"algorithm": "SHA-256", "value": word(sha256)}] if sha256 else []
    link = filled(href=href, media_type=word(media_type) if media_type else None, hashes=hashes)
    return filled(uuid=uuid, title=line(title), description=prose(said), props=list(own_props), rlinks=[link])


def _catalogue(sheet: Sheet, baseline: BaselineResult) -> Object:
    members = {"baseline": baseline.id, "edition": baseline.edition, "sha-256": baseline.catalogue_sha256}
    return {
        "uuid": sheet.ids.new("resource", "catalogue", baseline.id),
        "title": line(f"Catalogue {baseline.id}, edition {baseline.edition}"),
        "description": prose(f"{baseline.title}: the paraphrase that was judged by.", baseline.notice),
        "props": props(members),
    }
