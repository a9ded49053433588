"""Catalogues, verdicts and tables of the tests' own."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile

from openpyxl import Workbook

from iotassess.baseline.catalogue import Absence, Catalogue, Feature, Part, Requirement
from iotassess.ics.judged import Judged
from iotassess.model.assessment import (
    AsOf,
    Assessment,
    BaselineResult,
    PartResult,
    ProductName,
    RequirementResult,
)

MOMENT = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
HEADER = ("Reference", "Status", "Support", "Detail")


def requirement(id="5.1-1", status="M F (a)", features=("F(a)",), force="mandatory", **more):
    absence = Absence("published", Part("probe", "x"), "", tuple(features)) if features else Absence("never")
    fields = {
        "title": f"Title of {id}",
        "summary": "",
        "category": "5.1 A clause",
        "section": "5.1",
        "gate": False,
        "attestation": False,
        "parts": (),
        "technologies": (),
        "remediation": "",
        **more,
    }
    return Requirement(id=id, status=status, force=force, absence=absence, **fields)


def catalogue(*rows, id="etsi-en-303-645@3.1.3", edition="3.1.3", features=("F(a)",), void=None):
    return Catalogue(
        id=id,
        edition=edition,
        title="A standard",
        family="etsi",
        sha256="00" * 32,
        requirements=rows or (requirement(),),
        features={f: Feature(f, f"what {f} is", Part("probe", "x")) for f in features},
        void=void or {},
    )


def part(outcome="met", because="passwords are not used by profile:7", grade=0, **more):
    return PartResult("x", outcome, "evidence", grade, because, **more)


def result(row, verdict="declared", because=("it is declared by profile:3",), grade=0, parts=()):
    return RequirementResult(
        id=row.id,
        title=row.title,
        summary="",
        category=row.category,
        force=row.force,
        gate=False,
        attestation=False,
        verdict=verdict,
        grade=grade,
        because=because,
        parts=parts,
        technologies=(),
        remediation="",
        status=row.status,
        not_applicable_basis=row.absence.basis,
    )


def judged(
    verdicts=("declared",), *, of=None, features=None, reasons=None, artefacts=(), example=False, **more
):
    """What an assessment would say: a verdict (or a whole result) for each row of a catalogue."""
    of = of or catalogue()
    results = tuple(
        result(row, verdict, **more) if isinstance(verdict, str) else verdict
        for row, verdict in zip(of.requirements, verdicts, strict=True)
    )
    baseline = BaselineResult(
        id=of.id, edition=of.edition, title=of.title, catalogue_sha256=of.sha256, level="L0", suffix="",
        proven=0, claimed=0, because=(), total=len(results), applicable=len(results), mandatory={},
        recommended={}, requirements=results, notice="A notice of the document",
    )  # fmt: skip
    assessment = Assessment(
        tool_version="9.9",
        as_of=AsOf(MOMENT, MOMENT),
        product=ProductName("Maker", "Model", None, "1.2"),
        profile_path="profile.yaml",
        profile_sha256="11" * 32,
        example=example,
        artefacts=artefacts,
        anchors=(),
        discrepancies=(),
        baselines=(baseline,),
        not_done=(),
    )
    absences = {f: part("indeterminate", f"{f} is not declared") for f in of.features} | (features or {})
    return Judged(of, assessment, absences, reasons or {})


def as_csv(*rows, header=HEADER, delimiter=",", end="\r\n"):
    """Bytes of a CSV file, written by the standard library and not by the product."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows([header, *rows])
    return buffer.getvalue().encode()


def as_markdown(*rows, header=HEADER):
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).encode()


def as_xlsx(*rows, header=HEADER, title="Sheet", before=()):
    """Bytes of a workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in (*before, header, *rows):
        sheet.append(list(row))
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(data, change=None, more=None, **options):
    """A zip with members changed or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", **options) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, (change or {}).get(name, lambda found: found)(content))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()
