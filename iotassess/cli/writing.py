"""The reports that a run was asked for: rendered, signed where a key is given, and written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from iotassess.cli.main import colour_wanted, terminal_width
from iotassess.cli.options import Output, parse_outputs
from iotassess.cli.output import current_folder, write_all
from iotassess.errors import UsageError
from iotassess.model.assessment import Assessment
from iotassess.report.registry import FORMATS, Format, Look, Show, renderer

if TYPE_CHECKING:
    from iotassess.baseline.catalogue import Catalogue
    from iotassess.codec.signing import SigningKey
    from iotassess.model.crosswalk import Link


class Reports(NamedTuple):
    """What is to be written.

    Attributes:
        outputs: formats and files.
        sign_with: the user's private key, for formats that can be signed; None leaves them unsigned.
    """

    outputs: tuple[Output, ...]
    sign_with: Path | None

    @classmethod
    def of(cls, formats: Sequence[str], sign_with: Path | None = None) -> Reports:
        """Read the options.

        Args:
            formats: as on the command line; none stands for text.
            sign_with: file of the user's private key, or None.

        Raises:
            UsageError: a format is unknown or would spoil a terminal, or the key is for nothing.
        """
        outputs = tuple(parse_outputs(list(formats), [row.id for row in FORMATS]))
        rows = [_row(output) for output in outputs]
        for row, output in zip(rows, outputs, strict=True):
            if row.binary and output.file is None and sys.stdout is not None and sys.stdout.isatty():
                raise UsageError(
                    f"--format: {row.id} is not written to a terminal",
                    hint=f"name a file: -f {row.id}=FILE",
                )
        if sign_with is not None and not any(row.seal for row in rows):
            signed = ", ".join(row.id for row in FORMATS if row.seal)
            raise UsageError(
                "--sign-with: none of the formats asked for is signed", hint=f"one that is: {signed}"
            )
        return cls(outputs, sign_with)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are to be written."""
        return tuple(output.file for output in self.outputs if output.file is not None)

    def crosswalk(self, catalogues: Sequence[Catalogue]) -> tuple[Link, ...] | None:
        """Give the rows of the crosswalk between baselines if a report is drawn, else None."""
        if not any(_row(output).drawn for output in self.outputs):
            return None
        from iotassess.baseline.crosswalk import between  # most runs draw nothing

        return between(catalogues)

    def write(self, assessment: Assessment, profile: Path, show: Show) -> None:
        """Write them: files even where all is well.

        Args:
            assessment: what to write.
            profile: as given, for formats that point into it.
            show: what the text report shows.

        Raises:
            UsageError: the key is unusable, or a file cannot be written.
        """
        key = self._key(assessment)
        made = [(output.file, _bytes(output, assessment, profile, show, key)) for output in self.outputs]
        write_all(made)  # all of them are made before the first is written

    def _key(self, assessment: Assessment) -> SigningKey | None:
        if self.sign_with is None:
            return None
        from iotassess.cli.signing import signing_key  # most runs sign nothing

        return signing_key(self.sign_with, example=assessment.example)


def _bytes(
    output: Output, assessment: Assessment, profile: Path, show: Show, key: SigningKey | None
) -> bytes:
    """Make one report."""
    to_terminal = output.file is None
    look = Look(
        width=terminal_width() if to_terminal else 100,
        colour=to_terminal and colour_wanted(),
        show=show,
        profile=str(profile),
        folder=current_folder(),
    )
    row = _row(output)
    text = renderer(row.id)(assessment, look)
    if not row.seal:
        return text.encode("utf-8", "backslashreplace")
    module, _, name = row.seal.partition(":")
    data: bytes = getattr(import_module(module), name)(text, key)
    return data


def _row(output: Output) -> Format:
    return next(row for row in FORMATS if row.id == output.format)
