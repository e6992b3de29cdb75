"""The Pulumi components. Beside them only `offline`, the policy pack and `Routes.of_program` import Pulumi."""
