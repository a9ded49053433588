"""The walls: the only rooms that touch cbor2, pycose, joserfc and PyYAML.

Everything behind a wall may be written by an attacker. What comes out is plain values, or one of our
own errors; an exception of a wrapped library that leaves this package is a bug.
"""
