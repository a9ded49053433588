"""The locked dependencies, and what is made from them: the lock itself, the audit, the bill of materials."""
