"""The scoring workbook: a frozen payload as a spreadsheet with live formulas; pure, no Django."""
