"""One appraisal of an attestation result: status, trustworthiness vector, policies and extensions.

draft-ietf-rats-ear-03 sections 3.1 (appraisals), 4.4 (TEEP), 4.5 (Veraison). A status must not promise more
than the worst entry of its vector; one that does is reported, and the vector counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from iotassess.evidence.ear_names import APPRAISAL_NAMES, EXAMPLE_POLICY, STATUS_NAMES, sort_claims
from iotassess.evidence.eat_json import decode_base64url
from iotassess.evidence.eat_reading import Reading, clip, describe, free_key, to_json
from iotassess.model import ar4si
from iotassess.model.ar4si import Tier

MAX_POLICIES: Final = 64
"""Policies of one appraisal that are listed; real ones have one, and nobody applies dozens in a row."""

MAX_ENTRIES: Final = 32
"""Entries of a vector that are read: there are eight categories, and drafts may add a few."""

MAX_NAMED: Final = 3
"""Entries of a vector that a message names; the claims have all of them."""

INSTANCE_ID_LENGTHS: Final = range(7, 34)
"""Bytes of a UEID (RFC 9711 section 4.2.1); an instance identifier has 33 of them."""

_INSTANCE_NAMES: Final = frozenset({"psa-instance-id", "cca-platform-instance-id"})
"""Where annotated evidence names the device, as Veraison writes PSA and CCA tokens in JSON."""


class Appraised(NamedTuple):
    """What one appraisal comes to.

    Attributes:
        status: the worse of what it says and what its vector leaves room for; "none" where neither
            can be read.
        nonces: of the evidence that was appraised.
        devices: identities in hex of the device that was appraised, as the verifier repeats them.
        example: it was made by the policy of an example, so that it affirms nothing of a product.
    """

    status: Tier
    nonces: tuple[bytes, ...]
    devices: frozenset[str]
    example: bool = False


def is_appraisal(value: Any) -> bool:
    """Tell whether a JSON value is an appraisal."""
    return isinstance(value, Mapping) and any(name in value for name in STATUS_NAMES)


def read_appraisal(reading: Reading, claims: Mapping[Any, Any]) -> Appraised:
    """Read one appraisal.

    Args:
        reading: of the appraisal, inside that of the result; filled in.
        claims: the appraisal, by label or name.
    """
    found = sort_claims(reading, claims, APPRAISAL_NAMES)
    stated = read_tier(reading, *found["status"]) if "status" in found else None
    if "status" not in found:
        reading.report("ear-malformed", "the appraisal has no status; expected one of four tiers", "status")
    room: Tier = "affirming"
    if "trustworthiness_vector" in found:
        room = _read_vector(reading, *found["trustworthiness_vector"])
    status = _weigh(reading, stated, room)
    nonces: tuple[bytes, ...] = ()
    for key, (label, value) in found.items():
        if key == "nonce":
            nonces = read_nonces(reading, label, value)
        elif key in _READERS:
            _READERS[key](reading, key, label, value)
    return Appraised(status, nonces, _devices(reading), _is_example(reading))


# --- status and vector --------------------------------------------------------------------------


def read_tier(reading: Reading, label: Any, value: Any) -> Tier | None:
    """Read a tier as EAR writes it: a word in JSON, a number in CBOR; the services' JSON may have numbers.

    Returns:
        The tier, or None for none of the four; that is reported.
    """
    number = ar4si.STATUS_VALUES.get(value) if reading.from_json and type(value) is str else value
    if type(number) is int and number in ar4si.STATUSES:
        name = ar4si.STATUSES[number]
        reading.claims["status"] = {"value": number, "name": name}
        return name
    expected = ", ".join(f"{name} ({value})" for value, name in ar4si.STATUSES.items())
    reading.report("ear-malformed", f"the status is {describe(value)}; expected {expected}", "status", label)
    reading.keep_other(label, value)
    return None


def _read_vector(reading: Reading, label: Any, value: Any) -> Tier:
    """Read a trustworthiness vector; gives the best status that it leaves room for.

    What cannot be read in it may have been anything, so that it leaves room for no claim at most.
    """
    if not isinstance(value, Mapping) or len(value) > MAX_ENTRIES:
        expected = f"a map of at most {MAX_ENTRIES} categories"
        _refuse(reading, "trustworthiness_vector", label, value, expected)
        return "none"
    unreadable = False
    entries: dict[str, Any] = {}
    values: list[int] = []
    for category, number in value.items():
        name = _category(reading, category, entries)
        if type(number) is not int or not ar4si.FIRST_VALUE <= number <= ar4si.LAST_VALUE:
            reading.report(
                "ear-malformed",
                f"the vector's entry {clip(name)} is {describe(number)}; expected a number from "
                f"{ar4si.FIRST_VALUE} to {ar4si.LAST_VALUE}",
                f"trustworthiness_vector.{clip(name)}",
                label,
                category,
            )
            entries[name] = to_json(number)
            unreadable = True
            continue
        values.append(number)
        entries[name] = {
            "value": number,
            "name": ar4si.meaning(name, number),
            "tier": ar4si.tier(number),
        }
    reading.claims["trustworthiness_vector"] = entries
    room = ar4si.best_status(values)
    return ar4si.worst_status([room, "none"]) if unreadable else room


def _category(reading: Reading, category: Any, taken: Mapping[str, Any]) -> str:
    """Name a category: labels 0 to 7 in CBOR, names in JSON; another one keeps its own."""
    if not reading.from_json and type(category) is int and 0 <= category < len(ar4si.CATEGORIES):
        return ar4si.CATEGORIES[category]
    name = free_key(category, taken)
    if not reading.from_json and name in ar4si.CATEGORIES:
        return f"{name} (as text)"
    return name


def _weigh(reading: Reading, stated: Tier | None, room: Tier) -> Tier:
    """Hold the status against the best that the vector leaves room for, and report what it comes to."""
    status: Tier = stated or "none"
    if ar4si.is_better(status, room):
        if stated is not None:
            reading.report(
                "ear-malformed",
                f"the status is {stated}, but the vector leaves room for no better one than {room}: it must "
                "not promise more than the worst entry (draft-ietf-rats-ear section 3.1); the vector counts",
                "status",
            )
        status = room
    against = [
        f"{clip(name)} {entry['value']}: {entry['name']}"
        for name, entry in reading.claims.get("trustworthiness_vector", {}).items()
        if isinstance(entry, dict) and entry.get("tier") in ("warning", "contraindicated")
    ]
    more = f", and {len(against) - MAX_NAMED} more" if len(against) > MAX_NAMED else ""
    report_status(reading, status, ", ".join(against[:MAX_NAMED]) + more)
    return status


def report_status(reading: Reading, status: Tier, because: str = "") -> None:
    """Report a status that does not affirm.

    Args:
        reading: of the appraisal, or of the whole result.
        status: what it comes to.
        because: the entries of the vector that speak against the device.
    """
    if status == "affirming":
        return
    id = "ear-contraindicated" if status == "contraindicated" else "ear-warning"
    said = "makes no claim" if status == "none" else f"says {status}"
    why = f" ({because})" if because else ""
    reading.report(id, f"the verifier {said}{why}; look at the device, or ask the verifier", "status")


# --- the rest -----------------------------------------------------------------------------------


def read_nonces(reading: Reading, label: Any, value: Any) -> tuple[bytes, ...]:
    """Read eat_nonce: bytes in CBOR, base64 in JSON; a text that is no base64 is taken as it is."""
    many = list(value) if isinstance(value, list | tuple) else [value]
    nonces = [_nonce(reading, one) for one in many]
    if not nonces or None in nonces:
        _refuse(reading, "nonce", label, value, "a nonce, or an array of them")
        return ()
    texts = [one.hex() for one in nonces if one is not None]
    reading.claims["nonce"] = texts if len(texts) > 1 else texts[0]
    return tuple(one for one in nonces if one is not None)


def _nonce(reading: Reading, value: Any) -> bytes | None:
    if not reading.from_json:
        return value if type(value) is bytes else None
    if type(value) is not str:
        return None
    data, _ = decode_base64url(value)
    return value.encode() if data is None else data


def _read_profile(reading: Reading, key: str, label: Any, value: Any) -> None:
    if type(value) not in (str, bytes):
        _refuse(reading, key, label, value, "a URI or an object identifier")
        return
    reading.claims[key] = to_json(value)


def _read_policies(reading: Reading, key: str, label: Any, value: Any) -> None:
    """Read the identifiers of the policies; older results have a single one."""
    many = [value] if type(value) is str else value
    if not isinstance(many, list | tuple) or not many or not all(type(one) is str for one in many):
        _refuse(reading, key, label, value, "a list of at least one text")
        return
    reading.claims[key] = list(many[:MAX_POLICIES])
    if len(many) > MAX_POLICIES:
        message = f"{len(many)} policies; only the first {MAX_POLICIES} are listed"
        reading.report("ear-malformed", message, key, label)


def _is_example(reading: Reading) -> bool:
    """Tell whether an appraisal says that published test keys counted in it, and report it."""
    if EXAMPLE_POLICY not in reading.claims.get("appraisal_policy_ids", ()):
        return False
    reading.report(
        "ear-warning",
        "the appraisal is of an example: keys counted whose private half is published, so it affirms nothing "
        "of a product; have the product's own evidence appraised",
        "appraisal_policy_ids",
    )
    return True


def _read_extension(reading: Reading, key: str, label: Any, value: Any) -> None:
    if not isinstance(value, Mapping):
        _refuse(reading, key, label, value, "a map")
        return
    reading.claims[key] = to_json(value)


def _read_key(reading: Reading, key: str, label: Any, value: Any) -> None:
    """Read an attested key: a SubjectPublicKeyInfo, of which only the digest matters here."""
    _read_extension(reading, key, label, value)
    if not isinstance(value, Mapping):
        return
    spki = value.get("akpub")
    if reading.from_json:
        spki, _ = decode_base64url(spki)
    if type(spki) is not bytes:
        message = f"akpub is {describe(value.get('akpub'))}; expected a SubjectPublicKeyInfo"
        reading.report("ear-malformed", message, f"{key}.akpub", label)
        return
    reading.claims[key] |= {"akpub": spki.hex(), "sha256": hashlib.sha256(spki).hexdigest()}


_READERS: Final[Mapping[str, Callable[[Reading, str, Any, Any], None]]] = {
    "profile": _read_profile,
    "appraisal_policy_ids": _read_policies,
    "annotated_evidence": _read_extension,
    "policy_claims": _read_extension,
    "teep_claims": _read_extension,
    "key_attestation": _read_key,
}


def _refuse(reading: Reading, key: str, label: Any, value: Any, expected: str) -> None:
    reading.report("ear-malformed", f"{key} is {describe(value)}; expected {expected}", key, label)
    reading.keep_other(label, value)


def _devices(reading: Reading) -> frozenset[str]:
    """Give the identities of the device that the verifier repeats from the evidence."""
    found = set()
    for name in _INSTANCE_NAMES:
        found.add(_identity(reading.claims.get("annotated_evidence", {}).get(name), hexadecimal=False))
    teep = reading.claims.get("teep_claims", {})
    found.add(_identity(teep.get("256"), hexadecimal=True) or _identity(teep.get("ueid"), hexadecimal=False))
    return frozenset(one for one in found if one)


def _identity(value: Any, *, hexadecimal: bool) -> str:
    if type(value) is not str:
        return ""
    if hexadecimal:
        return value if len(value) // 2 in INSTANCE_ID_LENGTHS else ""
    data, _ = decode_base64url(value)
    return data.hex() if data is not None and len(data) in INSTANCE_ID_LENGTHS else ""
