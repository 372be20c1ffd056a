"""Names and words as people write them: `words` compares them, `fact_path` is a fact's address."""
