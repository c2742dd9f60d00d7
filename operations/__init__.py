"""The roof: what people do with the house. Nobody but the DAGs imports it."""
