"""A PoP beside nginx, and a question beside the encoder: the server on core 0, the load on core 1."""
