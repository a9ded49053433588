"""One record in, one row out, whatever the record holds.

1. Find the device's keys: those registered for it, else the anchors that the user named.
2. Read and authenticate the token, as of the time at which it was received.
3. Hold the device that it says it is against the record and the key.
4. Find its model, and let the whole assessment answer for it; what is not authenticated gets no answer.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Final

from iotassess.baseline.loader import load_catalogue
from iotassess.crosscheck.appraisal import is_token
from iotassess.crosscheck.denylist import NOTHING, with_denied
from iotassess.errors import FleetError
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read
from iotassess.evidence.trust import TrustStore
from iotassess.fleet.device_keys import DeviceKeys, Registered, is_ueid
from iotassess.fleet.models import MOST_TEXT, TOKEN, Answer, Model, columns_of, load_model, said_by
from iotassess.fleet.plan import Plan
from iotassess.fleet.records import Record
from iotassess.fleet.rows import Row
from iotassess.fleet.sources import digest_of_files
from iotassess.intake import Request
from iotassess.model.artefact import INDEPENDENT, Artefact, SignatureResult, walk
from iotassess.model.assessment import AsOf
from iotassess.model.fleet import COMPONENT_MATCHES, Column

MOST_PROBLEMS: Final = 32
"""Different problems of one token that stand in a row."""

_IDENTITY_LABELS: Final = (256, -75009)
"""Where a token says which device it is of: UEID (RFC 9711), instance identifier of PSA's drafts."""

_NAMES: Final = tuple(field.name for field in fields(Artefact))
_FIELDS: Final = attrgetter(*_NAMES)
_FRESH: Final = _NAMES.index("fresh")

NOT_ASSESSED: Final = "not-assessed"


class Judge:
    """Judges records by a plan. It is made once in a process.

    Attributes:
        models: in the order given.
        columns: attestation requirements, in the order of a row's verdicts.

    Args:
        plan: what was asked for.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.columns = plan.columns
        self._catalogues = catalogues = [load_catalogue(id) for id in plan.baselines]
        request = Request(
            as_of=plan.as_of,
            artefacts=[Path(path) for path, _ in plan.references],
            anchors=plan.anchors,
            denylist=plan.denylist,
            sample_tokens=False,
        )
        self.models: Sequence[Model] = [
            load_model(Path(path), name, request, catalogues, plan.columns) for path, name in plan.profiles
        ]
        example = bool(self.models) and all(model.used.example for model in self.models)
        self._anchors = TrustStore.load(plan.anchors, example=example)
        self._table = (
            None if plan.device_keys is None else DeviceKeys(Path(plan.device_keys), example=example)
        )
        self._unassessed = (NOT_ASSESSED,) * len(plan.columns)
        self._none: Row = Row("", verdicts=(None,) * len(plan.columns))

    @property
    def notes(self) -> tuple[str, ...]:
        """Warnings about the anchors."""
        return self._anchors.notes

    def anchors(self) -> tuple[str, ...]:
        """Give the trust anchors in words."""
        found: dict[str, int] = {}
        for use in self._anchors.uses():
            kind = f"for {use.purpose}" if use.purpose else "without a purpose"
            found[kind] = found.get(kind, 0) + 1
        said = [f"{number} {kind}" for kind, number in found.items()]
        if self._table is not None:
            said.append(f"{self._table.count()} registered device keys")
        return tuple(said)

    def basis(self) -> str:
        """Digest what tokens are judged by: profiles and all they name, references, anchors, catalogues."""
        said = [
            [(model.used, model.beside, model.named) for model in self.models],
            [(use.name, use.source, use.purpose, use.thumbprint) for use in self._anchors.uses()],
            [digest_of_files(spec.path) for spec in self._plan.anchors],
            [catalogue.sha256 for catalogue in self._catalogues],
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def row(self, record: Record) -> Row:
        """Judge one record."""
        if record.error:
            return self._none._replace(
                record=record.place, device=record.device, time=record.time, faults=("unreadable",),
                error=record.error,
            )  # fmt: skip
        faults: list[str] = []
        received = record.time
        if received is not None and received > self._plan.as_of.end:
            faults.append("time-after-as-of")
            received = None
        registered = self._of(record)
        token = self._read(record, received, registered)
        if token.kind is None or not is_token(token):
            return self._no_token(record, token)
        owners = self._owners(registered, token.device)
        if registered is None and len(owners) == 1:  # it says so only where reading it finds that
            registered = self._table.of_device(owners[0]) if self._table is not None else None
            token = self._read(record, received, registered)
        token = self._as_of_now(token, received)
        denied = self._plan.denylist
        shown = token if denied == NOTHING else with_denied((token,), denied)[0]
        authentic = shown.authenticity == "authenticated"
        if authentic and _is_other_device(record, registered, token.device, owners):
            faults.append("device-mismatch")
        if registered is not None and registered.shared:
            faults.append("key-shared")
        if not authentic:
            return self._row(record, shown, registered, self._named(record), None, faults)
        model, answer = self._answer(record, token, faults, registered=registered is not None)
        return self._row(record, shown, registered, model, answer, faults)

    # --- reading -----------------------------------------------------------------------------

    def _of(self, record: Record) -> Registered | None:
        """Find the registered device: by the operator's name, or by what the token says that it is."""
        table = self._table
        if table is None:
            return None
        for name in (record.device, record.hint):
            found = None if name is None else table.of_device(name)
            if found is not None:
                return found
        claimed = _claimed_device(record.token)
        owners = () if claimed is None else table.owners(claimed)
        return table.of_device(owners[0]) if len(owners) == 1 else None

    def _owners(self, registered: Registered | None, device: str) -> tuple[str, ...]:
        """Give the devices that an identity is registered for; asked only where it is not known already."""
        if self._table is None or not device:
            return ()
        if registered is not None and registered.sole and device in registered.instances:
            return (registered.device,)
        return self._table.owners(device)

    def _read(
        self, record: Record, received: datetime.datetime | None, registered: Registered | None
    ) -> Artefact:
        """Read a token with the keys of its device; the anchors are for those that are not registered."""
        keys = self._anchors if registered is None else registered.store
        return read(record.token, self._context(record, received, keys))

    def _context(self, record: Record, received: datetime.datetime | None, keys: TrustStore) -> Context:
        if received is None:
            return Context(TOKEN, keys, self._plan.as_of, record.nonce, self._plan.max_age, read=read)
        return Context(TOKEN, keys, AsOf(received, received), record.nonce, read=read)

    def _as_of_now(self, token: Artefact, received: datetime.datetime | None) -> Artefact:
        """Let a token count as fresh only if the moment that it speaks of is not long ago.

        A challenge that it answers shows the state when it was received. Whether that still holds is for
        the user to say, by the longest time that may have passed.
        """
        if token.fresh is None or (received is None and token.fresh == "time"):
            return token
        age = None if received is None else self._plan.as_of.start - received
        if age is not None and self._plan.max_age is not None and age <= self._plan.max_age:
            return token
        return _without_freshness(token)

    # --- answering ---------------------------------------------------------------------------

    def _named(self, record: Record) -> Model | None:
        """The model that the operator names; of an unauthenticated token nothing else tells it."""
        if record.model is None:
            return None
        return next((model for model in self.models if model.is_called(record.model)), None)

    def _answer(
        self, record: Record, token: Artefact, faults: list[str], *, registered: bool
    ) -> tuple[Model | None, Answer | None]:
        """Find the release that a token is of, and what its assessment comes to."""
        said = record.model
        named = [] if said is None else [model for model in self.models if model.is_called(said)]
        own = [model for model in self.models if model.is_of(token)]
        candidates = named or own
        if not candidates:
            faults.append("model-unknown")
            return None, None
        if named and own and not any(model in named for model in own):
            faults.append("model-mismatch")
        known = registered and not faults
        return min(((model, model.answer(token, registered=known)) for model in candidates), key=_misfit)

    def _no_token(self, record: Record, found: Artefact) -> Row:
        what = found.problems[0].message if found.kind is None else f"a {found.kind}, no attestation token"
        return self._none._replace(
            record=record.place,
            device=record.device,
            time=record.time,
            sha256=found.sha256,
            kind=found.kind,
            problems=_problems(found),
            faults=("unreadable",),
            error=what[:MOST_TEXT],
        )

    def _row(
        self,
        record: Record,
        token: Artefact,
        registered: Registered | None,
        model: Model | None,
        answer: Answer | None,
        faults: list[str],
    ) -> Row:
        authentic = token.authenticity == "authenticated"
        signature = min((s for s in token.signatures if s.status == "verified"), key=_by_worth, default=None)
        own = "" if registered is None else registered.device
        said = said_by(token) if answer is None else answer.said
        verdicts = self._unassessed if answer is None or faults else answer.verdicts
        return Row(
            record=record.place,
            device=record.device or (own or token.device if authentic else "") or None,
            instance=token.device or None,
            model=None if model is None else model.used.name,
            release=None if model is None else model.used.release,
            time=record.time,
            sha256=token.sha256,
            kind=token.kind,
            authenticity=token.authenticity,
            key=None if signature is None else signature.thumbprint,
            anchor=None if signature is None else signature.key,
            binding=None if answer is None else answer.binding,
            grade=None if answer is None else answer.grade,
            fresh=token.fresh,
            firmware=said.firmware,
            lifecycle=said.lifecycle,
            debug=said.debug,
            component_match=None if answer is None else answer.component_match,
            unmatched=() if answer is None else answer.unmatched,
            status=None if answer is None else answer.status,
            problems=_problems(token),
            discrepancies=() if answer is None else answer.discrepancies,
            faults=tuple(faults),
            sound=not faults and answer is not None and _is_sound(token, answer),
            verdicts=verdicts,
        )


_made: dict[str, Judge] = {}


def judge_of(plan: Plan) -> Judge:
    """Give the judge of a plan: a worker that gets many parts of one makes it once.

    Raises:
        FleetError: what tokens are judged by is not what it was when the run began.
    """
    judge = _made.get(plan.digest)
    if judge is None:
        _made.clear()  # a worker of a cluster may get another fleet's parts next
        judge = Judge(plan)
        if judge.basis() != plan.basis:
            raise FleetError(
                "a profile, catalogue, anchor or file that it names is not what it was when the run began",
                hint="run the command again, with --restart",
            )
        _made[plan.digest] = judge
    return judge


def columns(plan: Plan) -> tuple[Column, ...]:
    """Give the attestation requirements of a plan's baselines."""
    return tuple(columns_of([load_catalogue(id) for id in plan.baselines]))


# --- what a token says --------------------------------------------------------------------------


def _claimed_device(data: bytes) -> str | None:
    """Which device a token says that it is of, before anything is verified: it only leads to a key."""
    payload = Peek(data).payload
    if payload is None:
        return None
    for label in _IDENTITY_LABELS:
        value = payload.get(label)
        if isinstance(value, bytes):
            return value.hex()
    return None


def _is_other_device(
    record: Record, registered: Registered | None, device: str, owners: tuple[str, ...]
) -> bool:
    """Whether a token's identity is not the one that the record or the registered key says it has.

    Args:
        record: that it came with.
        registered: whose key it was verified with.
        device: that it says it is of, in hex.
        owners: devices that this identity is registered for.
    """
    if owners and owners != ((registered.device,) if registered is not None else ()):
        return True
    if registered is not None:
        if record.device is not None and record.device != registered.device:
            return True
        if registered.instances:
            return device not in registered.instances
    name = record.device or ""
    return bool(device) and is_ueid(name) and name.lower() != device


def _misfit(candidate: tuple[Model, Answer]) -> tuple[bool, bool, int]:
    """How little a token fits a release: the one that it fits best answers for it, the first of equals."""
    answer = candidate[1]
    match = answer.component_match or "not-measured"
    return (answer.binding != "bound", answer.contradicts, COMPONENT_MATCHES.index(match))


def _by_worth(one: SignatureResult) -> bool:
    """Put signatures first that an anchor of the user vouches for: a token may carry others beside."""
    return one.anchor_source not in INDEPENDENT


def _without_freshness(token: Artefact) -> Artefact:
    if token.nested:
        return replace(token, fresh=None, nested=tuple(map(_without_freshness, token.nested)))
    values = list(_FIELDS(token))
    values[_FRESH] = None
    return Artefact(*values)  # ``replace`` takes five times as long


def _problems(token: Artefact) -> tuple[str, ...]:
    found = (problem.id for one in walk([token]) for problem in one.problems)
    return tuple(dict.fromkeys(found))[:MOST_PROBLEMS]


def _is_sound(token: Artefact, answer: Answer) -> bool:
    """See ``model.fleet.Summary.sound``."""
    return (
        token.authenticity == "authenticated"
        and answer.binding == "bound"
        and answer.component_match != "mismatch"
        and answer.status not in ("warning", "contraindicated")
        and not answer.contradicts
        and not any(problem.severity == "error" for one in walk([token]) for problem in one.problems)
    )
