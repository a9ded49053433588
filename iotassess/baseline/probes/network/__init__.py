"""Probes about connections, interfaces and behaviour on the network."""

from iotassess.baseline.probes.network import behaviour, connections, interfaces, peers

__all__ = ["behaviour", "connections", "interfaces", "peers"]
