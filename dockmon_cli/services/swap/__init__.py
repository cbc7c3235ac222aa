"""Executing a swap plan: `run.py` keeps the order, `forward.py` and `back.py` hold the steps."""
