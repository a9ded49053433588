"""SUIT reports (draft-ietf-suit-report-18): what a device says came of a manifest.

The procedure, in the order of the code:

1. Open the COSE message, where there is one, and check its signature or MAC.
2. Read the report from the signed bytes: the manifest it is about, records, result, capabilities.
3. Compare its nonce with the challenge.
4. Show whether the update was applied.

Whether the manifest that it is about is the one that was supplied is told in ``crosscheck.suit_reports``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal

from iotassess.codec import cbor
from iotassess.evidence import suit_report_names as names
from iotassess.evidence.authenticate import Checked, check_cose
from iotassess.evidence.context import Context
from iotassess.evidence.cose_content import Content, look_inside, open_content
from iotassess.evidence.eat_reading import Reading, clip, describe
from iotassess.evidence.peek import Peek
from iotassess.evidence.suit_report_reading import Report, is_array, read_report
from iotassess.model.artefact import Artefact, Severity
from iotassess.model.problems import problem

MEDIA_TYPE: Final = "application/suit-report+cose"

HINTS: Final = (b"suit-report", b"\x19\x01\x0e")
"""How a content type of :data:`suit_report_names.CONTENT_TYPES` is encoded: the text, or the number 270."""

_RESULT_NUMBERS: Final = (names.RESULT_CODE, names.RESULT_REASON)
"""Numbers in a result, by which it is told; the triples of a CoMID have arrays there."""


def is_suit_report(peek: Peek) -> bool:
    """Tell whether the bytes are a SUIT report: protected as one, or a map that looks like one."""
    claims = peek.payload
    if claims is not None and HINTS[0] not in peek.data and HINTS[1] not in peek.data:
        return _looks_like_one(claims)
    inside = look_inside(peek)
    if inside is None:
        return peek.is_cbor and _looks_like_one(peek.cbor)
    content_type, value = inside
    return content_type in names.CONTENT_TYPES or _looks_like_one(value)


def _looks_like_one(value: Any) -> bool:
    """Tell it by reference, records and result, two of them at least; a claims set has other types there."""
    if not isinstance(value, Mapping) or (names.RESULT not in value and names.RECORDS not in value):
        return False  # most tokens end here
    result = value.get(names.RESULT)
    outcome = result is True or (
        isinstance(result, Mapping) and any(type(result.get(key)) is int for key in _RESULT_NUMBERS)
    )
    records, reference = value.get(names.RECORDS), value.get(names.REFERENCE)
    listed = is_array(records) and all(is_array(one) or isinstance(one, Mapping) for one in records)
    # The digest in it may be cut off or changed: that there is an array is enough.
    named = is_array(reference) and len(reference) > 0 and is_array(reference[-1])
    return outcome + listed + named > 1


def decode(peek: Peek, context: Context) -> Artefact:
    """Read one SUIT report.

    Args:
        peek: its bytes.
        context: anchors, moment, challenge.

    Raises:
        MalformedArtefact: the bytes are not one strict CBOR item, or no COSE message though they look like
            one.
    """
    content = open_content(peek)
    message = content.message
    checked = _unprotected() if message is None else check_cose(message, context, "attestation")
    covered = checked.authenticity != "unsigned"
    reading = Reading(context, peek.data, covered=covered, trail=content.trail)
    report = Report(reading)
    fresh: Literal["nonce"] | None = None
    wellformed = _read(report, content)
    if report.claims.get("encrypted"):
        _report_unseen(reading)
    elif wellformed:
        fresh = _judge_nonce(reading, checked.verified)
        _show(reading, report)
    return Artefact(
        path=context.path,
        kind="suit-report",
        media_type=MEDIA_TYPE,
        sha256=hashlib.sha256(peek.data).hexdigest(),
        size=len(peek.data),
        wellformed=wellformed and not report.broken,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=(*checked.problems, *reading.problems),
        claims=report.claims if wellformed else None,
        shown=tuple(reading.shown),
        fresh=fresh,
        purpose="attestation",
        role=context.role,
    )


def _unprotected() -> Checked:
    found = problem(
        "cose-unsigned",
        "a report without signature or MAC: anybody can have written it; protect it with COSE",
    )
    return Checked((), (found,), "unsigned", False, None)


def _read(report: Report, content: Content) -> bool:
    """Read the content; False where it is no report at all."""
    if content.fault is not None:
        fault = content.fault
        report.reading.report(fault.problem, f"the protected report: {fault.message}", "payload")
        return False
    value = content.value
    if isinstance(value, cbor.Tag) and value.number == names.ENCRYPTED_TAG:
        report.claims.update({"encrypted": True, "not_evaluated": ["the report, which is encrypted"]})
        return True
    if not isinstance(value, Mapping):
        message = f"the report is {describe(value)}; expected a map"
        report.reading.report(names.MALFORMED, message, "payload")
        return False
    read_report(report, value)
    return True


def _report_unseen(reading: Reading) -> None:
    """Report that a challenge cannot be compared: what the report says of it is encrypted."""
    given = reading.context.nonce
    if given is not None and not reading.context.depth:
        message = (
            f"the report is encrypted, so that nothing shows that it answers the challenge {given.hex()}"
        )
        reading.report("eat-nonce-missing", message, "payload", severity="error")


def _judge_nonce(reading: Reading, verified: bool) -> Literal["nonce"] | None:
    """Compare the nonce with the challenge; a report inside something else has its own, or none."""
    given = reading.context.nonce
    own = reading.nonces[0] if reading.nonces else None
    if given is not None and own == given:
        return "nonce" if verified else None
    if reading.context.depth:
        return None
    if own is None:
        severity: Severity | None = None if given is None else "error"
        reading.report(
            "eat-nonce-missing", "the report has no nonce, so it can be replayed", "nonce", severity=severity
        )
    elif given is not None:
        reading.report(
            "eat-nonce-mismatch",
            f"the nonce is {clip(own.hex())}; expected the challenge {given.hex()}: the report answers "
            "another request",
            "nonce",
            names.NONCE,
        )
    if given is None:
        reading.report(
            "eat-freshness-not-shown",
            "nothing shows when the report was made; give the challenge with --nonce",
        )
    return None


def _show(reading: Reading, report: Report) -> None:
    """Show whether the update was applied.

    A report that is not whole shows nothing, and neither does a failure for which the reason is "ok".
    """
    result = report.claims.get("result")
    if result is None:
        return
    if result is True:
        if not report.broken:
            reading.show("update.applied", True, "result", names.RESULT)
        return
    reason = result.get("reason", {})
    name = reason.get("name", "not given")
    reading.report(
        "suit-report-failure",
        f"the result is not success: reason {name}, code {describe(result.get('code'))}; "
        "look at the record that it names",
        "result",
        names.RESULT,
    )
    if not report.broken and reason["value"] != names.OK:
        reading.show("update.applied", False, "result", names.RESULT)
