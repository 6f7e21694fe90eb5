"""The clinician's desk: charts, hook calls and their cards, orders, apps."""
