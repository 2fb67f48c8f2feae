"""The promises that need more than one part of the product to be proved, one file each."""
