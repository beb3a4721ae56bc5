"""The name memory: lists of known names, looked up by sound."""
