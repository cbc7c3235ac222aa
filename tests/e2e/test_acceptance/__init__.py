"""What must hold of every update: twenty things, each shown by the one test that has its number."""
