"""The commands ``bundle create``, ``bundle verify`` and ``bundle show``; importing this adds them.

``iotassess bundle PROFILE`` creates: a first word that is no command of the group belongs to ``create``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from iotassess.cli.main import (
    Anchors,
    Artefacts,
    Baselines,
    Denied,
    MaxAge,
    Moment,
    Nonces,
    TextOrJson,
    Waivers,
    app,
)


class _CreateByDefault(TyperGroup):
    """Takes a first word that is no command, and any option but help, for those of ``create``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["create", *args]
        return super().parse_args(ctx, args)


bundle = typer.Typer(
    cls=_CreateByDefault,
    help="Pack a whole assessment so that a third party can make it again, and check what was packed. "
    "`bundle PROFILE` is short for `bundle create PROFILE`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(bundle, name="bundle")

File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, readable=False)]


@bundle.command()
def create(
    profile: Annotated[Path, typer.Argument(show_default=False, readable=False)],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The bundle.", show_default=False, readable=False
        ),
    ],
    sign_with: Annotated[
        Path,
        typer.Option(
            "--sign-with", metavar="KEY", help="Private key to sign with.", show_default=False, readable=False
        ),
    ],
    artefacts: Artefacts = None,
    baseline: Baselines = None,
    trust_anchor: Anchors = None,
    nonce: Nonces = None,
    max_age: MaxAge = None,
    as_of: Moment = None,
    deny: Denied = None,
    waivers: Waivers = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Ask the gate; the options below ask it, too.")
    ] = False,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="Policy; default is the shipped one.", readable=False),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="OLD.json", help="Earlier result to hold it against.", readable=False
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave nothing undecided, and no waiver unused.")
    ] = False,
    allow_example: Annotated[
        bool, typer.Option("--allow-example", help="Let a profile pass that is marked as an example.")
    ] = False,
) -> None:
    """Pack an assessment: everything that it was made of, what was asked, and its result, signed."""
    from iotassess.cli import asking, bundling, gating

    asked = asking.Asked(artefacts or [], trust_anchor or [], nonce or [], max_age, as_of, deny or [])
    terms = gating.Terms(policy, waivers, against, strict=strict, allow_example=allow_example)
    bundling.create(profile, asked, terms, bundling.Pack(output, sign_with, baseline or [], gate))


@bundle.command()
def verify(
    file: File,
    trust_anchor: Anchors = None,
    allow_unsigned: Annotated[
        bool,
        typer.Option("--allow-unsigned", help="Accept a bundle that nobody whom you named has signed."),
    ] = False,
    format: TextOrJson = "text",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE|TIME", help="When the signer's certificate has to be valid; default now."
        ),
    ] = None,
) -> None:
    """Check a bundle and make its assessment anew; exit 1 if it differs or you named nobody who signed it."""
    from iotassess.cli import bundling

    code = bundling.verify(
        file, anchors=trust_anchor or [], as_of=as_of, allow_unsigned=allow_unsigned, format=format
    )
    if code:
        raise typer.Exit(code)


@bundle.command()
def show(file: File, format: TextOrJson = "text") -> None:
    """Show what a bundle says of itself: what was asked, and every file. Nothing is checked but its form."""
    from iotassess.cli import bundling

    bundling.show(file, format=format)
