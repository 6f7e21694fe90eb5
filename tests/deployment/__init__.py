"""Container, Compose, Kubernetes and the example settings, without a container engine."""
