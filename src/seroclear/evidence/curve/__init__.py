"""Patients' times from a printed Kaplan–Meier curve (Guyot et al., BMC Med Res Methodol 2012;12:9).

`points` reads what was digitised, `cleaned` makes a survival curve of it, `guyot` finds times that
give this curve and these numbers at risk, `read_again` says how well, `rows` and `report` write it.
"""
