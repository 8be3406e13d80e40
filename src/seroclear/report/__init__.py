"""Results to documents: disclosure control, tables, figures, HTML, DOCX and CSV."""
