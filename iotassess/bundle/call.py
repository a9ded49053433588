"""One call of ``assess`` or ``gate`` in files below one folder: what makes the result, and makes it again.

Packing and verifying both come here, so that the result in a bundle and the one that is made from it come the
same way.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from iotassess import __version__
from iotassess.assess import assess
from iotassess.baseline.catalogue import Catalogue
from iotassess.baseline.loader import load_catalogue, shipped_id
from iotassess.crosscheck.denylist_file import load_denylists
from iotassess.errors import UsageError
from iotassess.evidence.anchor_files import AnchorSpec
from iotassess.evidence.verification import Nonce
from iotassess.intake import Request
from iotassess.model.artefact import Purpose
from iotassess.model.assessment import AsOf, Assessment
from iotassess.policy.gate import Will
from iotassess.policy.old_result import read_result
from iotassess.policy.policy import Policy
from iotassess.policy.reading import load_policy
from iotassess.policy.waivers import load_waivers
from iotassess.profile import LoadedProfile, load_profile
from iotassess.report import artefact_json, assessment_json

__all__ = ["Call", "CalledAnchor", "GateCall", "Made", "Nonce", "make"]


class CalledAnchor(NamedTuple):
    """One trust anchor: a file with one key or certificate, what it was named for, and by whom."""

    path: str
    purpose: Purpose | None
    source: Literal["user", "policy"]


class GateCall(NamedTuple):
    """What the gate is asked.

    Attributes:
        policy: its file; None for the shipped one.
        baselines: those that the policy names: ids of shipped ones, files of others.
        against: file of the earlier result, or None.
        strict: as the option.
        allow_example: as the option.
    """

    policy: str | None
    baselines: tuple[str, ...]
    against: str | None
    strict: bool
    allow_example: bool


class Call(NamedTuple):
    """What is asked. Every path is relative to one folder, its parts joined by "/".

    Attributes:
        profile: its file.
        artefacts: files and folders, as on the command line; results call them so.
        anchors: trust anchors of the user and of the policy, in their order.
        nonces: challenges; an artefact is called as the result calls it.
        max_age: how old a signed time may be, or None.
        as_of: the moment.
        baselines: ids of shipped ones, files of others; never none.
        denylists: files.
        waivers: file, or None.
        gate: what the gate is asked, or None where it is not.
    """

    profile: str
    artefacts: tuple[str, ...]
    anchors: tuple[CalledAnchor, ...]
    nonces: tuple[Nonce, ...]
    max_age: datetime.timedelta | None
    as_of: AsOf
    baselines: tuple[str, ...]
    denylists: tuple[str, ...] = ()
    waivers: str | None = None
    gate: GateCall | None = None


class Made(NamedTuple):
    """What came of a call.

    Attributes:
        assessment: the result.
        result: the same as JSON, as ``assess -f json`` writes it.
        profile: that it was made with.
        catalogues: that it was made with, each with its id or file in the call.
    """

    assessment: Assessment
    result: bytes
    profile: LoadedProfile
    catalogues: tuple[tuple[str, Catalogue], ...]


def make(root: Path, call: Call) -> Made:
    """Assess, and ask the gate where that is asked.

    Args:
        root: the folder that all paths of the call start in; it shows nowhere in the result.
        call: what is asked.

    Raises:
        IotassessError: something that the call names cannot be used.
    """
    request = Request(
        as_of=call.as_of,
        artefacts=[Path(path) for path in call.artefacts],
        anchors=[AnchorSpec(root / one.path, one.purpose, one.source) for one in call.anchors],
        nonces=call.nonces,
        max_age=call.max_age,
        denylist=load_denylists([root / path for path in call.denylists]),
        root=root,
    )
    waivers = load_waivers(root / call.waivers) if call.waivers is not None else ()
    will = None if call.gate is None else _will(root, call.gate)
    named = _catalogues(root, call.baselines)
    catalogues = [catalogue for _, catalogue in named]
    loaded = load_profile(root / call.profile)
    assessment = assess(loaded, request, catalogues, tool_version=__version__, waivers=waivers, will=will)
    text = artefact_json.dumps(assessment_json.tree(assessment))
    return Made(assessment, text.encode("utf-8", "backslashreplace"), loaded, named)


def _will(root: Path, gate: GateCall) -> Will:
    policy = Policy() if gate.policy is None else load_policy(root / gate.policy)
    wanted, called = (list(map(_known_as, names)) for names in (policy.baselines, gate.baselines))
    if wanted != called:
        raise UsageError(
            f"the policy names the baselines {_told(wanted)}, and the call says that it names {_told(called)}"
        )
    against = None if gate.against is None else read_result(root / gate.against)
    ids = tuple(catalogue.id for _, catalogue in _catalogues(root, gate.baselines))
    return Will(policy, against, gate.allow_example, ids, gate.strict)


def _known_as(name: str) -> tuple[bool, str]:
    """What a baseline of a policy is known by: whether it is a shipped one, and its id or its file's name.

    A file that is called like a shipped one is not that one, wherever it lies.
    """
    id = shipped_id(name)
    return (True, id) if id is not None else (False, Path(name).name)


def _told(known: Sequence[tuple[bool, str]]) -> str:
    return ", ".join(name if shipped else f"{name} (a file)" for shipped, name in known) or "none"


def _catalogues(root: Path, names: Sequence[str]) -> tuple[tuple[str, Catalogue], ...]:
    """Load catalogues, each once; a shipped one by its id, another from its file."""
    found: dict[str, tuple[str, Catalogue]] = {}
    for name in dict.fromkeys(names):
        catalogue = load_catalogue(name if shipped_id(name) is not None else str(root / name))
        if found.setdefault(catalogue.id, (name, catalogue))[1] != catalogue:
            raise UsageError(f"two catalogues have the id {catalogue.id}")
    return tuple(found.values())
