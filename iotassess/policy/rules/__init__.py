"""The rules of the gate: each a function over the settled result that says what it found."""
