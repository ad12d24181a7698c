"""The sample sites, and the loopback server that serves them to the demo and the tests."""
