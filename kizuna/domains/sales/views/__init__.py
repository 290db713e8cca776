"""Pages of selling that no resource has by itself."""
