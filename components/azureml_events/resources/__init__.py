"""The Pulumi components. Only these, the offline run and the tests' `Routes.of_program` import Pulumi."""
