"""Every engine with every kernel that this machine has; the reference comes first."""

from policyrules.api.policy import kernel_name

ENGINES: list[tuple[str, str | None]] = [("reference", None), ("forward", "fixpoint")]
if kernel_name() == "durable_rules":
    ENGINES.append(("forward", "durable_rules"))
ENGINES.append(("compiled", None))
