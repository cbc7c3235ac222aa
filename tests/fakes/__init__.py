"""In-memory implementations of the ports; each passes the same contract test as the real one."""
