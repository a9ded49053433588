"""Bytes to claims: one decoder a file; decoders do not know each other, and none sees the profile."""
