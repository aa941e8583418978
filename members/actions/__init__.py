"""The verbs of the room, one module per noun."""
