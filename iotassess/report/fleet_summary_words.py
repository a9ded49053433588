"""What the reports of a fleet's summary share: words for its numbers, and what calls for action.

No share is ever rounded up, so that "100.0 %" is said of all and of nothing less.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.fleet import FAULTS, Count, FirmwareRow, SharedKey, Summary
from iotassess.model.problems import PROBLEMS

SPACE: Final = "\N{NO-BREAK SPACE}"
"""Between the thousands of a number: a line is not broken there."""

NONE: Final = "–"  # noqa: RUF001 - a dash as tables have it
"""What stands for a share of nothing, or a time that nobody told."""

NOTICE: Final = "what tokens show, held against profiles and paraphrased requirements; it is no certificate"

SOUND: Final = (
    "a token is sound if it is authenticated, of a known model and bound to a release of it, without fault "
    "and without problem of severity error, has no component that mismatches its reference values, its "
    "appraisal does not warn, and it contradicts nothing that the profile declares; it may measure nothing "
    "(see matched); a record that holds no token is not sound"
)
"""What ``Summary.sound`` counts, in words."""

MATCHED: Final = (
    "authenticated tokens all of whose components have the digest of a reference value; the share is of the "
    "authenticated ones"
)

AUTHENTICITY: Final[Mapping[str, str]] = {
    "authenticated": "a signature verifies by a key that you named or registered",
    "intact": "it verifies only by a key that you do not vouch for: it carries it, or a profile names it",
    "unverified": "signed, and no key that you named fits",
    "failed": "a signature, or a digest under it, is wrong",
    "unsigned": "there is no signature to verify",
}
"""Authenticity → what it means, best first."""

COMPONENTS: Final[Mapping[str, str]] = {
    "match": "every component equals a reference value in digest, name, version and signer",
    "digest-only": "the digests do, and something beside them differs or is not told",
    "not-measured": "the token measures nothing",
    "no-reference": "for a component there is no reference value",
    "doubtful-reference": "the reference values are not authenticated, or not about this product",
    "mismatch": "for a component there are reference values, and none has its digest",
    "not-appraised": "the token was held against no model",
}
"""Component match → what it means, best first."""

UNKNOWN_MODEL: Final = "(no model that is known)"
NO_VERSION: Final = "(says none)"


class Action(NamedTuple):
    """Something that an operator should look at.

    Attributes:
        id: of what it is about; the page links to it.
        said: what was found, with its number.
        means: why it matters, and what to do.
        bad: somebody or something is wrong; else it is only not known to be right.
    """

    id: str
    said: str
    means: str
    bad: bool


# --- numbers ------------------------------------------------------------------------------------


def number(count: int) -> str:
    """Write a number with its thousands apart."""
    return f"{count:,}".replace(",", SPACE)


def counted(count: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    Args:
        count: how many.
        one: singular.
        many: plural; by default the singular with an s.
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """Write a share in percent, rounded down to a tenth: 99.96 % is not everything."""
    if whole <= 0:
        return NONE
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}{SPACE}%"


def moment(time: datetime.datetime | None) -> str:
    """Write a time as UTC, to the minute; a dash where there is none."""
    if time is None:
        return NONE
    return time.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "minutes")


def day(time: datetime.datetime | None) -> str:
    """Write the day of a time, UTC."""
    return NONE if time is None else time.astimezone(datetime.UTC).date().isoformat()


def duration(seconds: float) -> str:
    """Write a length of time in the largest unit that it fills."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            text = f"{seconds / size:.1f}".removesuffix(".0")
            return f"{text} {unit}{'' if text == '1' else 's'}"
    return f"{seconds:g} seconds"


def place(text: str, folder: str) -> str:
    """Write a path, or a place in a file, so that it does not tell where on the machine it is.

    Args:
        text: as the user named it.
        folder: the current folder, absolute, or "".

    Returns:
        It as it leads from the folder; of an absolute one outside of it the last step.
    """
    start = f"{folder.rstrip('/')}/"
    if folder and text.startswith(start):
        return text.removeprefix(start) or "."
    return text.rstrip("/").rpartition("/")[2] if text.startswith("/") else text


def unreadable(summary: Summary) -> int:
    """Give the number of records that hold no token."""
    return max(0, summary.records - sum(summary.authenticity.values()))


def problem(id: str) -> str:
    """Say how severe a problem is, and what it means."""
    severity, told = PROBLEMS.get(id, ("", ""))
    return f"{severity}: {told}" if told else ""


def discrepancy(id: str) -> str:
    """Say what a discrepancy means."""
    return DISCREPANCIES.get(id, "")


_FAULTS: Final[dict[str, str]] = {str(id): told for id, told in FAULTS.items()}


def fault(id: str) -> str:
    """Say what a fault means."""
    return _FAULTS.get(id, "")


def is_error(id: str) -> bool:
    """Whether a problem is of severity error; one that is not known counts as one."""
    return id not in PROBLEMS or PROBLEMS[id][0] == "error"


class Versions(NamedTuple):
    """Firmware versions of one model.

    Attributes:
        model: name, or "".
        rows: the first of them, most devices first.
        left: how many others there are.
    """

    model: str
    rows: tuple[FirmwareRow, ...]
    left: int


def firmware(summary: Summary, models: int, rows: int) -> tuple[Versions, ...]:
    """Give firmware by model, the model with most tokens first.

    Args:
        summary: of the fleet.
        models: at most.
        rows: of a model at most.
    """
    held: dict[str, list[FirmwareRow]] = {row.model: [] for row in summary.by_model}
    for row in summary.by_firmware:
        held.setdefault(row.model, []).append(row)
    found = [Versions(model, tuple(own[:rows]), len(own[rows:])) for model, own in held.items() if own]
    return tuple(found[:models])


# --- the answer ---------------------------------------------------------------------------------


def headline(summary: Summary) -> tuple[str, ...]:
    """Give the answer in a few pieces, the example mark first."""
    words = ["EXAMPLE"] if summary.example else []
    words.append(counted(summary.records, "record"))
    if summary.records:
        words.append(f"{share(summary.sound, summary.records)} sound")
        words.append(f"{share(summary.authenticity.get('authenticated', 0), summary.records)} authenticated")
        words.append(sharing(summary))
    if summary.worsened.total:
        words.append(f"{number(summary.worsened.total)} worsened")
    stale = "stale not asked" if summary.stale_after is None else f"{number(summary.stale.total)} stale"
    return (*words, stale)


def sharing(summary: Summary) -> str:
    """Say how many devices share keys; of more keys than are listed only their number is known."""
    keys = [row for row in summary.shared_keys.rows if isinstance(row, SharedKey)]
    total = summary.shared_keys.total
    if not total:
        return "no shared key" if summary.authenticity.get("authenticated") else "no key to compare"
    if total > len(keys):
        return f"{counted(total, 'key')} shared by several devices"
    return f"{number(sum(key.devices for key in keys))} devices share {counted(total, 'key')}"


def actions(summary: Summary) -> tuple[Action, ...]:
    """Give what calls for action, what is most likely an attack or a mistake first."""
    found = [*_contradictions(summary), *_of_devices(summary), *_of_tokens(summary), *_of_records(summary)]
    return tuple(found)


def calm(summary: Summary) -> str:
    """Say what is to be said where nothing calls for action."""
    if not summary.records:
        return "There is no record, so nothing can be said about the fleet."
    if summary.sound < summary.records:
        missing = counted(summary.records - summary.sound, "record is", "records are")
        return f"{missing} not sound; the Parquet files tell which."
    return "Nothing was found that calls for action. What was not looked at stands under “Not done”."


def _contradictions(summary: Summary) -> Iterator[Action]:
    rows = summary.discrepancies
    if rows:
        said = f"{_at_least(rows)} disagree with the profile of their model"
        means = f"{_named(rows)}. The device is not what its maker declares, or the profile is old."
        yield Action("discrepancies", said, means, True)


def _of_devices(summary: Summary) -> Iterator[Action]:
    if summary.shared_keys.total:
        means = (
            "A token signed by such a key does not tell which device it is of. Enrol these devices anew, and "
            "trust the keys no more."
        )
        yield Action("shared-keys", sharing(summary), means, True)
    means = "A device speaks for another one, or the register of keys is wrong."
    yield from _fault(summary, "device-mismatch", means)
    if summary.worsened.total:
        said = f"{counted(summary.worsened.total, 'device')} sound once, and no longer"
        means = "What changed on them changed between the two times that are listed; look at these first."
        yield Action("worsened", said, means, True)


def _of_tokens(summary: Summary) -> Iterator[Action]:
    mismatch = summary.component_match.get("mismatch", 0)
    if mismatch:
        said = f"{counted(mismatch, 'authenticated token')} with software that no reference value is of"
        means = "The device runs what nobody released, or the reference values of a release are missing."
        yield Action("components", said, means, True)
    failed = summary.authenticity.get("failed", 0)
    if failed:
        said = f"{counted(failed, 'token')} failed: {AUTHENTICITY['failed']}"
        yield Action(
            "authenticity", said, "Damaged on the way, or forged; nothing in them is believed.", True
        )
    doubtful = {name: summary.authenticity.get(name, 0) for name in ("unverified", "unsigned", "intact")}
    if any(doubtful.values()):
        said = f"{counted(sum(doubtful.values()), 'token')} that nobody whom you named vouches for"
        names = ", ".join(f"{number(count)} {name}" for name, count in doubtful.items() if count)
        yield Action("authenticity", said, f"{names}. Nothing in them is believed.", False)
    errors = [row for row in summary.problems if is_error(row.id) and row.id not in _TOLD_ELSEWHERE]
    if errors:
        said = f"{_at_least(errors)} with a problem of severity error"
        means = f"{_named(errors)}. Such a token is not sound, whoever signed it."
        yield Action("problems", said, means, True)


_TOLD_ELSEWHERE: Final = ("cose-bad-signature", "artefact-unrecognised")
"""Problems of tokens that failed, and of records without one, which are told by themselves."""


def _of_records(summary: Summary) -> Iterator[Action]:
    yield from _fault(summary, "model-mismatch", "The operator's list and the token name different models.")
    yield from _fault(summary, "model-unknown", "Give the profile of the model, or these stay unjudged.")
    yield from _fault(summary, "time-after-as-of", "A clock is wrong, or the moment of judgement is.")
    missing = unreadable(summary)
    if missing:
        said = f"{counted(missing, 'record')} without a token that can be read"
        yield Action("errors", said, "Each counts as not sound; the messages stand below.", False)
    if summary.stale.total and summary.stale_after is not None:
        said = f"{counted(summary.stale.total, 'device')} not heard of for {duration(summary.stale_after)}"
        yield Action("stale", said, "No authenticated token came: off, lost, or kept from reporting.", False)


def _fault(summary: Summary, id: str, means: str) -> Iterator[Action]:
    for row in summary.faults:
        if row.id == id:
            yield Action("faults", f"{counted(row.tokens, 'record')}: {fault(row.id)}", means, id in _LIES)


_LIES: Final = ("device-mismatch", "model-mismatch")

MOST_NAMED: Final = 4
"""Ids that are named in a sentence."""


def _at_least(rows: Sequence[Count]) -> str:
    """One token may have several ids, so that of several ids only the least number is known."""
    most = max(row.tokens for row in rows)
    return counted(most, "token") if len(rows) == 1 else f"at least {counted(most, 'token')}"


def _named(rows: Sequence[Count]) -> str:
    names = ", ".join(row.id for row in rows[:MOST_NAMED])
    more = len(rows) - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names
