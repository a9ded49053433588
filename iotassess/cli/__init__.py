"""The command line: parse, read the clock, call, write, exit. No judgement."""
