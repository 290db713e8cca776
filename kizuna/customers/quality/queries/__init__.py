"""What is wrong with records, and how many there are."""
