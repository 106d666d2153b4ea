"""What a game says, exactly, room by room: docs/architecture.md shows the road of a game through them."""
