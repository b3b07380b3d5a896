"""What a server finds out about client, sender and letter."""
