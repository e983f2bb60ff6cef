import * as z from "zod";
import { ConfigError } from "../../config/errors.ts";
import { userAgent } from "../../config/version.ts";
import type { WebhooksConfig } from "../../config/webhooks-config.ts";
import { loadWebhooksConfig } from "../../config/webhooks-config.ts";
import { type Audit, openAudit } from "../../log/audit.ts";
import { warnOfInsecureTls } from "../../log/insecure-tls.ts";
import { localUser } from "../../log/local-user.ts";
import { createLog } from "../../log/log.ts";
import { promptEvents, webhookName } from "../../mlflow/changes/webhook-events.ts";
import { MlflowWebhooks, type Webhook, type WebhookDraft } from "../../mlflow/changes/webhooks.ts";
import { createMlflowClient } from "../../mlflow/client.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { Action } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";

/** MLflow tries a test delivery four times, for 30 seconds each, before it reports a failure. */
const testTimeoutMs = 150_000;

/** What an action reports, and whether the webhook is in the wanted state. */
interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
  /** Absent: there is none now. */
  readonly webhook?: Webhook;
}

const actions = { install, remove, status };
type WebhooksAction = keyof typeof actions;

/** @throws ConfigError for a word that is none */
function readAction(word: string): WebhooksAction {
  if (word === "install" || word === "remove" || word === "status") return word;
  throw new ConfigError(
    `webhooks needs one of install, remove and status, not "${word}". --help shows the usage.`,
  );
}

/**
 * Installs, removes or checks the webhook through which MLflow notifies the http command of changes,
 * and prints the result. The exit code is 1 when the webhook does not work.
 * @throws ConfigError when a setting is wrong, or one that `install` needs is missing
 * @throws RegistryError when MLflow is unavailable or refuses
 */
export const run: Action = async ({ flags, environment, output, exitWith }, [word = ""]) => {
  const action = readAction(word);
  const log = createLog(output.errors);
  const config = loadWebhooksConfig(flags, environment);
  warnOfInsecureTls(config.registry, log);
  const audit = openAudit(config.auditLog, log);
  try {
    const { lines, ok, webhook } = await runAction(action, config);
    recordAction(audit, action, config, { outcome: "ok" });
    if (!ok) exitWith(exitCodes.failure);
    const { url, events } = webhook ?? {};
    const told = { name: webhookName, ok, installed: webhook !== undefined, url, events };
    output.print({ ...told, messages: lines }, () => output.write(`${lines.join("\n")}\n`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const outcome = error instanceof RegistryError ? error.kind : "refused";
    recordAction(audit, action, config, { outcome, reason });
    throw error;
  } finally {
    audit.close();
  }
};

/** Records an action in the audit, except `status`, which changes nothing. */
function recordAction(
  audit: Audit,
  action: WebhooksAction,
  { workspace }: WebhooksConfig,
  result: { readonly outcome: string; readonly reason?: string },
): void {
  if (action === "status") return;
  audit.record({ workspace, who: localUser() }, { operation: `webhooks_${action}`, ...result });
}

async function runAction(action: WebhooksAction, config: WebhooksConfig): Promise<Report> {
  const { credential, ...options } = config.registry;
  const { workspace } = config;
  const client = createMlflowClient({
    ...options,
    requestTimeoutMs: Math.max(options.requestTimeoutMs, testTimeoutMs),
    userAgent,
  });
  const api = client.api({
    ...(workspace === undefined ? {} : { workspace }),
    ...(credential === undefined ? {} : { credential }),
  });
  const webhooks = new MlflowWebhooks(api);
  try {
    return await actions[action](webhooks, config);
  } finally {
    await client.close();
  }
}

async function install(webhooks: MlflowWebhooks, config: WebhooksConfig): Promise<Report> {
  const draft = draftOf(config);
  const [found, ...surplus] = await webhooks.findByName(webhookName);
  const installed = found ? await webhooks.update(found.id, draft) : await webhooks.create(draft);
  for (const { id } of surplus) await webhooks.delete(id);
  const test = await sendTest(webhooks, installed);
  return {
    ok: test.ok,
    webhook: installed,
    lines: [
      `${found ? "Updated" : "Installed"} the webhook ${webhookName} in ${placeOf(config)}.`,
      `It calls ${installed.url} for ${installed.events.length} kinds of events. MLflow may take a minute to start.`,
      ...test.lines,
      "After a restart MLflow cannot decrypt the secret and delivers nothing, unless MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY is set in its environment, to the same value at each start.",
    ],
  };
}

function draftOf({ url, secret }: WebhooksConfig): WebhookDraft {
  if (secret === undefined) {
    throw new ConfigError(
      "MLFLOW_PROMPTS_WEBHOOK_SECRET is not set: choose a secret of at least 16 characters, for example with openssl rand -hex 32, and set it here and for the http command.",
    );
  }
  if (url === undefined) {
    throw new ConfigError(
      "The address that MLflow must call is not set: set --webhook-url to the http command's address with /webhooks/mlflow, as the MLflow server reaches it, or set --public-url.",
    );
  }
  return { name: webhookName, url, secret, events: promptEvents };
}

async function remove(webhooks: MlflowWebhooks, config: WebhooksConfig): Promise<Report> {
  const found = await webhooks.findByName(webhookName);
  for (const { id } of found) await webhooks.delete(id);
  const place = placeOf(config);
  const line = found.length
    ? `Removed the webhook ${webhookName} from ${place}.`
    : `There was no webhook ${webhookName} in ${place}.`;
  return { ok: true, lines: [line] };
}

async function status(webhooks: MlflowWebhooks, config: WebhooksConfig): Promise<Report> {
  const [installed] = await webhooks.findByName(webhookName);
  if (installed === undefined) {
    return {
      ok: false,
      lines: [
        `There is no webhook ${webhookName} in ${placeOf(config)}. Install it with: mlflow-prompts-mcp webhooks install`,
      ],
    };
  }
  const problems = problemsOf(installed, config);
  const test = await sendTest(webhooks, installed);
  return {
    ok: problems.length === 0 && test.ok,
    webhook: installed,
    lines: [
      `The webhook ${webhookName} is installed in ${placeOf(config)}.`,
      `It calls ${installed.url} for ${installed.events.join(", ")}.`,
      ...problems.map(
        (problem) => `${problem} Repair it with: mlflow-prompts-mcp webhooks install`,
      ),
      ...test.lines,
    ],
  };
}

function problemsOf({ events, active, url }: Webhook, config: WebhooksConfig): string[] {
  const missing = promptEvents.filter((event) => !events.includes(event));
  return [
    ...(missing.length ? [`It is not subscribed to ${missing.join(", ")}.`] : []),
    ...(active ? [] : ["It is disabled: MLflow delivers nothing to it."]),
    ...(config.url === undefined || config.url === url ? [] : [`It should call ${config.url}.`]),
  ];
}

async function sendTest(webhooks: MlflowWebhooks, { id, url }: Webhook): Promise<Report> {
  const { accepted, status, detail } = await webhooks.test(id);
  if (accepted) {
    return { ok: true, lines: [`MLflow's test delivery was accepted (${status}).`] };
  }
  const line =
    status === undefined
      ? `MLflow's test delivery did not reach ${url}. ${detail}`
      : `MLflow's test delivery was refused (${status}): ${messageIn(detail)}`;
  return { ok: false, lines: [line] };
}

/** The body of a refusal of this program. */
const refusalBody = z.object({ error: z.object({ message: z.string() }) });

function messageIn(body: string): string {
  try {
    return refusalBody.parse(JSON.parse(body)).error.message;
  } catch {
    return body.trim() === "" ? "the response is empty." : body.trim().slice(0, 300);
  }
}

function placeOf({ registry, workspace }: WebhooksConfig): string {
  const place = `MLflow at ${registry.baseUrl}`;
  return workspace === undefined ? place : `${place}, workspace ${workspace}`;
}
