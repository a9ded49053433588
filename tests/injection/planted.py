"""A product in which every text that somebody else writes is hostile, on a disk as it would be handed in."""

from __future__ import annotations

import functools
from pathlib import Path

import cbor2

from iotassess.codec import yaml
from tests.evidence import coswid_builder, mud_builder, suit_builder, token_builder, x509_builder
from tests.examples import copy, edit, options

WAIVED = "enisa-gp-tm/GP-TM-04"
"""A requirement that the planted profile does not satisfy, so that its waiver is used."""


def marked(channel: str, text: str) -> str:
    """The text with a word behind it by which a test finds it again."""
    return f"{text}~{channel}~"


CHANNELS = (
    "vendor", "model", "revision", "document",
    "token-name", "token-label", "token-value", "suit-text", "suit-uri", "mud-info", "mud-maker",
    "tag-name", "tag-version", "tag-creator", "certificate-name",
    "waiver", "approver", "baseline-title", "requirement-title", "remediation",
    "artefact-file", "anchor-file",
)  # fmt: skip
"""Where a text is planted; names of files are planted besides, in which not every character can stand."""


def quoted(text: str) -> str:
    """A YAML text in double quotes, all of it in escapes; what YAML refuses as no text is left out."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text if is_text(char)) + '"'


@functools.cache
def is_text(char: str) -> bool:
    """Whether a character may stand in a YAML file of ours at all."""
    try:
        yaml.load(f'"\\U{ord(char):08x}"')
    except yaml.YamlFault:
        return False
    return True


def plant(root: Path, text: str, name: str) -> list[str]:
    """Write a product whose texts are all the given one; gives the arguments of a call of the gate.

    Args:
        root: an empty folder.
        text: what is planted.
        name: of files: what is planted in names.
    """
    folder = copy("sensor-node", root)
    _profile(folder / "flawed.yaml", text)
    artefacts = _artefacts(folder, text, name)
    anchor = folder / f"~anchor-file~{name}"
    anchor.write_bytes((folder / "anchors/update/update-p256.pub.pem").read_bytes())
    waivers, baseline = folder / "waivers.yaml", folder / "own.yaml"
    waivers.write_text(_waivers(text))
    baseline.write_text(_baseline(text))
    return [
        str(folder / "flawed.yaml"), *artefacts, *options("sensor-node", folder),
        "-t", f"update={anchor}", "--waivers", str(waivers), "--allow-example",
        "-b", "enisa-gp-tm", "-b", "etsi-en-303-645", "-b", str(baseline),
    ]  # fmt: skip


def _profile(file: Path, text: str) -> None:
    edit(
        file,
        ("vendor: Example Sensing", f"vendor: {quoted(marked('vendor', text))}"),
        ("model: SN-33", f"model: {quoted(marked('model', text))}"),
        ('hardware_revision: "B2"', f"hardware_revision: {quoted(marked('revision', text))}"),
        ("path: documents/sbom.md", f"path: {quoted(marked('document', text))}"),
        ("execution_monitoring: true", "execution_monitoring: false"),
    )


def _artefacts(folder: Path, text: str, name: str) -> list[str]:
    token = token_builder.eat({
        10: token_builder.NONCE,
        270: marked("token-name", text),
        marked("token-label", text): marked("token-value", text),
    })  # fmt: skip
    plan = suit_builder.good()
    plan.text = {"en": {1: marked("suit-text", text)}}
    plan.sections[20][3][21] = marked("suit-uri", text)
    tag = {
        1: marked("tag-name", text),
        13: marked("tag-version", text),
        2: {31: marked("tag-creator", text), 33: [1, 2]},
    }
    certificate = x509_builder.certificate(
        x509_builder.name(_in_a_name(marked("certificate-name", text))),
        x509_builder.DEVICE, x509_builder.name("Middle"), x509_builder.MIDDLE,
    )  # fmt: skip
    files = {
        f"~artefact-file~{name}": token_builder.sign1(token),
        "planted.suit": plan.build(),
        "planted.mud": mud_builder.data(
            systeminfo=marked("mud-info", text), mfg_name=marked("mud-maker", text)
        ),
        "planted.coswid": coswid_builder.encoded(tag),
        "planted.pem": x509_builder.pem(certificate),
        "planted.bin": cbor2.dumps([text]),
    }
    for file, data in files.items():
        (folder / file).write_bytes(data)
    return [str(folder / file) for file in files]


def _in_a_name(text: str) -> str:
    """What a distinguished name takes: at most 64 bytes, of which the mark is a part."""
    at = text.rindex("~", 0, -1)
    return text[:at].encode("utf-8", "ignore")[: 64 - len(text) + at].decode("utf-8", "ignore") + text[at:]


def _waivers(text: str) -> str:
    row = {
        "requirement": WAIVED,
        "reason": "risk-accepted",
        "justification": marked("waiver", text),
        "approver": marked("approver", " ".join(text.split())),
    }
    lines = "".join(f"    {key}: {quoted(value)}\n" for key, value in row.items())
    days = "    approved: 2026-10-01\n    expires: 2026-12-31\n"
    return f"schema: iotassess/waivers/v1\nwaivers:\n  -\n{lines}{days}"


def _baseline(text: str) -> str:
    return f"""\
id: own-baseline
edition: "1"
title: {quoted(marked("baseline-title", text))}
family: house
licence_note: ours
source: here
requirements:
  - id: R-1
    title: {quoted(marked("requirement-title", text))}
    summary: {quoted(text)}
    category: hardware
    section: "1.1"
    force: mandatory
    seed: {{classification: technology}}
    gate: true
    technologies: []
    remediation: {quoted(marked("remediation", text))}
    parts:
      - probe: debug-off-by-default
"""
