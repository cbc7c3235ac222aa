"""The migrations, oldest first by number. One that was released never changes."""
