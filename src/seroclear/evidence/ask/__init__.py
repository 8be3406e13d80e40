"""Which rows answer a question: ranked by BM25 over words and concepts, never by a model."""

from seroclear.evidence.ask.answer import Answer, ask

__all__ = ["Answer", "ask"]
