"""Formulas over the fields of one record: `round(budget * 0.1, 2)`, `if(stage = "won", 1, 0)`, `days(due, today())`.

A text becomes a tree (`parsing`), its types are checked (`checking`), and it is computed in one of two ways that give
the same answers: in Python (`computing`), which SQLite calls for every row it reads, or as SQL of PostgreSQL (`sql`).
"""
