"""Probes about connections, interfaces and behaviour on the network."""

from iotassess.baseline.probes.network import behaviour, connections, interfaces

__all__ = ["behaviour", "connections", "interfaces"]
