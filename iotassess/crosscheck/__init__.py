"""Binding, grading, and the join over claims: where declaration and artefacts are held against each other."""
