"""Sources: camera, video, pictures, stream and the built-in performer."""
