"""What to try next: lessons, their goals, hints and progress; lint and test for authors."""
