"""Custom fields: how their definitions become fields, which of them are current, and how the database keeps them."""
