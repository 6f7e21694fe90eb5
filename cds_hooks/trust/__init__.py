"""Who may call: sites, their keys, the signed token of every call, and tokens already used."""
