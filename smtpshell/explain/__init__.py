"""What it means, in words: notes on spans, chosen from lesson files."""
