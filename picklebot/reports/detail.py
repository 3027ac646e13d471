"""Structured results from the console (being written)."""

from __future__ import annotations

from picklebot.model import Report

__all__ = ["merge", "parse_detail"]


def parse_detail(text: str) -> Report | None:
    """Nothing yet."""
    return None


def merge(page: Report, detail: Report) -> Report:
    """Nothing yet."""
    return page
