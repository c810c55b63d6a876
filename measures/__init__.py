"""The rules as data: one TOML file per measure, the statutory calendar and period arithmetic."""
