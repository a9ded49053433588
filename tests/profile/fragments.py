"""Fragments of profiles, in one line each."""

from __future__ import annotations

import uuid

HEX32 = "ab" * 32
VENDOR = uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")


def stages(*rows: str) -> str:
    return "boot: {stages: [" + ", ".join("{" + row + "}" for row in rows) + "]}"


def product(more: str) -> str:
    return "product: {vendor: Example, model: Node 1, " + more + "}"


def protocol(row: str) -> str:
    return "protocols: [{name: p, " + row + "}]"


def device(instance_id: str) -> str:
    return f"devices: [{{instance_id: '{instance_id}'}}]"


ROOT_NONE = "hardware: {root_of_trust: {type: none}}\n"
NO_TEE = "hardware: {isolation: {tee: {present: false}}}\n"
DOCUMENT = f"{{path: a.pdf, digest: 'sha-256:{HEX32}', date: 2026-01-01}}"
