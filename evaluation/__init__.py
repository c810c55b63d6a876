"""Rounds, applications, panels, score sheets, ranking, public notices, objections and awards."""
