"""OSCAL 1.2.1 assessment results (NIST), for tools of governance, risk and compliance.

The document has one result, since one run is one event: tools take several results for runs at several
times, the newest first, and would take one baseline alone for the state of the product. What baselines share,
such as artefacts, disagreements and open items, so stands in it once. The ids of controls name the baseline.

OSCAL says less than we do: see docs/adr/0022-oscal-says-less.md.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from iotassess.model.assessment import IDENTITIES, AnchorUse, Assessment
from iotassess.model.gate import Gate
from iotassess.report.headline import headline
from iotassess.report.location import locate
from iotassess.report.oscal_evidence import observations
from iotassess.report.oscal_findings import findings, objectives, reviewed_controls
from iotassess.report.oscal_ids import NAMESPACE, Ids, named
from iotassess.report.oscal_risks import risks
from iotassess.report.oscal_sheet import Sheet, resources
from iotassess.report.oscal_text import (
    NOTICE,
    Object,
    dumps,
    filled,
    items,
    line,
    own,
    props,
    prose,
    stamp,
    word,
)
from iotassess.report.registry import Look

VERSION: Final = "1.2.1"


def render(assessment: Assessment, look: Look) -> str:
    """Render as an OSCAL document in JSON.

    Args:
        assessment: what to report, with or without the gate's answer.
        look: which profile was given, and in which folder.
    """
    root = named(NAMESPACE, "result", *_subject(assessment))
    ids = Ids(root)
    sheet = Sheet(
        assessment,
        locate(assessment, look),
        ids,
        tool=ids.new("component", "tool"),
        product=ids.new("component", "product"),
        profile=ids.new("resource", "profile"),
    )
    plan = ids.new("resource", "plan")
    back_matter = list(resources(sheet, plan))
    body = {
        "metadata": {**metadata(assessment, _title(assessment)), "remarks": NOTICE},
        "import-ap": {
            "href": f"#{plan}",
            "remarks": "There is no assessment plan in OSCAL; the resource says what stands for one.",
        },
        "local-definitions": {"objectives-and-methods": objectives(sheet)},
        "results": [_result(sheet, root)],
        "back-matter": {"resources": back_matter},
    }
    return document("assessment-results", body)


def document(kind: str, body: Object) -> str:
    """Write a document: its UUID and version follow from all that it says.

    Args:
        kind: name of OSCAL's model.
        body: without UUID and version.
    """
    digest = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    uuid = named(NAMESPACE, kind, digest)
    about = body["metadata"]
    about = {**about, "version": f"{about['last-modified'][:10]}+{uuid[:8]}"}
    return dumps({kind: {"uuid": uuid, **body, "metadata": about}})


def metadata(assessment: Assessment, title: str) -> Object:
    """Metadata of a document, without its version.

    Args:
        assessment: for the moment and the tool.
        title: of the document, Markdown.
    """
    return {
        "title": title,
        "last-modified": stamp(assessment.as_of.start),
        "version": "",
        "oscal-version": VERSION,
        "props": props({"tool": "iotassess", "tool-version": assessment.tool_version}),
    }


def _subject(assessment: Assessment) -> tuple[str, ...]:
    """What a result is about: one profile at one moment. Of a profile that has no digest, its faults."""
    moment = (stamp(assessment.as_of.start), stamp(assessment.as_of.end))
    faults = () if assessment.profile_sha256 else tuple(map(str, assessment.remarks))
    return (assessment.profile_path, assessment.profile_sha256, *moment, *faults)


def _name(assessment: Assessment) -> str:
    product = assessment.product
    words = [product.vendor, product.model, product.hardware_revision]
    if product.firmware_version:
        words.append(f"firmware {product.firmware_version}")
    return " ".join(filter(None, words)) or f"the product of {assessment.profile_path}"


def _title(assessment: Assessment) -> str:
    example = "EXAMPLE · " if assessment.example else ""
    return f"{example}Device security of {line(_name(assessment))}"


def _result(sheet: Sheet, uuid: str) -> Object:
    assessment = sheet.assessment
    seen = observations(sheet)
    open_items = risks(sheet, seen)
    headlines = [headline(assessment, baseline) for baseline in assessment.baselines]
    return filled(
        uuid=uuid,
        title=_title(assessment),
        description=prose(NOTICE, *headlines),
        start=stamp(assessment.as_of.start),
        end=stamp(assessment.as_of.end),
        props=_props(assessment),
        local_definitions=_definitions(sheet),
        reviewed_controls=reviewed_controls(sheet),
        observations=seen.rows,
        risks=open_items.rows,
        findings=findings(sheet, seen, open_items),
        remarks=_remarks(assessment),
    )


def _remarks(assessment: Assessment) -> str:
    told = [
        *assessment.not_done,
        *(f"{path}: nothing in it is a known artefact" for path in assessment.unusable),
    ]
    return f"What was not done:\n\n{items(told)}" if told else ""


def _props(assessment: Assessment) -> list[Object]:
    found = props(
        {
            "as-of": assessment.as_of.date.isoformat(),
            "example": assessment.example,
            "contradictions": sum(d.severity == "error" for d in assessment.discrepancies),
        }
    )
    for number, anchor in enumerate(assessment.anchors, start=1):
        found += _anchor(anchor, f"anchor-{number}")
    return found + (_gate_props(assessment.gate) if assessment.gate is not None else [])


def _anchor(anchor: AnchorUse, group: str) -> list[Object]:
    members = {
        "anchor": anchor.name,
        "anchor-source": anchor.source,
        "anchor-purpose": anchor.purpose,
        "thumbprint": anchor.thumbprint,
    }
    return props(members, group)


def _gate_props(gate: Gate) -> list[Object]:
    members = {
        "gate": "passed" if gate.passed else "failed",
        "gate-strict": gate.strict,
        "gate-open": gate.open,
        "gate-policy": gate.policy,
        "gate-policy-sha-256": gate.policy_sha256,
        "gate-against": gate.against,
        "gate-undecided": gate.undecided,
    }
    found = props(members)
    for number, (rule, outcome) in enumerate(gate.rules.items(), start=1):
        found += props({"gate-rule": rule, "gate-rule-outcome": outcome}, f"gate-rule-{number}")
    return found


def _definitions(sheet: Sheet) -> Object:
    """The product, and the tool that all observations come from."""
    assessment = sheet.assessment
    product = assessment.product
    tool = {
        "uuid": sheet.tool,
        "type": "software",
        "title": "iotassess",
        "description": "Holds what a product's maker declares against what its artefacts show.",
        "props": [own("version", word(assessment.tool_version))],
        "status": {"state": "operational"},
    }
    members = {
        "vendor": product.vendor,
        "model": product.model,
        "hardware-revision": product.hardware_revision,
        "firmware-version": product.firmware_version,
    }
    system = filled(
        uuid=sheet.product,
        type="this-system",
        title=line(_name(assessment)),
        description="The product that is assessed, by the name that its maker gives it.",
        props=props({**members, **_identity(assessment)}),
        status={"state": "other", "remarks": "Where in its life the product is was not asked."},
    )
    platform = {
        "uuid": sheet.ids.new("platform"),
        "title": "iotassess, offline",
        "uses-components": [{"component-uuid": sheet.tool}],
    }
    return {
        "components": [system],
        "assessment-assets": {"components": [tool], "assessment-platforms": [platform]},
    }


def _identity(assessment: Assessment) -> dict[str, str | None]:
    found = assessment.identity
    return {f"identity-{name.replace('_', '-')}": found.get(name) for name in IDENTITIES}
