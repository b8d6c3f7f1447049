"""Models: the catalogue, where a network is found, and how it is fetched."""
