"""The page: what the model holds goes through one template, and its policy lets nothing else run.

Every text of the profile and the artefacts is escaped by jinja2; before that, characters that do not show
are written as escapes. Style and script stand in the page itself; the Content-Security-Policy (CSP level 3,
section 6.7.3.3) admits them by their digests, so that no other script runs even if markup got in.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from iotassess.model.assessment import Assessment
from iotassess.model.visible import visible
from iotassess.report.html import chain, evidence_map, rows, sources, summary, words
from iotassess.report.html.anchors import Anchors
from iotassess.report.location import from_folder
from iotassess.report.registry import Look

PARTS = resources.files("iotassess.report.html") / "templates"


def render(assessment: Assessment, look: Look) -> str:
    """Render as one HTML page.

    Args:
        assessment: what to show; with its picture the page has a boot chain, an evidence map, a crosswalk.
        look: path of the profile, which is told from the current folder.
    """
    anchors = Anchors()
    style, script = _part("page.css"), _part("page.js")
    shown = sources.sources(assessment, anchors)
    picture = assessment.picture
    return (
        _environment()
        .get_template("page.html")
        .render(
            assessment=assessment,
            product=assessment.product,
            gate=assessment.gate,
            profile=from_folder(look.profile or assessment.profile_path, look.folder),
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=_policy(style, script),
            errors=[d for d in assessment.discrepancies if d.severity == "error"],
            doubts=[d for d in assessment.discrepancies if d.severity != "error"],
            cards=summary.cards(assessment),
            sections=rows.sections(assessment, anchors),
            sources=shown,
            touched=rows.touched(assessment, anchors),
            steps=chain.steps(picture, anchors) if picture else (),
            map=evidence_map.evidence_map(picture, assessment.artefacts, anchors) if picture else None,
            crosswalk=picture.crosswalk if picture else (),
            verdict_of={(b.id, r.id): r.verdict for b in assessment.baselines for r in b.requirements},
            anchors=anchors,
            words=words,
            levels=summary.LEVELS,
            states=chain.STATES,
            geometry=evidence_map,
        )
    )


def _policy(style: str, script: str) -> str:
    """What the browser may do: this style, this script, and nothing from anywhere."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _part(name: str) -> str:
    return (PARTS / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    """The template engine: it escapes everything, and a name that is not there is an error."""
    environment = Environment(
        loader=FunctionLoader(_part),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters["grade"] = words.grade
    environment.filters["count"] = words.count
    return environment


def _harmless(thing: object) -> object:
    """Show control and bidirectional characters as what they are; line ends stay where they are text."""
    if isinstance(thing, Markup):
        return thing
    return "\n".join(map(visible, str(thing).split("\n")))
