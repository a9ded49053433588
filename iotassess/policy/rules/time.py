"""Rules about time: certificates, support, and the age of evidence, all at the moment of judgement."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iotassess.model.artefact import Artefact, Purpose
from iotassess.model.durations import written
from iotassess.model.gate import Finding
from iotassess.model.places import place_of_line
from iotassess.policy.scene import Scene, about_artefact, about_release

EXPIRES: Final = ("device.certificate-expires", "trust-anchor.expires")
"""Properties that say on which day a certificate ends."""


def certificates_outlast(scene: Scene, value: datetime.timedelta) -> Iterator[Finding]:
    """Every certificate is valid for some time to come.

    Looks at: device certificates and the trust anchors that the profile declares.

    Why it matters: a device whose certificate ends in the field cannot be reached to renew it.

    Decides: fails on each that ends before the moment of judgement and the time that the policy asks for.
    Certificates that ended already are problems of their artefacts, too.
    """
    limit = _after(scene, value)
    for id in EXPIRES:
        for claim in scene.facts.claims(id):
            end = _day(claim.value)
            if end is not None and end >= limit:
                continue
            source = claim.source
            said = f"ends on {end}" if end else f"ends at {claim.value}, which is no date"
            message = f"{source}: the certificate of {claim.subject} {said}, expected {limit} or later"
            place = place_of_line(source.line, source.column)
            found = about_release(
                "certificates-outlast", message, id, claim.subject, source.artefact, place=place
            )
            yield found._replace(artefact=source.artefact, claim=source.path if source.artefact else None)


def support_lasts(scene: Scene, value: datetime.timedelta) -> Iterator[Finding]:
    """The product is supported for some time to come.

    Looks at: support.until, as declared and as documents say.

    Why it matters: who buys a release needs updates for it.

    Decides: fails where support ends before the moment of judgement and the time that the policy asks for,
    and where the profile does not say until when it lasts.
    """
    limit = _after(scene, value)
    claims = scene.facts.claims("support.until")
    if not claims:
        message = f"the profile does not say until when the product is supported, expected {limit} or later"
        yield about_release("support-lasts", message)
    for claim in claims:
        end = _day(claim.value)
        if end is None or end < limit:
            place = place_of_line(claim.source.line, claim.source.column)
            message = f"{claim.source}: support ends on {claim.value}, expected {limit} or later"
            yield about_release("support-lasts", message, place=place)


def _after(scene: Scene, span: datetime.timedelta) -> datetime.date:
    day = scene.assessment.as_of.date
    return day + min(span, datetime.date.max - day)


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def evidence_recent(scene: Scene, value: Mapping[Purpose, datetime.timedelta]) -> Iterator[Finding]:
    """Evidence is not older than the policy allows.

    Looks at: the signed time of every artefact of the purposes that the policy lists (iat, created-on,
    last-update, not-before); of a token that answers the challenge of this run, nothing more.

    Why it matters: old evidence is true of the day on which it was made.

    Decides: fails on each artefact that is older, that says no time, or whose time lies in the future. No
    waiver holds it back.
    """
    moment = scene.assessment.as_of
    for artefact in scene.artefacts():
        span = value.get(artefact.purpose) if artefact.purpose is not None else None
        if span is None or artefact.fresh == "nonce":
            continue
        made = signed_time(artefact)
        if made is None:
            why = "it says no time at which it was made"
        elif made > moment.end:
            why = f"it says that it was made at {made.isoformat()}, which is in the future"
        elif made < _before(moment.start, span):
            why = f"it was made at {made.isoformat()}"
        else:
            continue
        message = f"{artefact.path}: {why}, expected evidence of the last {written(span)}; make it anew"
        yield about_artefact("evidence-recent", artefact, message, scene)


def _before(moment: datetime.datetime, span: datetime.timedelta) -> datetime.datetime:
    earliest = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return moment - min(span, moment - earliest)


def signed_time(artefact: Artefact) -> datetime.datetime | None:
    """When an artefact says that it was made; None where it does not say."""
    claims = artefact.claims or {}
    validity = claims.get("signature_validity") or claims.get("validity") or {}
    begin = validity.get("not_before") if isinstance(validity, Mapping) else None
    for said in (claims.get("iat"), claims.get("created_on"), claims.get("last_update"), begin):
        found = _moment(said)
        if found is not None:
            return found
    return None


def _moment(said: Any) -> datetime.datetime | None:
    try:
        if isinstance(said, int | float) and not isinstance(said, bool):
            return datetime.datetime.fromtimestamp(said, tz=datetime.UTC)
        if isinstance(said, str):
            found = datetime.datetime.fromisoformat(said)
            return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
