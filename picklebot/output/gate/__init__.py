"""The gate's decision for people and for programs: one file per format, each a function from a decision to text."""
