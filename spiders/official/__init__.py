"""Official Chinese sites, one file each."""
