"""What happens: one file per verb, each gathers, decides and applies through ports."""
