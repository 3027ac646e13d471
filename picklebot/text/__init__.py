"""Text and JSON, made fit for what comes after. Pure."""
