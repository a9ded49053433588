"""ETSI's implementation conformance statement: the table of EN 303 645 Annex B, written and read."""
