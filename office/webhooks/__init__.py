"""What a person's feed says, sent to the address she chose and staff approved: signed, retried."""
