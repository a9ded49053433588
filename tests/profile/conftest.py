"""A profile that declares everything, made from the model so that no leaf is left out."""

from __future__ import annotations

import copy
import datetime
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
import yaml

from iotassess.model.profile import Profile, base, statements
from iotassess.profile import LoadedProfile, load_profile_bytes
from iotassess.profile.shape import core, fields, is_section

VENDOR = uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")
CLASS = uuid.uuid5(VENDOR, "Node 1")


def pattern_of(annotation: Any) -> str | None:
    """The regular expression that a leaf type asks for, or None."""
    found = (getattr(marker, "pattern", None) for marker in getattr(annotation, "__metadata__", ()))
    return next((pattern for pattern in found if pattern), None)


_SPECIMENS = {
    pattern_of(kind): specimen
    for kind, specimen in (
        (base.Name, "main"),
        (base.Hex, "ab" * 32),
        (base.Thumbprint, "ab" * 32),
        (base.Uuid, str(VENDOR)),
        (base.DigestText, "sha-256:" + "ab" * 32),
        (base.SuitComponentId, "00/01"),
        (base.Domain, "example.com"),
        (statements.TechnologyId, "cose"),
        (statements.RequirementId, "etsi-en-303-645/5.1-1"),
    )
}
"""A value for each form."""

_FITTING: dict[tuple[str | int, ...], Any] = {
    ("product", "model"): "Node 1",
    ("product", "released"): "2026-01-01",
    ("identity", "class_id"): str(CLASS),
    ("identity", "oemid"): "32473",
    ("devices", 0, "instance_id"): "01" + "ab" * 32,
    ("boot", "stages", 0, "verified_by"): "hardware",
    ("boot", "stages", 0, "updatable"): False,
    ("boot", "stages", 0, "measured_into"): "boot-record",
    ("components", 0, "updatable"): False,
    ("hardware", "root_of_trust", "type"): "rom",
    ("hardware", "isolation", "mechanisms"): ["tee", "mpu"],
    ("debug", "state"): "disabled-fully-and-permanently",
    ("lifecycle",): "secured",
    ("interfaces", 0, "enabled_default"): False,
    ("keys", 0, "algorithm"): "HMAC 256/256",
    ("keys", 0, "thumbprint"): None,
    ("protocols", 0, "version"): "1.3",
    ("protocols", 0, "security"): "tls",
    ("protocols", 0, "security_version"): "1.3",
    ("protocols", 0, "cipher_suites"): ["TLS_AES_128_CCM_SHA256"],
    ("protocols", 0, "peer_validation"): "pinned",
    ("protocols", 0, "credentials"): "certificate",
    ("network", "mud_url"): "https://example.com/node.json",
    ("auth", "passwords", "default_scheme"): "unique",
    ("auth", "passwords", "blank_allowed"): False,
    ("auth", "rate_limit", "prevented_by_constraint"): False,
    ("authentication_mechanisms", 0, "default_value"): "unique",
    ("update", "prevented_by_constraint"): False,
    ("update", "rollback_authorised"): False,
    ("data_flows", 0, "object_security"): "cose",
    ("support", "isolable"): False,
    ("technologies", 0, "version"): "RFC 9052",
    ("technologies", 0, "parameters"): {"structures": ["sign1"]},
    ("support", "until"): "2030-12-31",
    ("trust_anchors", 0, "expires"): "2035-12-31",
    ("evidence",): [
        {"artefact": "update.suit"},
        {"artefact": "token.cbor", "nonce": "ab" * 32},
        {"image": "main.bin", "component": "main"},
        {"trust_anchor": "anchors/update.pem", "purpose": "update"},
    ],
}
"""Values without which the statements of the profile would contradict each other."""


def _value(annotation: Any, metadata: Iterable[Any] = ()) -> Any:
    """A value that fits a type of the model."""
    for marker in (*metadata, *getattr(annotation, "__metadata__", ())):
        if getattr(marker, "pattern", None):
            return _SPECIMENS[marker.pattern]
    if type(None) in get_args(annotation):
        return _value(next(a for a in get_args(annotation) if a is not type(None)))
    kind = core(annotation)
    if is_section(kind):
        inside = zip(fields(kind), kind.model_fields.values(), strict=True)
        return {key: _value(info.annotation, info.metadata) for key, info in inside}
    if get_origin(kind) is list:
        return [_value(get_args(kind)[0])]
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is dict:
        return {}
    return {bool: True, int: 1, datetime.date: "2026-02-03"}.get(kind, "text")


def put(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    """Write a value at a path; mappings on the way are made."""
    for step, following in itertools.pairwise(path):
        if isinstance(step, str) and step not in value:
            value[step] = [{}] if isinstance(following, int) else {}
        value = value[step]
    value[path[-1]] = new


def declare_everything() -> dict[str, Any]:
    """A profile with a value at every key of the model, without faults."""
    made: dict[str, Any] = _value(Profile)
    for path, new in _FITTING.items():
        put(made, path, new)
    return made


_EVERYTHING = declare_everything()


@pytest.fixture
def everything() -> dict[str, Any]:
    """The full profile as parsed; the test may change it."""
    return copy.deepcopy(_EVERYTHING)


@pytest.fixture(scope="session")
def full_text() -> str:
    """The full profile as YAML."""
    return yaml.safe_dump(_EVERYTHING, sort_keys=False)


@pytest.fixture(scope="session")
def full(full_text: str) -> LoadedProfile:
    """The full profile, loaded."""
    return load_profile_bytes(full_text.encode(), "full.yaml")


_NEEDED = ("name", "instance_id", "path", "digest", "date", "vendor", "model", "id", "requirement")
"""Keys that a mapping of the model must have."""


def _spine(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """``value`` with ``new`` at ``path``, and of everything beside the path only what is needed."""
    if not path:
        return new
    inner = _spine(value[path[0]], path[1:], new)
    if isinstance(value, list):
        return [inner]
    return {**{key: value[key] for key in _NEEDED if key in value}, path[0]: inner}


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0))


@pytest.fixture(scope="session")
def edits() -> Callable[[Any], Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]]:
    """Small profiles that have a given value at one place: for each place of the model, its path and that."""

    def made(wrong: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        for path in _places(_EVERYTHING):
            yield path, {"product": _EVERYTHING["product"], **_spine(_EVERYTHING, path, wrong)}

    return made
