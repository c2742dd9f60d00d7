"""May it leave? Checks that what was built is fit to be reported, and publishes it only then."""
