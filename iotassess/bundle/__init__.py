"""Whole assessments in one file, signed: what was judged, what was asked, and what came of it.

A bundle is made of copies that lie in its own folders, and the result in it is that of an assessment of these
copies; so whoever has the file makes the same result from it, byte for byte, or sees what differs.
"""
