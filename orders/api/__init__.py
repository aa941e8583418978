"""The API of this room: what a price pays, and the job from draft to signature."""
