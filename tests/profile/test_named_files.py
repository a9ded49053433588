"""Files that a profile names."""

from __future__ import annotations

import datetime

from iotassess.model.artefact import Role
from iotassess.model.claim import Digest, Subject
from iotassess.model.profile.leaves import declared_properties
from iotassess.profile import (
    DocumentRef,
    EvidenceEntry,
    LoadedProfile,
    documents,
    evidence_entries,
    load_profile_bytes,
)

TEXT = f"""\
product: {{vendor: Example, model: Node 1}}
components: [{{name: app}}]
process:
  threat_model:
    done: true
    covers_authentication: true
    document:
      path: documents/threats.pdf
      digest: sha-384:{"ab" * 48}
      date: 2026-05-06
  roles: {{done: true}}
evidence:
  - artefact: update.suit
  - {{artefact: token.cbor, nonce: "abcd"}}
  - image: app.bin
    component: app
  - trust_anchor: anchors/a.pem
  - {{trust_anchor: anchors/b.pem, purpose: attestation}}
"""


def _loaded(text: str) -> LoadedProfile:
    return load_profile_bytes(text.encode(), "profile.yaml")


def test_documents_are_named_with_what_they_show() -> None:
    assert documents(_loaded(TEXT)) == (
        DocumentRef(
            "process.threat-model",
            True,
            "documents/threats.pdf",
            Digest("sha-384", "ab" * 48),
            datetime.date(2026, 5, 6),
            8,
            13,
            "process.threat_model.document",
        ),
    )


def test_the_document_of_a_reason_is_about_that_reason() -> None:
    text = f"""\
product: {{vendor: Example, model: Node 1}}
justifications:
  - {{requirement: "5.1-1", answer: not-applicable, reason: it has none}}
  - requirement: "5.1-2"
    answer: not-met
    reason: not before the next release
    done: true
    document: {{path: why.md, digest: "sha-256:{"ab" * 32}", date: 2026-05-06}}
"""
    found = documents(_loaded(text))
    assert [(d.property, d.subject, d.path, d.source_line) for d in found] == [
        ("justification", Subject("justification", "5.1-2"), "why.md", 8)
    ]
    assert found[0].profile_path == "justifications[1].document"


def test_every_practice_of_the_model_can_have_a_document(full: LoadedProfile) -> None:
    found = [document.property for document in documents(full)]
    assert len(found) == len(set(found))
    dated = {
        id_.removesuffix(".document-date") for id_ in declared_properties() if id_.endswith("document-date")
    }
    assert set(found) == dated


def test_evidence_is_named_with_its_use_and_line() -> None:
    assert evidence_entries(_loaded(TEXT)) == (
        EvidenceEntry("artefact", "update.suit", None, None, None, 13, 15, "evidence[0].artefact"),
        EvidenceEntry("artefact", "token.cbor", None, None, "abcd", 14, 16, "evidence[1].artefact"),
        EvidenceEntry("image", "app.bin", "app", None, None, 15, 12, "evidence[2].image"),
        EvidenceEntry("trust-anchor", "anchors/a.pem", None, None, None, 17, 19, "evidence[3].trust_anchor"),
        EvidenceEntry(
            "trust-anchor", "anchors/b.pem", None, "attestation", None, 18, 20, "evidence[4].trust_anchor"
        ),
    )


def test_artefacts_and_images_have_a_role_and_anchors_none() -> None:
    roles = [entry.role for entry in evidence_entries(_loaded(TEXT))]
    assert roles == [
        Role("artefact", None, 13, 15),
        Role("artefact", None, 14, 16),
        Role("image", "app", 15, 12),
        None,
        None,
    ]


def test_a_profile_without_files_names_none() -> None:
    loaded = _loaded("product: {vendor: Example, model: Node 1}\nprocess: {}\n")
    assert documents(loaded) == ()
    assert evidence_entries(loaded) == ()
