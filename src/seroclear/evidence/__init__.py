"""What papers and registries claim: read, checked, pooled, set beside a cohort."""
