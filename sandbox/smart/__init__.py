"""SMART App Launch 2.2, the server's side: strict where public sandboxes are lax."""
