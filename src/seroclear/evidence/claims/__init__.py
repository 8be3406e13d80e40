"""Typed statements with numbers, each with the place it came from."""

from seroclear.evidence.claims.claim import (
    AccuracyEstimate,
    Claim,
    Correlation,
    Effect,
    GroupComparison,
    GroupSize,
    MeanSD,
    MedianIQR,
    Partition,
    Proportion,
    Rate,
    SurvivalProbability,
    TestStatistic,
    ThresholdDefinition,
    Unparsed,
)

__all__ = [
    "AccuracyEstimate",
    "Claim",
    "Correlation",
    "Effect",
    "GroupComparison",
    "GroupSize",
    "MeanSD",
    "MedianIQR",
    "Partition",
    "Proportion",
    "Rate",
    "SurvivalProbability",
    "TestStatistic",
    "ThresholdDefinition",
    "Unparsed",
]
