"""How it is done: one outside thing each, every library error translated."""
