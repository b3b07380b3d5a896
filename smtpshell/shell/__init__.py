"""What you see: prompt, menu, colours, screen."""
