"""What was published, as data: agents aiming at HBsAg loss, and studies to stand beside."""

from seroclear.evidence.catalogue.agents import Agent, agents
from seroclear.evidence.catalogue.studies import Published, published

__all__ = ["Agent", "Published", "agents", "published"]
