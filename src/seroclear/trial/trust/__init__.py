"""Who may do what, and the proof of who did: accounts, roles, the gateway, signatures, the lock."""
