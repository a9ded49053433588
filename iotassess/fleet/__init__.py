"""Many at once, on one machine or several: tokens by the million, products by the folder."""
