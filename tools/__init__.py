"""Tools of those who build the product: not part of it, not installed with it."""
