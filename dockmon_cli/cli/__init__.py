"""What the user types: parse, call one service, render."""
