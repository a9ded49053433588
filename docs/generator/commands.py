"""Pages about the command line: commands and options, exit codes, formats."""

from __future__ import annotations

from typing import Any

import typer

from docs.generator.markdown import anchor, code, page, prose, table
from iotassess.baseline.loader import DEFAULTS
from iotassess.bundle.manifest import SCHEMA as MANIFEST
from iotassess.cli import main
from iotassess.cli.gating import SCHEMA as WAIVER_CHECK
from iotassess.cli.gating import UNDECIDED
from iotassess.cli.listing import LISTS
from iotassess.cli.looking_up import SCHEMAS
from iotassess.errors import CatalogueError, MalformedArtefact, PolicyError, ProfileError, UsageError
from iotassess.report import artefact_json, assessment_json, bundle_json, comparison_json
from iotassess.report.registry import FORMATS

NOTES = {
    "assess": f"""Exits with 0 whenever there is an assessment, whatever the verdicts. Files that the
        profile's `evidence:` names are read, too. Without `-b` it assesses {code(*DEFAULTS)}.""",
    "gate": """Exits with 1 where the policy fails the release. Everything of `assess` holds for it, too; its
        text report shows the answer alone unless `--show failed` or `--show all` asks for more. See
        [the rules](rules.md), [policies and waivers](policy.md) and
        [how to gate a release](../how-to/gate-a-release.md).""",
    "diff": """Both files are what `assess -f json` or `gate -f json` wrote. A requirement that is gone, or
        that does not apply any more, is worse; shares are compared only where both were judged by the same
        catalogue.""",
    "waivers check": "See [the format](policy.md#waivers). Exits with 2 on a faulty file.",
    "verify": "See [how to verify artefacts](../how-to/verify-artefacts.md).",
    "inspect": "Needs no keys.",
    "validate": """See [how to write a profile](../how-to/write-a-profile.md) and
        [the rules](profile-rules.md).""",
    "explain": """ID is a requirement (`5.1-1`, or with its baseline `etsi-en-303-645@2.1.1/5.1-1`), a
        condition or feature of a baseline (`F(q)`), probe, property, technology, problem, discrepancy,
        rule of the gate or artefact kind. With a profile, a requirement is explained with its answer, down
        to the profile's line and the artefact's claim.""",
    "bundle create": """`bundle PROFILE` is short for it. It takes the options of `assess`, and where one of
        `--gate`, `--policy`, `--against`, `--strict` or `--allow-example` is given also those of `gate`; it
        exits with 0 whenever it packed, whatever the verdicts and the gate's answer. See
        [how to hand over a bundle](../how-to/hand-over-a-bundle.md).""",
    "bundle verify": """Exits with 0 only if the assessment made from the bundle is the result in it, bit for
        bit, and an anchor that you named for `results` signed it; with 3 if the file is no bundle. See
        [the reasons](../how-to/hand-over-a-bundle.md#why-a-bundle-is-not-accepted).""",
    "bundle show": "See [how to hand over a bundle](../how-to/hand-over-a-bundle.md).",
    "fleet assess": """Exits with 0 when there is a comparison, or with `--exit-code` with 1 where something
        is worse than in the earlier one. See [how to compare products](../how-to/compare-products.md).""",
    "fleet verify": """Needs the extra `fleet`. Exits with 0 when there is a result, or with `--exit-code`
        with 1 unless every record is sound; with 3 if a part cannot be done: what is done is kept for the
        next call. See [how to verify the tokens of a fleet](../how-to/verify-a-fleet.md).""",
    "ics export": "See [how to fill in a conformance statement](../how-to/fill-in-an-ics.md).",
    "ics import": """Without a profile the table is checked by itself, with one against what is declared and
        shown. See [the findings](../how-to/fill-in-an-ics.md).""",
    "list": f"WHAT is one of {code(*LISTS)}.",
    "schema": f"WHAT is one of {code(*SCHEMAS)}.",
}
"""What the help of a command does not say."""


FORMS = (
    ("`[PURPOSE=]PATH`", "see [how to name trust anchors](../how-to/name-trust-anchors.md)"),
    ("`[ARTEFACT=]HEX`", "a challenge of 8 to 64 bytes in hex; with a path, for that artefact alone"),
    ("`[COMPONENT=]FILE`", "a payload; with a SUIT component identifier (`00/617070`) it must be that one"),
    ("`DURATION`", "a number with `s`, `m`, `h`, `d` or `w`: `24h`"),
    ("`DATE`", '`2026-11-01`: "not before" compares with the end of that day, "expires" with its start'),
    ("`TIME`", "`2026-11-01T12:00:00Z`; without an offset it is UTC"),
    ("`NAME[=FILE]`", "a [format](formats.md); without a file it goes to standard output, which takes one"),
)
"""Values of options → how they are written."""


def commands_page() -> str:
    """The page of commands."""
    group: Any = typer.main.get_command(main.app)
    return page(
        "Commands",
        prose("""Standard output carries the report and nothing else; notes and errors go to standard error.
        A file is written whole or not at all. Output is deterministic: the same files at the same `--as-of`
        give the same bytes. `NO_COLOR` is honoured. There is no network access, but
        for the dask cluster of `fleet`: on this machine, or the one that `--scheduler` names.

        Reports of one run are written all or none. A file that is read in the run is not written over; what a
        link leads to is written, and the link stays; a pipe or device is written to."""),
        table(("option", "what"), [(_names(p), p.help) for p in group.params]),
        "These two stand before the command.",
        *(_command(name, command) for name, command in commands().items()),
        "## Forms of values",
        table(("value", "form"), FORMS),
    )


def commands() -> dict[str, Any]:
    """All commands by name; those of a group have its name in front."""
    found: dict[str, Any] = {}
    for name, command in typer.main.get_command(main.app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found.update({f"{name} {n}": c for n, c in inner.items()} if inner else {name: command})
    return found


def _command(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join(
        ["iotassess", name, *(_argument(p) for p in arguments), *(["[OPTION]..."] if options else [])]
    )
    blocks = [f"## {name}", f"    {usage}", command.help, prose(NOTES[name])]
    if options:
        rows = [(_names(p), p.help, "" if p.default in (None, False) else f"`{p.default}`") for p in options]
        blocks.append(table(("option", "what", "default"), rows))
    return "\n\n".join(block for block in blocks if block)


def _argument(param: Any) -> str:
    text = param.metavar or param.name.upper()
    return text if param.required or text.startswith("[") else f"[{text}]"


def _names(param: Any) -> str:
    value = f" {param.metavar}" if param.metavar and not getattr(param, "is_flag", False) else ""
    return code(*(f"{name}{value}" for name in param.opts))


def exit_codes() -> str:
    """The page of exit codes; the numbers are those of the code."""
    usage = {UsageError.exit_code, CatalogueError.exit_code, PolicyError.exit_code}
    none = {ProfileError.exit_code, MalformedArtefact.exit_code, main.NO_VERDICT}
    if len(usage) != 1 or len(none) != 1:
        raise ValueError(f"exit codes: usage has {usage}, no verdict has {none}; expected one each")
    meaning = {
        0: """done. `verify`: every artefact is well-formed and authenticated, and has no problem of severity
            error. `ics import`: no finding of severity error""",
        main.NOT_ACCEPTABLE: """`gate` failed. `diff --exit-code`: something is worse. `verify`: at least
            one artefact is not authenticated, or has a problem of severity error. `ics import`: at least
            one finding of severity error. `bundle verify`: the result differs, or nobody whom you named
            signed it""",
        usage.pop(): """usage or configuration: a bad option, catalogue, policy, waiver file, earlier result
            or trust anchor; a file named on the command line is missing; an output cannot be written, or is
            read in the same run; there is too little memory, disk or number of open files""",
        none.pop(): """no verdict: the profile is invalid. `gate`, `verify` and `inspect`: an artefact named
            on the command line cannot be read or its kind is not recognised, or a folder holds nothing that
            is recognised. `ics import`: the file cannot be read as a table. `bundle`: the file is no
            bundle. `fleet`: a part of the work or the cluster fails for good""",
        UNDECIDED: """`gate --strict`: passed on what could be decided, but a mandatory requirement (where a
            baseline has none, a gate requirement) is not assessed, or a waiver is unused""",
        main.BUG: "a bug in iotassess: one line that asks for a report; a traceback with `--debug`",
        130: "interrupted (Ctrl-C); 143: asked to end. Outputs are as they were",
    }
    return page(
        "Exit codes",
        table(("code", "meaning"), [(anchor(str(c)), m) for c, m in meaning.items()]),
        prose(f"""Where several apply: {main.BUG}, {UsageError.exit_code}, {main.NO_VERDICT},
        {main.NOT_ACCEPTABLE}, {UNDECIDED}, 0. JSON is printed with exits 1 and 3, too.

        `assess` exits with 0 whenever it produced an assessment, whatever the verdicts. An artefact that it
        cannot read is listed, and what needed it falls back to what the profile alone gives.

        A reader of standard output that goes away changes no code. Standard output that cannot be written, as
        on a full disk, is {UsageError.exit_code}.

        The commands are on [their own page](commands.md)."""),
    )


def formats() -> str:
    """The page of formats."""
    return page(
        "Formats",
        "## Reports of `assess` and `gate`",
        table(
            ("name", "for", "usual suffix"),
            [(anchor(f.id), f.title.removeprefix("for "), f"`{f.suffix}`") for f in FORMATS],
        ),
        "    iotassess assess profile.yaml -f text -f json=report.json",
        "`-f` may be repeated; at most one without a file. Files are written even when all is well.",
        "## JSON",
        prose("""Every JSON document has a `schema` with a major version. Keys are added, never renamed; a
        breaking change makes a new version. Byte strings are lower-case hex, digests are `sha-256:hex`,
        enumerations of tokens and manifests have number and name (`{"value": 3, "name":
        "disabled-permanently"}`), algorithms have their IANA COSE names. What iotassess makes of each token
        stands under `appraisals` ([the values](appraisal.md)), the annotated bytes of `inspect` under
        `tree`."""),
        table(
            ("schema", "written by", "described by"),
            [
                (f"`{assessment_json.SCHEMA}`", "`assess -f json`, `gate -f json`", "`schema assessment`"),
                (f"`{comparison_json.SCHEMA}`", "`diff -f json`", "`schema comparison`"),
                (f"`{WAIVER_CHECK}`", "`waivers check -f json`", "[the states](policy.md#states)"),
                (f"`{artefact_json.SCHEMA}`", "`verify -f json`, `inspect -f json`", "`schema artefacts`"),
                (f"`{MANIFEST}`", "`bundle create`, in the bundle; `bundle show -f json`", "`schema bundle`"),
                (f"`{bundle_json.SCHEMA}`", "`bundle verify -f json`", "`schema bundle-check`"),
                (
                    "`iotassess/ics-check/v1`",
                    "`ics import -f json`",
                    "[the how-to](../how-to/fill-in-an-ics.md)",
                ),
            ],
        ),
    )  # fmt: skip
