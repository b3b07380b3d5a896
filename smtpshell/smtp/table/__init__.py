"""The registries of SMTP as tables: structure only, the words about them are lesson files."""
