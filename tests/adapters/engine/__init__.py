"""The engine adapter, on real engines and on servers that misbehave."""
