"""Operations of the API on frameworks, assessments and answers."""
