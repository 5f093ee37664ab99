"""The loss record and the catalogue; one loss a file, found by its place."""
