"""Our own appraisal of attestation tokens against the reference values and keys of the call.

1. Put the reference values of all artefacts together, and the keys that are known of devices.
2. Compare the measured components of each token with the references for its environment.
3. Give each category of the trustworthiness vector a value, with the reason for it.
4. The status is the worst tier of the vector; a vector in which nothing says what runs on the device affirms
   nothing, however well its other entries stand.

What is not authenticated affirms nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from iotassess.crosscheck.appraisal_measurements import (
    MAX_ENVIRONMENTS,
    claims_sets,
    compare,
    is_about,
    measured_components,
)
from iotassess.crosscheck.appraisal_references import IMPLEMENTATION, References, doubt, gather
from iotassess.crosscheck.appraisal_vector import View, entries
from iotassess.model import ar4si
from iotassess.model.appraisal import (
    Appraisal,
    ComponentResult,
    VectorEntry,
)
from iotassess.model.ar4si import Tier
from iotassess.model.artefact import Artefact, walk

ENDORSED_KEY: Final = "device.endorsed-key"
PROFILE: Final = "the profile"
USER: Final = "your registry"

Keys = Mapping[str, Mapping[str, str]]
"""Device (hex) → thumbprint of a key of it → who says so."""


def appraise(
    artefacts: Sequence[Artefact],
    declared_keys: Mapping[str, Iterable[str]] | None = None,
    registered_keys: Mapping[str, Iterable[str]] | None = None,
) -> tuple[Appraisal, ...]:
    """Appraise every attestation token of a call, nested ones too.

    Args:
        artefacts: of the call; graded in an assessment, so that the grades say who is believed.
        declared_keys: device (hex) → thumbprints of its attestation key (SHA-256 over the
            SubjectPublicKeyInfo, hex) as the profile declares them.
        registered_keys: the same as the user has them.

    Returns:
        One appraisal a token, in the order of the call.
    """
    flat = tuple(walk(artefacts))
    tokens = list(_tokens(artefacts))
    if not tokens:
        return ()
    references = gather(flat)
    known = _know(flat, {USER: registered_keys or {}, PROFILE: declared_keys or {}}, tokens)
    return tuple(_appraise(token, references, known) for token in tokens)


def _tokens(artefacts: Iterable[Artefact]) -> Iterator[Artefact]:
    """Give the tokens; a CCA collection speaks for the platform token in it, which is no further one."""
    for artefact in artefacts:
        if is_token(artefact):
            yield artefact
        whole = artefact.kind == "cca-token"
        inner = (one for one in artefact.nested if not (whole and one.path == f"{artefact.path}#platform"))
        yield from _tokens(inner)


def is_token(artefact: Artefact) -> bool:
    """Tell whether an artefact is attestation evidence that is appraised."""
    kind = artefact.kind or ""
    return kind.startswith("eat-") or kind in ("psa-token", "cca-token")


class _Known(NamedTuple):
    """What is known besides reference values, from the profile and from artefacts that are believed.

    Attributes:
        keys: of devices.
        endorsing: implementations (hex) whose devices have endorsed keys; "" where it is not said whose.
        shared: thumbprints of keys that sign for several devices of the call.
        implementations: implementation identifier → path of the reference values that speak of it.
        bound: some of those reference values are bound to the product.
    """

    keys: Keys
    endorsing: frozenset[str]
    shared: frozenset[str]
    implementations: Mapping[str, str]
    bound: bool


def _appraise(token: Artefact, references: References, known: _Known) -> Appraisal:
    sets = claims_sets(token)
    measured = measured_components(sets)
    trusted = [one for one in references.entries if references.is_trusted(one)]
    doubtful = [one for one in references.entries if not references.is_trusted(one)]
    judged, _ = compare(measured, trusted, token.device)
    all_results, unreported = compare(measured, [*trusted, *doubtful], token.device)
    own = str((token.claims or {}).get("implementation_id", ""))
    vector = entries(
        View(
            token=token,
            doubt=doubt(token),
            sets=sets,
            components=judged,
            others=any(result.outcome != "no-reference" for result in all_results),
            keys=known.keys.get(token.device, {}),
            expected=bool(known.endorsing & {own, ""}),
            shared=any(
                one.thumbprint in known.shared for one in token.signatures if one.status == "verified"
            ),
            implementations=known.implementations,
            bound=known.bound,
        )
    )
    environments = list(dict.fromkeys(one.implementation for one in measured))[:MAX_ENVIRONMENTS]
    used = {
        entry.artefact
        for entry in references.entries
        if any(is_about(entry, one, token.device) for one in environments)
    }
    return Appraisal(
        token=token.path,
        kind=token.kind or "",
        device=token.device,
        authenticity=token.authenticity,
        status=status_of(vector),
        entries=vector,
        components=tuple(map(_better_founded, judged, all_results)),
        unreported=unreported if measured else (),
        references=tuple(source for path, source in references.sources.items() if path in used),
    )


def status_of(vector: Iterable[VectorEntry]) -> Tier:
    """Give the status of a vector: its worst tier, where entries without a claim neither help nor harm.

    Unless the executables are affirmed nothing is: who a device is does not say that it can be trusted.
    """
    found = {entry.category: entry.value for entry in vector}
    status = ar4si.best_status(found.values())
    if status == "affirming" and ar4si.tier(found.get("executables", ar4si.NO_CLAIM)) != "affirming":
        return "none"
    return status


def _better_founded(judged: ComponentResult, among_all: ComponentResult) -> ComponentResult:
    """Give the result by references that are believed, where there are any; else by the others."""
    return among_all if judged.outcome == "no-reference" else judged


# --- what is known ------------------------------------------------------------------------------


def _know(
    artefacts: Iterable[Artefact],
    told: Mapping[str, Mapping[str, Iterable[str]]],
    tokens: Iterable[Artefact],
) -> _Known:
    keys: dict[str, dict[str, str]] = defaultdict(dict)
    endorsing: set[str] = set()
    implementations: dict[str, str] = {}
    bound = False
    for artefact in artefacts:
        if artefact.purpose != "reference" or doubt(artefact):
            continue
        scopes: dict[str, str] = {}
        for shown in artefact.shown:
            if shown.property == IMPLEMENTATION and shown.covered and artefact.is_about_this(shown):
                implementations.setdefault(str(shown.value), artefact.path)
                scopes[shown.scope] = str(shown.value)
                bound = bound or artefact.grade is not None
        for shown in artefact.shown:
            if shown.property == ENDORSED_KEY and shown.covered and artefact.is_about_this(shown):
                keys[shown.subject.name].setdefault(str(shown.value), artefact.path)
                endorsing.add(scopes.get(shown.scope, ""))
    for who, devices in told.items():
        for device, thumbprints in devices.items():
            for thumbprint in thumbprints:
                keys[device].setdefault(thumbprint, who)
    return _Known(dict(keys), frozenset(endorsing), _shared_keys(tokens), implementations, bound)


def _shared_keys(tokens: Iterable[Artefact]) -> frozenset[str]:
    """Give the keys that verified tokens of more than one device."""
    devices: dict[str, set[str]] = defaultdict(set)
    for token in tokens:
        for signature in token.signatures:
            if signature.status == "verified" and signature.thumbprint and token.device:
                devices[signature.thumbprint].add(token.device)
    return frozenset(key for key, holders in devices.items() if len(holders) > 1)
