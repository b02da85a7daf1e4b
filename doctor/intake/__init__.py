"""The deterministic interviewer: questions as data, answers understood without a model. Pure functions over a memory."""
