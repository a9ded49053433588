"""The probes: one question each, as a pure function over claims. See ``registry.py`` for the table.

Modules with a leading underscore hold what several of them share.
"""
