"""Renderers, one a file. Each reads the assessment and nothing else, so none can change a verdict."""
