"""The relying party's will: policies, waivers, the gate, and one result held against another."""
