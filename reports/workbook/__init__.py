"""The scoring workbook: a frozen payload as a spreadsheet whose formulas are live; pure, no Django."""
