"""Event subscriptions that exist and deliver nothing, however they came to it."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumi_azure_native import eventgrid

from azureml_events.event_grid.delivery import DELIVERING_NOTHING
from azureml_events.resources.program import once


class ProvisioningStates:
    """The provisioning states of a program's event subscriptions.

    A refresh makes Pulumi forget that an event subscription failed: it then finds nothing to do. So a subscription
    whose outputs say that it delivers nothing stops the deployment, with all others that do; a preview warns.
    """

    def __init__(self) -> None:
        self._watched: list[eventgrid.SystemTopicEventSubscription] = []

    @classmethod
    def of_program(cls) -> ProvisioningStates:
        """Give the program's only one."""
        return once(cls, None, cls)

    def watch(self, subscriptions: Iterable[eventgrid.SystemTopicEventSubscription]) -> None:
        """Look at event subscriptions once they are deployed.

        Args:
            subscriptions: The event subscriptions.
        """
        begun = bool(self._watched)
        self._watched.extend(subscriptions)
        if self._watched and not begun:
            self._watched[0].urn.apply(lambda _: self._judge())

    async def _judge(self) -> None:
        dead: dict[str, str] = {}
        for subscription in self._watched:  # grows while the program runs
            state = await subscription.provisioning_state.future()
            if state in DELIVERING_NOTHING:
                dead[await subscription.urn.future()] = state
        self._watched.clear()
        if not dead:
            return
        if not pulumi.runtime.is_dry_run():
            raise pulumi.RunError(_what_to_do(dead))
        pulumi.log.warn(_what_to_do(dead))


def _what_to_do(dead: dict[str, str]) -> str:
    named = "".join(f"\n  {urn.rpartition('::')[2]} is {state}" for urn, state in sorted(dead.items()))
    replaced = " ".join(f"--replace '{urn}'" for urn in sorted(dead))
    return (
        f"these event subscriptions deliver nothing:{named}\n"
        f"Make them anew: pulumi up {replaced}\n"
        "Where Azure has mended them meanwhile: pulumi refresh"
    )
