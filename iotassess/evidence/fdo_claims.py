"""What an FDO ownership voucher says, as JSON."""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from iotassess.codec import cbor
from iotassess.errors import MalformedArtefact
from iotassess.evidence.eat_reading import enumerated, free_key, to_json
from iotassess.evidence.fdo_entries import Ownership
from iotassess.evidence.fdo_layout import ENCODINGS, KEY_TYPES, Entry, Hash, Owner, Voucher, members_of
from iotassess.evidence.x509_claims import describe_certificate

MAX_RENDEZVOUS: Final = 32
"""Directives, and instructions in each, that are listed; real ones have two and eight."""

_VARIABLES: Final = (
    *(
        "dev_only",
        "owner_only",
        "ip_address",
        "dev_port",
        "owner_port",
        "dns",
        "sv_cert_hash",
        "cl_cert_hash",
    ),
    *("user_input", "wifi_ssid", "wifi_pw", "medium", "protocol", "delay_sec", "bypass", "ext_rv"),
)
"""Rendezvous variables by number (FDO 1.1 section 3.3.13)."""

_PROTOCOLS: Final = ("rest", "http", "https", "tcp", "tls", "coap+tcp", "coap")
"""Values of the variable protocol."""

_NOT_EVALUATED: Final = (
    "hmac: only the device has the secret that it is made with, so nobody else can check it",
    "device_certificate_chain: whether it builds to an anchor; hand it in as a file of its own",
    "header.rendezvous_info: nothing is contacted",
)


def make_claims(voucher: Voucher, ownership: Ownership) -> dict[str, Any]:
    """Give what a voucher says.

    Args:
        voucher: the voucher.
        ownership: what came of following its owners.
    """
    header = voucher.header
    chain = voucher.chain
    return {
        "protocol_version": header.version,
        "armoured": voucher.armoured,
        "header": {
            "protocol_version": header.version,
            "guid": header.guid.hex(),
            "rendezvous_info": [_directive(one) for one in list(header.rendezvous)[:MAX_RENDEZVOUS]],
            "device_info": header.device_info,
            "public_key": _owner(header.manufacturer),
            "device_certificate_chain_hash": None if header.chain_hash is None else _hash(header.chain_hash),
        },
        "hmac": _hash(voucher.hmac),
        "device_certificate_chain": None if chain is None else _certificates(chain),
        "device_certificate_chain_matches": ownership.chain_matches,
        "entries": [_entry(entry) for entry in voucher.entries],
        "not_evaluated": list(
            _NOT_EVALUATED if chain is not None else (_NOT_EVALUATED[0], _NOT_EVALUATED[2])
        ),
    }


def _certificates(chain: tuple[bytes, ...]) -> list[dict[str, Any]]:
    described = [describe_certificate(member) for member in members_of(chain)]
    for row in described:
        del row["self_signed"], row["position"]
    return described


def _hash(value: Hash) -> dict[str, Any]:
    return {"alg": enumerated(value.type, value.name), "value": value.value.hex()}


def _owner(owner: Owner) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": enumerated(owner.type, KEY_TYPES.get(owner.type, ("unknown",))[0]),
        "encoding": enumerated(owner.encoding, ENCODINGS.get(owner.encoding, "unknown")),
        "spki_sha256": None if owner.key is None else owner.key.thumbprint,
    }
    if owner.chain:
        found["certificates"] = _certificates(owner.chain)
    return found


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "alg": entry.message.signatures[0].alg,
        "previous_hash": _hash(entry.previous),
        "header_info_hash": _hash(entry.header_info),
        "extra": to_json(entry.extra),
        "public_key": _owner(entry.owner),
    }


# --- rendezvous ---------------------------------------------------------------------------------


def _directive(value: Any) -> Any:
    """Write one directive: its instructions by name; whatever is none stays as it is."""
    if not isinstance(value, list | tuple):
        return to_json(value)
    found: dict[str, Any] = {}
    for instruction in list(value)[:MAX_RENDEZVOUS]:
        if not isinstance(instruction, list | tuple) or not 1 <= len(instruction) <= 2:
            found[free_key("other", found)] = to_json(instruction)
            continue
        number = instruction[0]
        known = type(number) is int and 0 <= number < len(_VARIABLES)
        name = _VARIABLES[number] if known else free_key(number, found)
        found[free_key(name, found)] = _value(name, instruction[1]) if len(instruction) == 2 else True
    return found


def _value(name: str, raw: Any) -> Any:
    """Write the value of an instruction, CBOR in a byte string; a password only by its length."""
    value = raw
    if type(raw) is bytes:
        try:
            value = cbor.loads(raw)
        except MalformedArtefact:
            value = raw
    if name == "wifi_pw":
        return {"withheld": "a password", "size": len(value) if isinstance(value, str | bytes) else None}
    if name == "ip_address" and type(value) is bytes and len(value) in (4, 16):
        return str(ipaddress.ip_address(value))
    if name == "protocol" and type(value) is int and 0 <= value < len(_PROTOCOLS):
        return enumerated(value, _PROTOCOLS[value])
    return to_json(value)
