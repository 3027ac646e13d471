"""What runs now, and why."""
