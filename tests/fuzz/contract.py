"""What holds for any bytes, whoever reads them; the one place that says it.

1. What reads bytes gives a result or raises our own error, and nothing else.
2. An artefact can be shown: as JSON and as text, its claims and its tree, with nothing in it that a terminal
   would act on.
3. The same bytes give the same result.
4. What is authenticated says nothing that was not signed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

from iotassess.crosscheck.appraisal import appraise
from iotassess.errors import IotassessError, MalformedArtefact
from iotassess.evidence import registry
from iotassess.evidence.context import Context
from iotassess.evidence.peek import Peek
from iotassess.evidence.reading import read
from iotassess.evidence.registry import KINDS, Kind
from iotassess.evidence.tree import build
from iotassess.model.artefact import Artefact, walk
from iotassess.model.problems import PROBLEMS
from iotassess.model.tree import DECODED, Node
from iotassess.report import artefact_json, artefact_text
from tests.fuzz.anchors import context

HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What must not stand in text for a terminal: control and bidirectional characters, and half characters."""

MOST_MESSAGE = 4000
"""Characters of a problem's message: an artefact's text in it is cut."""

ROWS = {kind.id: kind for kind in KINDS}


# --- artefacts ------------------------------------------------------------------------------------


def believed(data: bytes) -> Artefact:
    """Have bytes read, and look only at what is believed of them."""
    artefact = read(data, context())
    believed_only_when_signed(artefact)
    return artefact


def examine(data: bytes, kind: str | None = None) -> Artefact:
    """Have bytes read as a user would, hold the result against the contract, and give it.

    Args:
        data: any bytes.
        kind: what they are said to be, or None to find out.
    """
    artefact = read(data, context(), kind=kind)
    assert read(data, context(), kind=kind) == artefact, "read twice, the same bytes gave two results"
    shown(artefact, data)
    believed_only_when_signed(artefact)
    return artefact


def shown(artefact: Artefact, data: bytes) -> None:
    """Show an artefact in every way, and look for what must not be in there."""
    tree = build(data, artefact.kind, (artefact.claims or {}).get("layout"))
    appraisals = appraise((artefact,))
    as_of = context().as_of
    document = artefact_json.document(
        (artefact,), (tree,), tool_version="0", as_of=as_of, appraisals=appraisals
    )
    written = artefact_json.dumps(document)
    assert json.loads(written, parse_constant=refused), written
    assert not HARMFUL.search(written), "the JSON holds a harmful character"
    for text in (
        artefact_text.render((artefact,), (tree,)),
        artefact_text.render((artefact,), None, appraisals=appraisals),
    ):
        text.encode()
        assert not (found := HARMFUL.search(text)), f"the text holds {found!r}"
    placed(tree, len(data))
    for inner in walk((artefact,)):
        for problem in inner.problems:
            assert problem.id in PROBLEMS, problem
            assert len(problem.message) <= MOST_MESSAGE, (problem.id, len(problem.message))


def refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def placed(node: Node, end: int) -> None:
    """Every node lies within the one that holds it, or begins anew where something was decoded."""
    assert 0 <= node.offset <= node.end <= end, (node.type, node.offset, node.length, end)
    for child in node.children:
        placed(child, end if node.type != DECODED else sys.maxsize)


def believed_only_when_signed(artefact: Artefact, *, vouched_for: bool = False) -> None:
    """What is authenticated has a signature that verified by an anchor that the user named, and none bad.

    Args:
        artefact: with what is in it.
        vouched_for: it is the half of a token whose key the other half signed.
    """
    if artefact.authenticity == "authenticated":
        good = [one for one in artefact.signatures if one.status == "verified" and one.key is not None]
        named = any(one.anchor_source in ("user", "policy") for one in good)
        assert named or (vouched_for and good), artefact.signatures
        assert all(one.status != "bad-signature" for one in artefact.signatures), artefact.signatures
    if artefact.kind is None:
        assert not artefact.shown, "what nobody recognised says something"
        assert artefact.authenticity in ("unsigned", "unverified")
    for inner in artefact.nested:
        halves = artefact.kind == "cca-token" and artefact.authenticity == "authenticated"
        believed_only_when_signed(inner, vouched_for=halves)


def decoded(data: bytes, kind: Kind, read_with: Context | None = None) -> Artefact | MalformedArtefact:
    """Call a kind's own functions, without what protects the reader from them."""
    if kind.sniff:
        assert registry.load(kind.sniff)(Peek(data)) in (True, False)
    try:
        found: Artefact = registry.load(kind.decode)(Peek(data), read_with or context(read=read))
    except MalformedArtefact as fault:
        if fault.problem not in PROBLEMS:
            raise AssertionError(f"{fault.problem} is no id of a problem") from fault
        return fault
    return found


def as_every_kind(data: bytes, kinds: Iterable[Kind] = KINDS) -> list[Artefact]:
    """Read bytes as each kind, whatever they are; gives what came out."""
    found = [decoded(data, kind) for kind in kinds]
    return [one for one in found if isinstance(one, Artefact)]


# --- what was signed ------------------------------------------------------------------------------


def statements(artefact: Artefact) -> frozenset[tuple[Any, ...]]:
    """What an artefact shows in what a signature covers, wherever in it that stands."""
    return frozenset(
        (one.property, repr(one.subject), repr(one.value)) for one in artefact.shown if one.covered
    )


def says_nothing_new(damaged: Artefact, *originals: Artefact) -> None:
    """What still is authenticated says no more than one of the artefacts says that it was made from.

    A statement may be lost with a part that no signature covers, and none can be added.
    """
    known = [statements(one) for one in walk(originals) if one.authenticity == "authenticated"]
    for inner in walk((damaged,)):
        if inner.authenticity != "authenticated":
            continue
        said = statements(inner)
        assert any(said <= one for one in known), sorted(said - frozenset().union(*known))


# --- everything else that reads bytes -------------------------------------------------------------


def or_our_error(load: Callable[[], Any]) -> Any:
    """Call what reads bytes; gives what it gives, or our own error, whose text can be printed."""
    try:
        return load()
    except IotassessError as fault:
        str(fault).encode()
        if not fault.message:
            raise AssertionError("an error without a word") from fault
        return fault


def settles(load: Callable[[], Any], same: Callable[[Any], Any] = repr) -> Any:
    """Call it twice: the second time it says the same."""
    first, second = or_our_error(load), or_our_error(load)
    assert type(first) is type(second)
    if isinstance(first, IotassessError):
        assert str(first) == str(second)
    else:
        assert same(first) == same(second)
    return first
