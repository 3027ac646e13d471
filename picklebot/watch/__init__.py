"""Stays up, follows a wiki's changes, and harvests when one of them could have changed an answer."""
