"""All that is MediaPipe's: its models, its landmarker, its face, its seal."""
