"""A PoP compared with nginx, and a question with the encoder: the server on core 0, the load on core 1."""
