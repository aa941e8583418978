"""What only the demo has: a clock that moves, a mailbox, a world to walk in."""
