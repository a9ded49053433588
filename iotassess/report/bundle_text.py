"""What ``bundle verify`` found, for a terminal: accepted or not, why not, and by whose word.

The last is as much the answer as the first. The signature tells who made the bundle; the verdicts in it rest
on trust anchors that the maker named, and whoever reads them has to know these from elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from iotassess.model.assessment import AnchorUse, Assessment, BaselineResult
from iotassess.model.bundle import BundleCheck, Difference
from iotassess.report.escape import inert, safe
from iotassess.report.headline import MOST_NAME, percent, short_name

MOST_PATH = 120
"""Characters of a path in the bundle; the JSON has all of it."""
MOST_VALUE = 160
"""Characters of a value that differs; the JSON has all of it."""
MOST_DIFFERENCES = 25
"""Differences that are shown; the JSON has all of them."""
MOST_SHOWN = 400
"""Characters of a message that quotes somebody."""

_STATES = {
    "identical": "bit-identical: the assessment made from the bundle alone is the result in it",
    "different": "DIFFERENT: the assessment made from the bundle alone is not the result in it",
    "not-done": "not done",
}


_OWN = re.compile("^your ")
"""What stands before the name of a catalogue that is not shipped; whose it is depends on who reads."""

_NAMED_BY = {"user": "maker", "policy": "maker's policy", "profile": "profile"}
"""Who named an anchor in the call that the bundle is of, as whoever holds the bundle sees it."""


def render(check: BundleCheck) -> str:
    """Render for a terminal."""
    return "".join(f"{inert(line)}\n" for line in _lines(check))


def _lines(check: BundleCheck) -> Iterator[str]:
    count = len(check.reasons)
    reasons = f"{count} reason{'' if count == 1 else 's'}"
    answer = "bundle accepted" if check.accepted else f"bundle NOT accepted, {reasons}"
    yield f"{safe(check.name)}: {answer} · {check.size} bytes"
    for reason in check.reasons:
        at = f" {_plain(reason.path, MOST_PATH)}" if reason.path else ""
        yield f"  ✗ {reason.id}{at}: {safe(reason.message, MOST_SHOWN)}"
    for reason in check.waived:
        yield f"  ! {reason.id}: {safe(reason.message, MOST_SHOWN)}"
        yield "    put aside by --allow-unsigned: nobody whom you named vouches for this bundle"
    yield f"  sha256 {check.sha256}"
    if check.readable:
        yield from _found(check)


def _found(check: BundleCheck) -> Iterator[str]:
    yield f"  signature: {check.authenticity}{_by(check)}"
    yield f"  files: {check.files} in the manifest, sha256 {check.manifest_sha256}"
    of = " of an EXAMPLE" if check.example else ""
    moment = "" if check.as_of is None else f" as of {check.as_of.date.isoformat()}"
    yield f"  result: of `{check.command}`{of}{moment}, made by iotassess {safe(check.made_by, 40)}"
    yield f"  re-run: {_STATES[check.rerun]} (iotassess {check.tool_version})"
    yield from _differences(check)
    if check.assessment is not None:
        yield ""
        yield from _result(check, check.assessment)
        yield ""
        yield from _word(check, check.assessment)


def _by(check: BundleCheck) -> str:
    one = next((s for s in check.signatures if s.status == "verified"), None)
    if one is None:
        return ""
    who = f"your anchor {_plain(one.key)}" if one.anchor_source == "user" else "a key that it carries"
    test = "; a TEST KEY: its private half is published, so anybody can sign with it" if one.test_key else ""
    return f", {safe(one.alg)} by {who}, {one.thumbprint or 'a key without thumbprint'}{test}"


def _differences(check: BundleCheck) -> Iterator[str]:
    for one in check.differences[:MOST_DIFFERENCES]:
        yield f"    {safe(one.pointer, MOST_VALUE) or '(the whole)'}: {_told(one)}"
    more = len(check.differences) - MOST_DIFFERENCES
    if more > 0:
        yield f"    and {more + check.left_out} more; -f json has them"


def _told(one: Difference) -> str:
    if one.change == "added":
        return f"was not there, is {_value(one.now)}"
    if one.change == "removed":
        return f"was {_value(one.was)}, is not there"
    return f"was {_value(one.was)}, is {_value(one.now)}"


def _value(value: Any) -> str:
    return safe(json.dumps(value, ensure_ascii=False), MOST_VALUE)


def _result(check: BundleCheck, assessment: Assessment) -> Iterator[str]:
    what = "result" if check.rerun == "identical" else "made anew"
    product = assessment.product
    names = (product.vendor, product.model, product.hardware_revision)
    example = "EXAMPLE · " if assessment.example else ""
    firmware = f" · firmware {_plain(product.firmware_version)}" if product.firmware_version else ""
    yield f"{what}: {example}{' '.join(_plain(name) for name in names if name)}{firmware}"
    yield "a self-assessment against paraphrased requirements"
    if assessment.gate is not None:
        answer = "passed" if assessment.gate.passed else f"FAILED, {len(assessment.gate.failures)} reasons"
        policy = (
            "shipped policy" if check.policy is None else f"maker's policy, {_plain(check.policy, MOST_PATH)}"
        )
        waived = len(assessment.gate.waived)
        put_aside = f", {waived} held back by the maker's waivers" if waived else ""
        yield f"  gate: {answer}{put_aside} · by the {policy}"
    for baseline in assessment.baselines:
        yield f"  {_baseline(baseline, assessment)}"


def _baseline(row: BaselineResult, assessment: Assessment) -> str:
    """The headline without its end, which speaks to whoever made the bundle."""
    count = sum(d.severity == "error" for d in assessment.discrepancies)
    words = (
        _plain(_OWN.sub("the maker's ", row.short_name)) or short_name(row.id),
        f"proven {percent(row.proven)}",
        f"claimed {percent(row.claimed)}",
        f"{count} contradiction{'' if count == 1 else 's'}",
        f"level {row.level}{row.suffix}",
    )
    return " · ".join(words)


def _plain(name: str | None, limit: int = MOST_NAME) -> str:
    """A name that somebody gave, which must not pass for the rest of the line, nor for the next one."""
    return safe(" ".join(str(name or "").split()), limit).replace("·", "-")


def age(seconds: int) -> str:
    """Write an age in the largest unit that leaves no rest, as ``--max-age`` takes it."""
    for unit, size in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _word(check: BundleCheck, assessment: Assessment) -> Iterator[str]:
    """Say on whose word the verdicts rest: the maker's, in all that the call brought along."""
    if check.max_age is not None:
        yield f"tokens up to {age(check.max_age)} old count as fresh (the maker's choice)"
    if not assessment.anchors:
        yield "by whose word: no trust anchor was named, so nothing in it is proven"
        return
    yield "by whose word: the maker of the bundle named these trust anchors, and not you; what is proven is"
    yield "proven to whoever knows them. To judge by anchors of your own, unpack it, and assess it with -t"
    for value, of in check.challenges:
        whom = _plain(of, MOST_PATH) if of else "all tokens"
        yield f"  challenge    {value} for {whom} (maker): who sent it knows when"
    named: dict[tuple[str, str], list[AnchorUse]] = {}
    for one in assessment.anchors:
        named.setdefault((one.purpose or "no purpose", one.thumbprint or one.name), []).append(one)
    for (purpose, _), uses in named.items():
        who = ", ".join(dict.fromkeys(_NAMED_BY.get(use.source, use.source) for use in uses))
        yield f"  {purpose:<12} {_plain(uses[0].name)} ({who}) {uses[0].thumbprint or ''}".rstrip()
