"""Probes about keys, trust anchors and cryptography."""

from iotassess.baseline.probes.keys import anchors, crypto, material

__all__ = ["anchors", "crypto", "material"]
