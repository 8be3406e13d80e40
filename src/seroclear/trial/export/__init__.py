"""A locked trial in the standards' files: ODM, SDTM and ADaM, Define, USDM, FHIR, REDCap."""
