"""The deployers' gate: whether new software of a wiki broke its modules. Records nothing, and needs no account."""
