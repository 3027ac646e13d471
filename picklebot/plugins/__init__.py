"""Plugins: the hooks, and who answers them."""
