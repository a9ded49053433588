"""Baselines are data, probes are code: catalogues, their evaluation and the score."""
