"""Sessions: one for each launch, kept on the server, its tokens encrypted."""
