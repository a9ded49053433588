"""The files that a profile names: documents that show practices, and files of evidence."""

from __future__ import annotations

import datetime
from typing import Literal, NamedTuple

from iotassess.codec.yaml import Path
from iotassess.model.artefact import Purpose, Role
from iotassess.model.claim import PRODUCT, Digest, Subject
from iotassess.profile.faults import path_text
from iotassess.profile.loading import LoadedProfile
from iotassess.profile.practices import practices

Use = Literal["artefact", "image", "trust-anchor"]


class DocumentRef(NamedTuple):
    """A document that a practice names.

    Attributes:
        property: the practice.
        done: whether it is declared done; None where that is not declared.
        path: the file, relative to the profile's folder.
        digest: what the profile says that its digest is.
        date: what the profile says that its date is.
        source_line: line of the profile that names the file, from 1.
        source_column: its column, from 1.
        profile_path: path of the document in the profile.
        subject: what the practice is about: the product, or a member of a list.
    """

    property: str
    done: bool | None
    path: str
    digest: Digest
    date: datetime.date
    source_line: int
    source_column: int
    profile_path: str
    subject: Subject = PRODUCT


class EvidenceEntry(NamedTuple):
    """A file that the profile's ``evidence:`` list names.

    Attributes:
        use: what it is named as.
        path: the file, relative to the profile's folder.
        component: declared component that it is for, or None.
        purpose: what a trust anchor is for, or None where that is not stated.
        nonce: challenge in hex that a token is said to answer. Recorded only.
        line: line of the profile that names the file, from 1.
        column: its column, from 1.
        profile_path: path of the file's name in the profile.
    """

    use: Use
    path: str
    component: str | None
    purpose: Purpose | None
    nonce: str | None
    line: int
    column: int
    profile_path: str

    @property
    def role(self) -> Role | None:
        """The part that the profile gives to the file; a trust anchor has none."""
        return None if self.use == "trust-anchor" else Role(self.use, self.component, self.line, self.column)


def documents(loaded: LoadedProfile) -> tuple[DocumentRef, ...]:
    """The documents that a profile's practices name, in the order of the model."""
    found = []
    for id_, path, practice, subject in practices(loaded.profile):
        document = practice.document
        if document is not None:
            here: Path = (*path, "document")
            algorithm, _, value = document.digest.partition(":")
            mark = loaded.document.mark((*here, "path"))
            found.append(
                DocumentRef(
                    id_,
                    practice.done,
                    document.path,
                    Digest(algorithm, value),
                    document.date,
                    mark.line,
                    mark.column,
                    path_text(here),
                    subject,
                )
            )
    return tuple(found)


_USES: tuple[tuple[str, Use], ...] = (
    ("artefact", "artefact"),
    ("image", "image"),
    ("trust_anchor", "trust-anchor"),
)


def evidence_entries(loaded: LoadedProfile) -> tuple[EvidenceEntry, ...]:
    """The files of the profile's ``evidence:`` list, in its order."""
    found = []
    for index, entry in enumerate(loaded.profile.evidence or []):
        for key, use in _USES:
            file = getattr(entry, key)
            if file is not None:
                path: Path = ("evidence", index, key)
                mark = loaded.document.mark(path)
                found.append(
                    EvidenceEntry(
                        use,
                        file,
                        entry.component,
                        entry.purpose,
                        entry.nonce,
                        mark.line,
                        mark.column,
                        path_text(path),
                    )
                )
    return tuple(found)
