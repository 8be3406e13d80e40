"""PubMed's XML (PubmedArticleSet)."""

from __future__ import annotations

from seroclear.evidence.read.ids import trials_in, year_in
from seroclear.evidence.read.xml import first, named, parsed, words_of
from seroclear.evidence.record import ARTICLE, Record, Section


def pubmed_xml(text: str, name: str) -> list[Record]:
    """One record an article; an abstract's part keeps its Label and its NlmCategory."""
    found: list[Record] = []
    root = parsed(text, name)
    articles = named(root, "PubmedArticle") or [root]
    for number, article in enumerate(articles, start=1):
        # Comments and translations have an Abstract of their own behind the article's.
        abstract = first(article, "Abstract")
        parts = named(abstract, "AbstractText") if abstract is not None else []
        ids = {one.get("IdType"): words_of(one) for one in named(article, "ArticleId")}
        located = {one.get("EIdType"): words_of(one) for one in named(article, "ELocationID")}
        everything = " ".join(words_of(one) for one in parts)
        banks = " ".join(words_of(one) for one in named(article, "AccessionNumber"))
        found.append(
            Record(
                name=f"{name}#{number}" if len(articles) > 1 else name,
                kind=ARTICLE,
                title=words_of(first(article, "ArticleTitle")),
                sections=tuple(
                    Section(words_of(one), one.get("Label", ""), one.get("NlmCategory", ""))
                    for one in parts
                ),
                pmid=words_of(first(article, "PMID")),
                doi=located.get("doi") or ids.get("doi") or "",
                trials=trials_in(f"{banks} {everything}"),
                year=year_in(words_of(first(article, "PubDate"))),
                sources=(name,),
            )
        )
    return found
