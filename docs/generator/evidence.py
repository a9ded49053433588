"""Pages about what is found: problems, discrepancies, properties, our own appraisal."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from docs.generator.markdown import anchor, code, link, page, prose, table
from iotassess.baseline import absences
from iotassess.crosscheck import appraisal_vector, join
from iotassess.crosscheck.registry import RULES
from iotassess.model import ar4si
from iotassess.model.discrepancies import DISCREPANCIES
from iotassess.model.problems import PROBLEMS
from iotassess.model.profile.leaves import leaves
from iotassess.model.vocabulary import COMPARED, Property


def problems() -> str:
    """The page of problems."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for id, (severity, meaning) in PROBLEMS.items():
        groups.setdefault(id.split("-")[0], []).append((anchor(id), severity, meaning))
    blocks = [f"## {name}\n\n{table(('id', 'severity', 'meaning'), rows)}" for name, rows in groups.items()]
    return page(
        "Problems",
        prose("""What can be wrong with an artefact by itself, whatever the profile says. Ids are permanent.
        An error makes `verify` exit with 1; a warning or a note does not. `eat-nonce-missing` is an error
        when a nonce was given, `eat-submod-unverified` when the signature is bad."""),
        *blocks,
    )


def discrepancies() -> str:
    """The page of discrepancies."""
    files = dict.fromkeys(inspect.getfile(rule) for rule in RULES)
    rules_text = "".join(Path(file).read_text("utf-8") for file in (*files, join.__file__, absences.__file__))
    rows = [
        (anchor(id), meaning, ", ".join(_raised_by(id, rules_text)) or "no artefact kind")
        for id, meaning in DISCREPANCIES.items()
    ]
    return page(
        "Discrepancies",
        prose("""Where declaration and artefacts disagree, or two artefacts with each other. A discrepancy
        is an error, and makes a requirement contradicted, when it rests on grade 4 or more or on an
        observation; otherwise it is a warning, a doubt ([the join](../explanation/verdicts.md#the-join)).
        Ids are permanent."""),
        table(("id", "meaning", "raised by"), rows),
    )


def _raised_by(id: str, rules_text: str) -> Iterator[str]:
    for row in COMPARED.values():
        if row.discrepancy == id:
            yield link(row.id, f"properties.md#{row.id}")
    if f'"{id}"' in rules_text:
        yield "a rule of its own"


_VALUE = re.compile(r"    (\d+) +(.*)")


def appraisal() -> str:
    """The page of our own appraisal: the rows are those that the code has at its head."""
    rows: list[list[str]] = []
    category = "every category"
    lines = (appraisal_vector.__doc__ or "").splitlines()
    first = lines.index("all")
    for line in lines[first + 1 :]:
        found = _VALUE.match(line)
        if found:
            rows.append([category, found[1], found[2]])
        elif line.startswith("     "):
            rows[-1][2] += f" {line.strip()}"
        elif line in (*ar4si.CATEGORIES, "others"):
            category = line
        else:
            break
    missing = {row[0] for row in rows} ^ {"every category", "others", *_JUDGED}
    if missing:
        raise ValueError(f"appraisal_vector: its head and this page differ in {sorted(missing)}")
    others = ", ".join(one for one in ar4si.CATEGORIES if one not in _JUDGED)
    told = [
        (
            f"`{c}`" if c in ar4si.CATEGORIES else others if c == "others" else c,
            v,
            ar4si.tier(int(v)),
            _mean(c, v),
            w,
        )
        for c, v, w in rows
    ]
    return page(
        "Appraisal",
        prose("""What iotassess makes of an attestation token by itself: a trustworthiness vector
        (draft-ietf-rats-ar4si-09 section 2.3), printed by `verify` and `assess`. It is no verdict, and no
        verdict rests on it ([why](../adr/0016-appraisal-beside-verdicts.md)). How to get one, and how to read
        it, is told by [how to appraise a token](../how-to/appraise-a-token.md)."""),
        "The first row of a category that fits decides; those of *every category* come before.",
        table(("category", "value", "tier", "the value means", "given when"), told),
        prose("""A token or references that are not authenticated affirm nothing: what would affirm becomes 0,
        and the reason says why. What they say against the device stands where the side that it is held
        against is authenticated. The status is the worst tier of the vector; it is `affirming` only where
        `executables` is, else `none`, however well the other entries stand."""),
    )


_JUDGED = ("instance-identity", "executables", "hardware", "configuration", "runtime-opaque")
"""Categories that a token says something about."""


def _mean(category: str, value: str) -> str:
    return ar4si.meaning(category, int(value))


COMPARISONS = {
    "equal": "equal",
    "digest": "digest",
    "at-least": "at least",
    "member": "member of the declared ones",
    "refines": "the declared state or a stronger one",
    "none": "not compared",
}


def properties() -> str:
    """The page of properties: those that artefacts show, and the leaves of the profile."""
    shown = [
        (
            anchor(row.id),
            row.subject,
            row.type,
            row.meaning,
            code(*row.shown_by),
            _comparison(row),
            link(row.discrepancy, f"discrepancies.md#{row.discrepancy}") if row.discrepancy else "-",
        )
        for row in COMPARED.values()
    ]
    declared = [
        (anchor(str(leaf.property)), leaf.subject, leaf.type, leaf.question, f"`{_path(leaf.path)}`")
        for leaf in leaves()
        if leaf.property and leaf.property not in COMPARED
    ]
    silent = [(f"`{_path(leaf.path)}`", leaf.why) for leaf in leaves() if leaf.property is None]
    return page(
        "Properties",
        "The closed vocabulary of [claims](../explanation/claims.md). Ids are permanent.",
        "## Properties that artefacts show",
        "Properties of one family are compared with each other.",
        table(("property", "about", "type", "meaning", "shown by", "compared", "discrepancy"), shown),
        "## Properties that only a profile or a document states",
        "Each is a leaf of [the profile](profile.md); `[]` stands for a member of a list.",
        table(("property", "about", "type", "question", "profile"), declared),
        "## Leaves of the profile that make no claim",
        table(("profile", "why"), silent),
    )


def _comparison(row: Property) -> str:
    text = COMPARISONS[row.compare]
    if row.cardinality == "alternatives":
        text += ", one of several alternatives"
    if row.family:
        text += f", family `{row.family}`"
    if row.order:
        text += f": {' < '.join(row.order)}"
    return text


def _path(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".*", "[]")
