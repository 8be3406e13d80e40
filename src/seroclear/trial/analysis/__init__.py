"""Statistics of a randomised trial with a binary outcome, as functions with plain inputs."""
