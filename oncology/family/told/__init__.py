"""Family history told in free text: read as proposals to confirm, never as facts."""
