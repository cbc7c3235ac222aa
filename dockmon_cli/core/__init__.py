"""Pure decisions and their types: no I/O, no clock, no randomness."""
