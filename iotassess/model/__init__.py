"""Nouns and the vocabulary of claims: no I/O, no cryptography, no clock."""
