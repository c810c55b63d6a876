"""Annual self-assessments; later inspections, complaints and revocation cases."""
