import * as z from "zod";
import { ConfigError } from "../config/errors.ts";
import { userAgent } from "../config/version.ts";
import type { WebhooksConfig } from "../config/webhooks-config.ts";
import { type Audit, openAudit } from "../log/audit.ts";
import { warnOfInsecureTls } from "../log/insecure-tls.ts";
import { localUser } from "../log/local-user.ts";
import type { Log } from "../log/log.ts";
import { promptEvents } from "../mlflow/changes/webhook-events.ts";
import { MlflowWebhooks, type Webhook, type WebhookDraft } from "../mlflow/changes/webhooks.ts";
import { createMlflowClient } from "../mlflow/client.ts";
import { RegistryError } from "../registry/errors.ts";
import type { WebhooksAction } from "./command-line.ts";

/** By it the webhook of this program is known among others. */
const webhookName = "mlflow-prompts-mcp";

/** MLflow tries a test four times, for 30 seconds each, before it says that nobody answers. */
const patienceMs = 150_000;

/** What is to be told to the person, in lines, and whether it is as it should be. */
export interface WebhooksOutcome {
  readonly said: string;
  readonly ok: boolean;
}

/**
 * Installs, removes or looks at the webhook by which MLflow tells the http command of changes.
 * @throws ConfigError when something that `install` needs is not set
 * @throws RegistryError when MLflow does not answer or refuses
 */
export async function runWebhooks(
  action: WebhooksAction,
  config: WebhooksConfig,
  log: Log,
): Promise<WebhooksOutcome> {
  warnOfInsecureTls(config.registry, log);
  const audit = openAudit(config.auditLog, log);
  try {
    const outcome = await run(action, config);
    record(audit, action, config, { outcome: "ok" });
    return outcome;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const outcome = error instanceof RegistryError ? error.kind : "refused";
    record(audit, action, config, { outcome, reason });
    throw error;
  } finally {
    audit.close();
  }
}

/** `status` changes nothing. */
function record(
  audit: Audit,
  action: WebhooksAction,
  { workspace }: WebhooksConfig,
  ended: { readonly outcome: string; readonly reason?: string },
): void {
  if (action === "status") return;
  audit.record({ workspace, who: localUser() }, { operation: `webhooks_${action}`, ...ended });
}

async function run(action: WebhooksAction, config: WebhooksConfig): Promise<WebhooksOutcome> {
  const { credential, ...options } = config.registry;
  const { workspace } = config;
  const client = createMlflowClient({
    ...options,
    requestTimeoutMs: Math.max(options.requestTimeoutMs, patienceMs),
    userAgent,
  });
  const api = client.api({
    ...(workspace === undefined ? {} : { workspace }),
    ...(credential === undefined ? {} : { credential }),
  });
  const webhooks = new MlflowWebhooks(api);
  try {
    const { lines, ok } = await actions[action](webhooks, config);
    return { said: `${lines.join("\n")}\n`, ok };
  } finally {
    await client.close();
  }
}

interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

const actions: Record<
  WebhooksAction,
  (webhooks: MlflowWebhooks, config: WebhooksConfig) => Promise<Report>
> = { install, remove, status };

async function install(webhooks: MlflowWebhooks, config: WebhooksConfig): Promise<Report> {
  const draft = draftOf(config);
  const [found, ...surplus] = await webhooks.named(webhookName);
  const installed = found ? await webhooks.update(found.id, draft) : await webhooks.create(draft);
  for (const { id } of surplus) await webhooks.delete(id);
  const test = await tested(webhooks, installed);
  return {
    ok: test.ok,
    lines: [
      `${found ? "Updated" : "Installed"} the webhook ${webhookName} in ${placeOf(config)}.`,
      `It calls ${installed.url} for ${installed.events.length} kinds of events. MLflow may take a minute to begin.`,
      ...test.lines,
      "MLflow forgets the secret when it restarts, and delivers nothing then, unless its environment has MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY, the same at each start.",
    ],
  };
}

function draftOf({ url, secret }: WebhooksConfig): WebhookDraft {
  if (secret === undefined) {
    throw new ConfigError(
      "MLFLOW_PROMPTS_WEBHOOK_SECRET is not set: choose a secret of at least 16 characters, such as openssl rand -hex 32 prints, and set it here and for the http command.",
    );
  }
  if (url === undefined) {
    throw new ConfigError(
      "It is not said which address MLflow is to call: set --webhook-url to the http command's address with /webhooks/mlflow, as the MLflow server reaches it, or set --public-url.",
    );
  }
  return { name: webhookName, url, secret, events: promptEvents };
}

async function remove(webhooks: MlflowWebhooks, config: WebhooksConfig): Promise<Report> {
  const found = await webhooks.named(webhookName);
  for (const { id } of found) await webhooks.delete(id);
  const place = placeOf(config);
  const line = found.length
    ? `Removed the webhook ${webhookName} from ${place}.`
    : `There was no webhook ${webhookName} in ${place}.`;
  return { ok: true, lines: [line] };
}

async function status(webhooks: MlflowWebhooks, config: WebhooksConfig): Promise<Report> {
  const [installed] = await webhooks.named(webhookName);
  if (installed === undefined) {
    return {
      ok: false,
      lines: [
        `There is no webhook ${webhookName} in ${placeOf(config)}. mlflow-prompts-mcp webhooks install makes it.`,
      ],
    };
  }
  const wrong = problemsOf(installed, config);
  const test = await tested(webhooks, installed);
  return {
    ok: wrong.length === 0 && test.ok,
    lines: [
      `The webhook ${webhookName} is installed in ${placeOf(config)}.`,
      `It calls ${installed.url} for ${installed.events.join(", ")}.`,
      ...wrong.map((problem) => `${problem} mlflow-prompts-mcp webhooks install mends that.`),
      ...test.lines,
    ],
  };
}

function problemsOf({ events, active, url }: Webhook, config: WebhooksConfig): string[] {
  const missing = promptEvents.filter((event) => !events.includes(event));
  return [
    ...(missing.length ? [`MLflow does not tell it of ${missing.join(", ")}.`] : []),
    ...(active ? [] : ["It is disabled: MLflow delivers nothing to it."]),
    ...(config.url === undefined || config.url === url ? [] : [`It should call ${config.url}.`]),
  ];
}

async function tested(webhooks: MlflowWebhooks, { id, url }: Webhook): Promise<Report> {
  const { accepted, status, said } = await webhooks.test(id);
  if (accepted) {
    return { ok: true, lines: [`MLflow's test delivery was accepted (${status}).`] };
  }
  const line =
    status === undefined
      ? `MLflow's test delivery did not reach ${url}. ${said}`
      : `MLflow's test delivery was refused (${status}): ${messageIn(said)}`;
  return { ok: false, lines: [line] };
}

/** This program's own refusals; whoever else answers is cited. */
const refusal = z.object({ error: z.object({ message: z.string() }) });

function messageIn(body: string): string {
  try {
    return refusal.parse(JSON.parse(body)).error.message;
  } catch {
    return body.trim() === "" ? "the answer is empty." : body.trim().slice(0, 300);
  }
}

function placeOf({ registry, workspace }: WebhooksConfig): string {
  const place = `MLflow at ${registry.baseUrl}`;
  return workspace === undefined ? place : `${place}, workspace ${workspace}`;
}
