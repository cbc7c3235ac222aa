"""Docker engines over unix sockets, TCP, TLS and SSH, and Podman's compatible socket: one road for all."""
