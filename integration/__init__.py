"""Machine clients, webhooks and the adapter for outside platforms."""
