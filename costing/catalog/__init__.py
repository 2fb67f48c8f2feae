"""What models cost by API and what GPU capacity costs, as of a date, with the sources."""
