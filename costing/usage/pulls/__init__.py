"""Usage that is fetched from where it is counted: providers' administration APIs and gateways."""
