"""Every party outside Aarokya, simulated over real HTTP: a process of its own that imports nothing of the product."""
