"""The declared side: a profile is loaded, checked, and turned into claims.

``load_profile`` is the door; whatever is wrong with a profile it tells at once, each fault at its line and
column. ``claims`` makes the declaration comparable with evidence; ``documents`` and ``evidence_entries``
name the files that come with it; ``profile_schema`` is the format for editors.
"""

from __future__ import annotations

from iotassess.profile.claims import claims
from iotassess.profile.consistency import RULES, Rule
from iotassess.profile.faults import Fault, InvalidProfile, render
from iotassess.profile.loading import LoadedProfile, load_profile, load_profile_bytes
from iotassess.profile.named_files import DocumentRef, EvidenceEntry, documents, evidence_entries
from iotassess.profile.schema import profile_schema

__all__ = [
    "RULES",
    "DocumentRef",
    "EvidenceEntry",
    "Fault",
    "InvalidProfile",
    "LoadedProfile",
    "Rule",
    "claims",
    "documents",
    "evidence_entries",
    "load_profile",
    "load_profile_bytes",
    "profile_schema",
    "render",
]
