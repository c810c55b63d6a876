"""Users, roles, in-site messages and e-mail, and the bases of our pages."""
