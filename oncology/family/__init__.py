"""Family history: relatives as recorded, and the published tools that judge them."""
