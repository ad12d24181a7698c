"""What a maintainer of sites works with: ``idwatch new-site``, ``idwatch record``, ``idwatch doctor``."""
