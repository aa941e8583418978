"""English as Belgians write it."""
