"""A small lending library: nouns for the platform's own tests, which may not know a business word."""
