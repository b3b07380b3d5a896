"""Mail clients of other makers, each told to deliver a letter in a given way."""
