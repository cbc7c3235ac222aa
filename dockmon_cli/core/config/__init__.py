"""The configuration: which keys there are, where it is found, what is wrong with it, and what it says."""
