"""Documents: a practice is documented when its document is supplied, unchanged, and not from the future."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from iotassess.model.artefact import Overlooked
from iotassess.model.claim import PRODUCT, Claim, Digest, Grade, Source, Subject


class SuppliedDocument(NamedTuple):
    """A document that the profile names, with what was found out about the file.

    Attributes:
        property: the practice that it documents.
        done: what the profile answers there.
        path: the file as the profile names it.
        declared: the digest that the profile gives.
        computed: the digest of the file, or None when it could not be read.
        date: the date that the profile gives.
        line: profile line.
        column: column there, from 1.
        subject: what the practice is about.
    """

    property: str
    done: bool | None
    path: str
    declared: Digest
    computed: Digest | None
    date: datetime.date
    line: int | None
    subject: Subject = PRODUCT
    column: int = 1


def document_claims(
    documents: Iterable[SuppliedDocument], as_of: datetime.date
) -> tuple[list[Claim], list[Overlooked]]:
    """Make the claims of grade 1, and say which documents gave none and why.

    A document supports only a "yes": a "no" needs no paper.

    Args:
        documents: those that the profile names.
        as_of: the day of the assessment.
    """
    claims: list[Claim] = []
    overlooked: list[Overlooked] = []
    for document in documents:
        fault = _fault(document, as_of)
        if fault:
            said = f"document {document.path} (profile line {document.line}) {fault}"
            place = document.line, document.column
            overlooked.append(Overlooked(document.path, said, "document", *place))
        elif document.done:
            source = Source(document.path, str(document.declared))
            claims.append(Claim(document.subject, document.property, True, Grade.DOCUMENTED, source))
            dated = f"{document.property}.document-date"
            claims.append(Claim(document.subject, dated, document.date.isoformat(), Grade.DOCUMENTED, source))
    return claims, overlooked


def _fault(document: SuppliedDocument, as_of: datetime.date) -> str:
    """Why a document supports nothing, or an empty string."""
    if document.computed is None:
        return "could not be read, so it supports nothing"
    if document.computed != document.declared:
        return f"has digest {document.computed}, not the declared {document.declared}: it was changed since"
    if document.date > as_of:
        return f"is dated {document.date}, after {as_of}"
    return ""
