"""What the stations do all year: catalogue, libraries, need to archive, statistics."""
