"""Who must not be seen: pseudonyms, redaction, deletion."""
