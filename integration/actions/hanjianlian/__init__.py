"""The exchange with the platform 汉检链: push, pull, reconciliation."""
