import { promptEvents, webhookName } from "../../mlflow/changes/webhook-events.ts";
import { MlflowWebhooks } from "../../mlflow/changes/webhooks.ts";
import { RegistryError } from "../../registry/errors.ts";
import { type Check, type Finding, ok, skipped, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

const install = "Run: mlflow-prompts-mcp webhooks install";

/** The webhook as MLflow has it. Nothing is delivered: `webhooks status` tests that. */
export function webhooksCheck({ api, webhookSecret }: MlflowTarget): Check {
  return {
    name: "webhooks",
    async run(signal) {
      const [installed] = await find(new MlflowWebhooks(api), signal);
      if (installed === "forbidden")
        return skipped("Only administrators may see MLflow's webhooks.");
      if (installed === undefined) return missing(webhookSecret);
      const lacking = promptEvents.filter((event) => !installed.events.includes(event));
      if (!installed.active) return warning("The webhook is disabled in MLflow.", install);
      if (lacking.length > 0) {
        return warning(`The webhook is not subscribed to ${lacking.join(", ")}.`, install);
      }
      return ok(`MLflow calls ${new URL(installed.url).origin} for all changes of prompts.`);
    },
  };
}

async function find(webhooks: MlflowWebhooks, signal: AbortSignal) {
  try {
    return await webhooks.findByName(webhookName, { signal });
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "forbidden") return ["forbidden" as const];
    throw error;
  }
}

function missing(hasSecret: boolean): Finding {
  return hasSecret
    ? warning("MLFLOW_PROMPTS_WEBHOOK_SECRET is set, and MLflow has no webhook.", install)
    : ok("There is no webhook: changes made elsewhere are found by polling.");
}
