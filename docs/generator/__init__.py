"""Makes the reference pages of docs/ from the registries that iotassess runs on, and checks all links."""
