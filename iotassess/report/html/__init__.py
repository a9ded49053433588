"""The report as one HTML page, without network or framework, for screen, phone, paper and screen reader."""
