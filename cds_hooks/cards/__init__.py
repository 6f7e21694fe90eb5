"""Cards: findings said in ten seconds, for each kind of client."""
