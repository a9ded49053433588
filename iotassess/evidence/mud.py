"""Manufacturer Usage Descriptions (RFC 8520): what a product's maker says that it talks to.

1. Find the signature: around the file (kind ``mud-signed``), or in a file of its own beside it.
2. Read the description (:mod:`mud_model`) and its access control lists (:mod:`mud_lists`).
3. Resolve them to flows (:mod:`mud_flows`), and see whether any lets anybody through.
4. Say what it shows, as far as the bytes go: a description never shows that a device keeps to it.
"""

from __future__ import annotations

from typing import Any, Final

from iotassess.codec import cms, json
from iotassess.errors import MalformedArtefact
from iotassess.evidence.authenticate import Checked, check_cms
from iotassess.evidence.cms_claims import describe
from iotassess.evidence.context import Context
from iotassess.evidence.mud_flows import MAX_FLOWS, Flows, resolve
from iotassess.evidence.mud_lists import LEGACY, MAX_ENTRIES, Lists, read_lists
from iotassess.evidence.mud_model import CONTAINER, Model, read_model
from iotassess.evidence.mud_reading import Reading
from iotassess.evidence.mud_signature import AT, Signed, check_detached
from iotassess.evidence.peek import Peek
from iotassess.model.artefact import Artefact, Shown
from iotassess.model.claim import PRODUCT, Value
from iotassess.model.problems import problem

_MARK: Final = f'"{CONTAINER}"'.encode()
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_UNSIGNED: Final = Checked((), (), "unsigned", False, None)


def is_mud(peek: Peek) -> bool:
    """Tell whether the bytes are a MUD file; one that is damaged counts."""
    return _is_mud(peek.data, peek.json)


def _is_mud(data: bytes, document: Any) -> bool:
    if isinstance(document, dict):
        return CONTAINER in document
    return data.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] == b"{" and _MARK in data


def is_signed_mud(peek: Peek) -> bool:
    """Tell whether the bytes are CMS around a MUD file."""
    if not cms.is_cms(peek.data):
        return False
    try:
        content = cms.parse(peek.data).content
    except MalformedArtefact:
        return _MARK in peek.data
    return content is not None and _is_mud(content, Peek(content).json)


def decode(peek: Peek, context: Context) -> Artefact:
    """Read a MUD file, with the signature file that belongs to it where the call has one.

    Args:
        peek: the bytes.
        context: anchors, moment, signature files.

    Raises:
        MalformedArtefact: the bytes are no JSON object with a description.
    """
    document, mud = _open(peek.data)
    reading = Reading()
    model = read_model(mud, document, reading, context.as_of)
    signed = check_detached(peek.data, context, model.signature_url)
    if signed is None:
        named = (
            f"; the file says that it is at {model.signature_url}: give that file with it"
            if model.signature_url
            else "; sign it, and give the signature file with it"
        )
        reading.report("mud-unsigned", f"no file of the call is the signature of this one{named}", AT)
        signed = Signed(_UNSIGNED, None, None)
    else:
        reading.claims["signature_file"] = signed.file
    return _conclude(reading, document, mud, model, signed, context, "mud")


def decode_signed(peek: Peek, context: Context) -> Artefact:
    """Read a MUD file inside a CMS signature.

    Args:
        peek: the bytes.
        context: anchors, moment.

    Raises:
        MalformedArtefact: the bytes are no CMS SignedData, or there is no description in it.
    """
    message = cms.parse(peek.data)
    if message.content is None:
        raise MalformedArtefact("cms-content-missing", "the signature is detached; give the MUD file itself")
    document, mud = _open(message.content)
    checked = check_cms(message, message.content, context, "network", AT)
    reading = Reading()
    if not message.signers:
        reading.report("mud-unsigned", "the CMS message around the file has no signature; sign it", AT)
        checked = _UNSIGNED
    model = read_model(mud, document, reading, context.as_of)
    return _conclude(reading, document, mud, model, Signed(checked, None, message), context, "mud-signed")


def _open(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    document = json.loads(data, problem="mud-malformed")
    mud = document.get(CONTAINER) if isinstance(document, dict) else None
    if not isinstance(mud, dict):
        raise MalformedArtefact("mud-malformed", f'no object "{CONTAINER}" at the top level', at=CONTAINER)
    return document, mud


# --- concluding ---------------------------------------------------------------------------------


def _conclude(
    reading: Reading,
    document: dict[str, Any],
    mud: dict[str, Any],
    model: Model,
    signed: Signed,
    context: Context,
    kind: str,
) -> Artefact:
    lists = read_lists(document, mud, reading)
    flows = resolve(lists)
    _describe_lists(reading, lists, flows)
    _report_open(reading, flows)
    checked = signed.checked
    if signed.message is not None:
        reading.claims["signature"] = describe(signed.message)
    if checked.authenticity == "failed":
        beside = f" in {signed.file}" if signed.file else ""
        message = (
            f"the signature{beside} does not verify: the file, its signature or the signer is another one"
        )
        reading.problems.append(problem("mud-signature-invalid", message, at=AT))
    return Artefact(
        context.path,
        kind,
        "application/mud+json" if kind == "mud" else "application/pkcs7-mime",
        "",
        0,
        wellformed=reading.is_sound,
        authenticity=checked.authenticity,
        signatures=checked.signatures,
        problems=(*reading.problems, *checked.problems),
        claims=reading.claims,
        shown=_show(model, flows, signed),
    )


def _report_open(reading: Reading, flows: Flows) -> None:
    """Call out the entries that let anybody through, and those of which nobody can tell."""
    for reached in flows.open:
        way = "to" if reached.outgoing else "from"
        reading.report(
            "mud-any-any",
            f"the entry {reached.entry.name!r:.80} accepts traffic {way} any peer; name those that the "
            "device needs: by DNS name, network, controller or manufacturer",
            reached.entry.at,
        )
    for reached in flows.obscure:
        way = "to" if reached.outgoing else "from"
        unseen = ", ".join(reached.entry.match.unseen)
        reading.report(
            "mud-any-any",
            f"nobody can tell whom the entry {reached.entry.name!r:.80} accepts traffic {way}: it names no "
            f"peer, and {unseen:.120} is not evaluated; name the peer as RFC 8520 section 8 has it",
            reached.entry.at,
        )


def _describe_lists(reading: Reading, lists: Lists, flows: Flows) -> None:
    claims = reading.claims
    claims["acl_container"] = lists.container
    claims["legacy"] = lists.container == LEGACY
    claims["from_device_policy"] = list(lists.from_device)
    claims["to_device_policy"] = list(lists.to_device)
    claims["acls"] = [
        {"name": found.name, "type": found.type, "aces": [entry.to_json() for entry in found.entries]}
        for found in lists.lists.values()
    ]
    claims["unused_acls"] = lists.unused
    claims["flows"] = [str(flow) for flow, _ in flows.flows[:MAX_FLOWS]]
    left = [f"{entry.at}: {', '.join(entry.match.unseen)}" for entry in flows.unresolved]
    left += [f"{at}: entries beyond the first {MAX_ENTRIES} of the file" for at in lists.left_out]
    if len(flows.flows) > MAX_FLOWS:
        left.append(f"flows beyond the first {MAX_FLOWS} of {len(flows.flows)}")
    if left:
        claims["not_evaluated"] = left


def _show(model: Model, flows: Flows, signed: Signed) -> tuple[Shown, ...]:
    checked = signed.checked
    covered = checked.authenticity not in ("unsigned", "failed")
    statements: list[Shown] = []

    def show(property_: str, value: Value, path: str, *, observed: bool = False) -> None:
        statements.append(
            Shown(PRODUCT, property_, value, path, covered=covered and not observed, observed=observed)
        )

    if model.url is not None:
        show("network.mud-url", model.url, "mud_url")
    if model.firmware is not None:
        show("product.firmware-version", model.firmware, "firmware_rev")
    if checked.verified:
        show("network.mud-signed", True, AT)
    elif checked.authenticity == "failed" or (
        checked.authenticity == "unsigned" and model.signature_url is None
    ):
        show("network.mud-signed", False, AT, observed=True)
    if flows.open:
        show("network.restrictive", False, flows.open[0].entry.at)
    for flow, at in flows.flows[:MAX_FLOWS]:
        show("network.flow", str(flow), at)
    return tuple(statements)
