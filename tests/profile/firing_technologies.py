"""Profiles that break one rule on technologies each: the rule's id, the profile, the path that is blamed."""

from __future__ import annotations


def technology(row: str) -> str:
    return "\ntechnologies: [{" + row + "}]"


ID = "technologies[0].id"

TECHNOLOGIES: list[tuple[str, str, str]] = [
    ("technology-unknown", technology("id: suit-manifesto"), ID),
    ("technology-twice", "technologies: [{id: cose}, {id: cose}]", "technologies[1].id"),
    ("technology-version", technology("id: est, version: RFC 7031"), "technologies[0].version"),
    ("technology-version-replaced", technology("id: cose, version: RFC 8152"), "technologies[0].version"),
    (
        "technology-parameter-unknown",
        technology("id: cose, parameters: {colour: red}"),
        "technologies[0].parameters.colour",
    ),
    (
        "technology-parameter",
        technology("id: cose, parameters: {structures: [sign2]}"),
        "technologies[0].parameters.structures[0]",
    ),
    ("technology-needs", "hardware: {root_of_trust: {type: none}}" + technology("id: secure-boot"), ID),
    ("technology-needs-undeclared", technology("id: mud"), ID),
    (
        "technology-conflict",
        "boot: {integrity_failure_action: ignore}"
        + technology("id: secure-boot, parameters: {enforced: true}"),
        "technologies[0].parameters.enforced",
    ),
    (
        "technology-unusual",
        "data: {at_rest: {encrypted: false}}" + technology("id: cose, parameters: {protects: [stored-data]}"),
        "technologies[0].parameters.protects",
    ),
    ("technology-contradicted", "boot: {secure_boot: false}" + technology("id: secure-boot"), ID),
]
