"""Operations of the API on prices, scenarios and economics."""
