"""Text and JSON from outside, made fit for use. Pure."""
