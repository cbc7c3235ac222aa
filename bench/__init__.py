"""Repeatable measurements on real engines: ratios within one run, so that a slow machine changes nothing."""
