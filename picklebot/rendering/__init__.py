"""What a harvest found, for people and for programs: one file per format."""
