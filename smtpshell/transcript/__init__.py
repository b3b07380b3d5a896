"""What was said, on paper: format, redaction, replay."""
