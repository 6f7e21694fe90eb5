"""Clinical knowledge as data: artifacts, their loader, and the two shapes that judge them."""
