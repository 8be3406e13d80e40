"""Allocation to arms: concealed from everybody until it is asked for, and provable afterwards.

A key (32 random bytes) is drawn before the first participant and kept in a file outside the
database. Its commitment, SHA-256 of key, configuration and algorithm, is recorded in the trail. An
allocation is computed when it is asked for, inside the transaction that records it; no list of
allocations exists anywhere. After the lock the key is revealed and everybody can replay them all.
"""
