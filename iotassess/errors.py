"""Whose fault it was: every error that iotassess raises on purpose is one of these.

The class decides the exit code (table in ``docs/reference/exit-codes.md``); the message
says what was got, what was expected, where, and what to do next. Anything else that escapes is a bug
in iotassess and ends with exit code 70.
"""

from __future__ import annotations


class IotassessError(Exception):
    """Base of all expected errors.

    Attributes:
        message: one sentence: got, expected, where.
        hint: what to do next, or an empty string.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageError(IotassessError):
    """A bad option, trust anchor, nonce or output; or a file named on the command line is missing."""


class CatalogueError(IotassessError):
    """A baseline, technology or crosswalk file is not what the loader accepts (file:line inside)."""


class PolicyError(IotassessError):
    """A policy or waiver file is not what the loader accepts (file:line inside)."""


class ProfileError(IotassessError):
    """The profile cannot be used: unreadable, not YAML 1.2, or not valid against its schema."""

    exit_code = 3


class FleetError(IotassessError):
    """A run over many cannot be finished: a task or the cluster fails for good. What is done is kept."""

    exit_code = 3


class MalformedArtefact(IotassessError):  # noqa: N818 - the field's word for it, not "…Error"
    """Bytes of an artefact are not what their format prescribes. The only thing a decoder raises.

    Attributes:
        problem: the id of the problem to report (``cbor-malformed``, ``eat-claim-type`` …).
        at: claim path inside the artefact, or None.
        offset: byte offset from the start of the artefact, or None.
    """

    exit_code = 3

    def __init__(
        self, problem: str, message: str, *, at: str | None = None, offset: int | None = None
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.at = at
        self.offset = offset
