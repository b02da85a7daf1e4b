"""Nama's model: an OpenAI-compatible chat endpoint that can be told to misbehave."""
