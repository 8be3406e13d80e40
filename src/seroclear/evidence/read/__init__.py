"""Files of papers and registries in, records out: `seroclear.evidence.read.files.read`."""
