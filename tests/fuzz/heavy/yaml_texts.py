"""YAML of many nodes, aliases and lines."""

from __future__ import annotations

from iotassess.codec.cbor import MAX_ARTEFACT_BYTES as FULL
from tests.fuzz.heavy.pieces import MEBIBYTE, filled


def yaml_flow() -> bytes:
    return b"product: " + b"[" * (FULL - 9)


def yaml_long() -> bytes:
    return filled(b"a: b\n")


def yaml_aliases() -> bytes:
    text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for index in range(1, 12):
        text += f"a{index}: &a{index} [{','.join([f'*a{index - 1}'] * 9)}]\n"
    return text.encode()


def yaml_nodes() -> bytes:
    return b"product:\n" + b"".join(b"  k%d: v\n" % i for i in range(24_000))


def yaml_scalar() -> bytes:
    return b"product: '" + b"x" * ((1 << 20) - 30) + b"'\n"


def yaml_comments() -> bytes:
    return filled(b"#\n", size=1 << 20)


def yaml_keys() -> bytes:
    return b"? " * (MEBIBYTE // 2)


def yaml_tabs() -> bytes:
    """What the slower of the two parsers is taken for."""
    return b"product:\t\n" + b"".join(b"  k%d: 'v'\n" % i for i in range(24_000))


def yaml_tabs_long() -> bytes:
    return b"product:\t'" + b"x \n\n  " * (MEBIBYTE // 8) + b"'\n"
