"""Measured components against reference values: the rules of comparison of CoRIM.

draft-ietf-rats-corim-11, "Comparing environments", "Comparison for digests entries" and "Comparison for
version entries"; for PSA tokens draft-fdb-rats-psa-endorsements section 3.3. Fields that a reference does not
have are not compared. Unlike other verifiers, signer identifiers are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iotassess.model.appraisal import ComponentResult, Measured, ReferenceEntry
from iotassess.model.artefact import Artefact
from iotassess.model.claim import Digest

MAX_COMPONENTS: Final = 256
"""Components of one token that are compared. Real tokens have a dozen; the rest have no reference."""

MAX_ENTRIES: Final = 8192
"""Reference entries that are compared with one token; a CoRIM of a whole product line has some thousand."""

MAX_ENVIRONMENTS: Final = 16
"""Implementations of one token whose components are compared: a token has one, a composite device a few."""

Sets = list[tuple[str, Mapping[str, Any]]]
"""Claims sets of one token: path ("" or ending in a dot) and claims."""


# --- the token's side ---------------------------------------------------------------------------


def claims_sets(token: Artefact) -> Sets:
    """Give the claims sets that a token's own signature covers: its own and those of its submodules.

    Tokens nested in it are artefacts of their own; they speak for themselves.

    Args:
        token: an artefact with claims.
    """
    # The outer claims hold those of a nested token as they are; a name may be shortened in its path.
    apart = _Apart(
        frozenset(inner.path.rpartition("#")[2] for inner in token.nested),
        frozenset(id(inner.claims) for inner in token.nested if inner.claims is not None),
    )
    found: Sets = []
    _collect(token.claims or {}, "", apart, found)
    return found


class _Apart(NamedTuple):
    """Nested tokens, by the path and by the claims that they have in the outer token."""

    paths: frozenset[str]
    claims: frozenset[int]

    def holds(self, path: str, claims: Mapping[str, Any]) -> bool:
        return path in self.paths or id(claims) in self.claims


def _collect(claims: Mapping[str, Any], prefix: str, apart: _Apart, found: Sets) -> None:
    found.append((prefix, claims))
    inside = [(f"{prefix}{key}", claims.get(key)) for key in ("platform", "realm")]
    submods = claims.get("submods")
    if isinstance(submods, Mapping):
        inside += ((f"{prefix}submods.{name}", inner) for name, inner in submods.items())
    for path, inner in inside:
        if isinstance(inner, Mapping) and not apart.holds(path, inner):
            _collect(inner, f"{path}.", apart, found)


def measured_components(sets: Sets) -> tuple[Measured, ...]:
    """Give the components that a token measured, in its order.

    Args:
        sets: of the token, the outermost first; one without implementation identifier has the outermost's.
    """
    outermost = str(sets[0][1].get("implementation_id", "")) if sets else ""
    found: list[Measured] = []
    for prefix, claims in sets:
        listed = claims.get("sw_components")
        if not isinstance(listed, list):
            continue
        implementation = str(claims.get("implementation_id", outermost))
        found += (
            _component(index, f"{prefix}sw_components[{index}]", one, implementation)
            for index, one in enumerate(listed)
            if isinstance(one, Mapping)
        )
    return tuple(found)


def _component(index: int, path: str, one: Mapping[str, Any], implementation: str) -> Measured:
    alg, value = one.get("digest_alg"), one.get("digest")
    digest = Digest(alg, value) if isinstance(alg, str) and isinstance(value, str) else None
    return Measured(
        index,
        path,
        _text(one, "type"),
        _text(one, "version"),
        _text(one, "signer_id"),
        digest,
        implementation,
    )


def _text(one: Mapping[str, Any], key: str) -> str | None:
    value = one.get(key)
    return value if isinstance(value, str) else None


# --- the comparison -----------------------------------------------------------------------------


def is_about(entry: ReferenceEntry, implementation: str, device: str) -> bool:
    """Tell whether a reference is for an environment: each field that it has must be equal.

    Args:
        entry: the reference.
        implementation: the token's implementation identifier, or "".
        device: the token's instance, or "".
    """
    if entry.foreign or (entry.implementations and entry.implementations != {implementation}):
        return False
    return not entry.instances or device in entry.instances


def digests_agree(measured: Digest | None, expected: Sequence[Digest]) -> bool:
    """Tell whether a measurement has the expected digest.

    At least one algorithm must be common and all common ones must agree; a list with one algorithm twice
    agrees with nothing, as nobody can tell which value is meant.
    """
    if measured is None or len({one.alg for one in expected}) != len(expected):
        return False
    common = [one for one in expected if one.alg == measured.alg]
    return bool(common) and all(one.value == measured.value for one in common)


def differences(component: Measured, entry: ReferenceEntry) -> tuple[str, ...]:
    """Name what the reference gives and the component does not agree with.

    A condition is met by what is there: a component that keeps silent about its signer does not have the
    signer that is asked for. What the reference does not give is not compared.
    """
    found = []
    if entry.name is not None and component.type != entry.name:
        found.append("name")
    if entry.version is not None and component.version != entry.version:
        found.append("version")
    if entry.signers and component.signer not in entry.signers:
        found.append("signer")
    return tuple(found)


class _Environment:
    """The references for one environment, indexed: a comparison then takes no longer for many of them."""

    def __init__(self, entries: list[ReferenceEntry]) -> None:
        self.entries = entries[:MAX_ENTRIES]
        self._by_digest: dict[Digest, list[ReferenceEntry]] = defaultdict(list)
        self._versions: dict[tuple[str, str], set[str | None]] = defaultdict(set)
        for entry in self.entries:
            for digest in entry.digests:
                self._by_digest[digest].append(entry)
                if entry.name is not None:
                    self._versions[entry.name, digest.alg].add(entry.version)

    def with_digest(self, digest: Digest | None) -> list[ReferenceEntry]:
        """Entries that a measurement meets."""
        if digest is None:
            return []
        return [one for one in self._by_digest.get(digest, ()) if digests_agree(digest, one.digests)]

    def speaks_of(self, component: Measured) -> bool:
        """Whether an entry of the same name gives a digest that can be compared with the component's.

        One for another version does not speak of this one.
        """
        if component.type is None or component.digest is None:
            return False
        versions = self._versions.get((component.type, component.digest.alg), set())
        if component.version is None:
            return bool(versions)
        return not versions.isdisjoint({None, component.version})


def compare(
    components: Sequence[Measured], entries: Iterable[ReferenceEntry], device: str
) -> tuple[tuple[ComponentResult, ...], tuple[ReferenceEntry, ...]]:
    """Compare what was measured with what is expected.

    Args:
        components: of one token.
        entries: reference values, the better ones first; those for other environments are left out here.
        device: the token's instance (hex), or "".

    Returns:
        One result a component, and the references that no component met.
    """
    listed = list(entries)
    implementations = list(dict.fromkeys(one.implementation for one in components)) or [""]
    environments = {
        implementation: _Environment([one for one in listed if is_about(one, implementation, device)])
        for implementation in implementations[:MAX_ENVIRONMENTS]
    }
    none = _Environment([])
    met: set[int] = set()
    results: list[ComponentResult] = []
    for component in components[:MAX_COMPONENTS]:
        environment = environments.get(component.implementation, none)
        met.update(map(id, environment.with_digest(component.digest)))
        results.append(_compare_one(component, environment))
    results += (ComponentResult(one, "no-reference", None) for one in components[MAX_COMPONENTS:])
    unreported = {
        id(entry): entry
        for environment in environments.values()
        for entry in environment.entries
        if id(entry) not in met
    }
    return tuple(results), tuple(unreported.values())


def _compare_one(component: Measured, environment: _Environment) -> ComponentResult:
    if not environment.entries:
        return ComponentResult(component, "no-reference", None)
    rated = [(differences(component, one), one) for one in environment.with_digest(component.digest)]
    if not rated:
        return ComponentResult(component, "none", None, (), environment.speaks_of(component))
    differs, best = min(rated, key=lambda pair: len(pair[0]))
    return ComponentResult(component, "digest-only" if differs else "match", best, differs)
