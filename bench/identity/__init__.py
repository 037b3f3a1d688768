"""Whether people are told apart and put together: made-up customers through the real pipeline, scored."""
