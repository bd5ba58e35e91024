"""California: offenses, offense sets, remedies and policy choices."""
