"""What came of holding a bundle against itself: the values that the reports of ``bundle verify`` print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from iotassess.model.artefact import Authenticity, Problem, SignatureResult
from iotassess.model.assessment import AsOf, Assessment

Command = Literal["assess", "gate"]
"""What the result in a bundle is the result of."""

Rerun = Literal["identical", "different", "not-done"]
Change = Literal["changed", "added", "removed"]

REASONS: Final[dict[str, str]] = {
    "unreadable": "the file is no bundle, or none that can be read without guessing",
    "file-unlisted": "a file is in the bundle that the manifest does not list",
    "file-missing": "a file that the manifest lists is not in the bundle",
    "file-changed": "a file is not the one that the manifest lists: another size or digest",
    "file-unused": "a file is in the bundle that the assessment does not need",
    "secret-in-bundle": "a file is a private key or a shared secret, or holds one",
    "anchor-form": "a trust anchor is not one public key or certificate, written as a bundle writes it",
    "signature-missing": "the manifest is not signed",
    "signature-failed": "the signature does not hold for this manifest",
    "signature-unverified": "no key was found that fits the signature",
    "signature-not-vouched": "the signature holds only by the key that the bundle carries",
    "signature-test-key": "it was signed with a key whose private half is published",
    "tool-version": "another version of iotassess made it",
    "catalogue-differs": "a catalogue is not the one that it was made with",
    "rerun-failed": "the assessment cannot be made from the bundle",
    "result-differs": "the assessment made from the bundle is not the result in it",
}
"""Reason id → what it means. Each stands in the way of accepting a bundle."""

UNVOUCHED: Final = frozenset({"signature-missing", "signature-unverified", "signature-not-vouched"})
"""Reasons that a user may put aside, who knows that nobody vouches for the bundle."""


class Reason(NamedTuple):
    """One reason why a bundle is not accepted.

    Attributes:
        id: of :data:`REASONS`.
        path: file in the bundle, or "" where it is about the whole.
        message: got, expected, and what to do next.
    """

    id: str
    path: str
    message: str


class Difference(NamedTuple):
    """One place where the result in the bundle and the one made from it differ.

    Attributes:
        pointer: JSON pointer (RFC 6901) into the result in the bundle; of what was added, into the new one.
        change: what happened.
        was: JSON value in the bundle; None where it was added.
        now: JSON value made from the bundle; None where it was removed.
    """

    pointer: str
    change: Change
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """What came of ``bundle verify``.

    Attributes:
        name: of the file, as given.
        size: bytes of the file.
        sha256: of the file, hex.
        reasons: why it is not accepted; none where it is.
        waived: reasons that the user put aside.
        manifest_sha256: what the signature covers, hex; "" where there is no manifest.
        authenticity: of the manifest.
        signatures: of the manifest.
        problems: with them.
        files: how many the manifest lists.
        made_by: version of iotassess that made it; "" where that cannot be read.
        tool_version: version that looks at it.
        command: what the result is the result of.
        as_of: the moment that was judged at, or None where that cannot be read.
        challenges: of the call, in hex, each with the artefact that it is for, or "" for all.
        max_age: seconds that a signed time may be old to count as fresh, or None where the maker named none.
        example: the profile says that it is an example, and no real product's.
        policy: the maker's policy in the bundle, or None where the shipped one was asked, or none.
        rerun: what came of making the assessment anew.
        differences: in the order of the result, up to a limit.
        left_out: how many more there are.
        assessment: made anew from the bundle, or None.
    """

    name: str
    size: int
    sha256: str
    reasons: tuple[Reason, ...]
    tool_version: str
    waived: tuple[Reason, ...] = ()
    manifest_sha256: str = ""
    authenticity: Authenticity = "unsigned"
    signatures: tuple[SignatureResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    made_by: str = ""
    command: Command = "assess"
    as_of: AsOf | None = None
    challenges: tuple[tuple[str, str], ...] = ()
    max_age: int | None = None
    example: bool = False
    policy: str | None = None
    rerun: Rerun = "not-done"
    differences: tuple[Difference, ...] = ()
    left_out: int = 0
    assessment: Assessment | None = None

    @property
    def readable(self) -> bool:
        """Whether it is a bundle at all."""
        return all(reason.id != "unreadable" for reason in self.reasons)

    @property
    def accepted(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.reasons
