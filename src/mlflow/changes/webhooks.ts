import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { type Refusal, refusalError, shownReasonOf, valueOrThrow } from "../errors/refusal.ts";
import { adviseOnWebhook } from "./webhook-advice.ts";

/** A webhook in MLflow. MLflow never returns its secret. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Spelled as in `promptEvents`. */
  readonly events: readonly string[];
  /** MLflow delivers nothing to an inactive webhook. */
  readonly active: boolean;
}

/** The properties of a webhook to create or update, which makes it active. */
export interface WebhookDraft {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
}

/** The result of a test delivery by MLflow. */
export interface WebhookTest {
  readonly accepted: boolean;
  /** The HTTP status of the response; absent when there was none. */
  readonly status?: number;
  /** The response body. Without a response: what to do, or MLflow's reason if it is unknown. */
  readonly detail: string;
}

const webhook = z
  .object({
    webhook_id: z.string(),
    name: z.string(),
    url: z.string(),
    status: z.string().default("ACTIVE"),
    events: z.array(z.object({ entity: z.string(), action: z.string() })).default([]),
  })
  .transform(
    ({ webhook_id, name, url, status, events }): Webhook => ({
      id: webhook_id,
      name,
      url,
      events: events.map(({ entity, action }) => `${entity}.${action}`.toLowerCase()),
      active: status === "ACTIVE",
    }),
  );

const page = z.object({
  webhooks: z.array(webhook).default([]),
  next_page_token: z.string().nullish(),
});

const one = z.object({ webhook });

const test = z.object({
  result: z.object({
    success: z.boolean().default(false),
    response_status: z.int().nullish(),
    response_body: z.string().nullish(),
    error_message: z.string().nullish(),
  }),
});

/** MLflow's webhooks (/api/2.0/mlflow/webhooks, 3.8 to 3.17), those of one workspace. */
export class MlflowWebhooks {
  readonly #api: MlflowApi;

  constructor(api: MlflowApi) {
    this.#api = api;
  }

  /** All webhooks of this name, the oldest first: in MLflow several can have the same name. */
  async findByName(name: string, options?: CallOptions): Promise<readonly Webhook[]> {
    const found: Webhook[] = [];
    let token: string | null | undefined;
    do {
      const query: Record<string, string> = token ? { page_token: token } : {};
      const answer = await this.#explainFailure(this.#api.get("/webhooks", query, page, options));
      const { webhooks, next_page_token } = valueOrThrow(answer);
      found.push(...webhooks.filter((each) => each.name === name));
      token = next_page_token;
    } while (token);
    return found.toReversed();
  }

  async create(draft: WebhookDraft, options?: CallOptions): Promise<Webhook> {
    const answer = await this.#api.post("/webhooks", toRequestBody(draft), one, options);
    if (!answer.ok) throw toWebhookError(answer.refusal);
    return answer.value.webhook;
  }

  async update(id: string, draft: WebhookDraft, options?: CallOptions): Promise<Webhook> {
    const path = `/webhooks/${encodeURIComponent(id)}`;
    const answer = await this.#api.patch(path, toRequestBody(draft), one, options);
    if (!answer.ok) throw toWebhookError(answer.refusal);
    return answer.value.webhook;
  }

  async delete(id: string, options?: CallOptions): Promise<void> {
    valueOrThrow(await this.#api.delete(`/webhooks/${encodeURIComponent(id)}`, {}, options));
  }

  /** Makes MLflow deliver an example. MLflow retries for minutes while the address does not answer. */
  async test(id: string, options?: CallOptions): Promise<WebhookTest> {
    const path = `/webhooks/${encodeURIComponent(id)}/test`;
    const { result } = valueOrThrow(await this.#api.post(path, {}, test, options));
    const { success, response_status, response_body, error_message } = result;
    if (response_status == null) {
      const reason = error_message ?? "";
      return { accepted: false, detail: adviseOnWebhook(reason) || shownReasonOf(reason) };
    }
    return { accepted: success, status: response_status, detail: response_body ?? "" };
  }

  /**
   * Adds the most likely cause to MLflow's INTERNAL_ERROR: when MLflow cannot decrypt the secret of one
   * webhook, it can neither list, change nor delete any webhook (3.8 to 3.17).
   */
  async #explainFailure<T>(response: Promise<T>): Promise<T> {
    try {
      return await response;
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.message.includes("INTERNAL_ERROR"))
        throw error;
      throw new RegistryError(
        error.kind,
        `${error.message} The most likely cause is that MLflow cannot decrypt the secret of a webhook. Set MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY on the MLflow server to the key that the secret was stored with; without this variable, MLflow uses a new key after each start. If the key is lost, delete the rows of the tables webhook_events and webhooks from MLflow's database.`,
        error.subject,
        { cause: error },
      );
    }
  }
}

function toRequestBody({ name, url, events, secret }: WebhookDraft) {
  return {
    name,
    url,
    secret,
    status: "ACTIVE",
    events: events.map((event) => {
      const [entity = "", action = ""] = event.toUpperCase().split(".");
      return { entity, action };
    }),
  };
}

function toWebhookError(refusal: Refusal): RegistryError {
  const { kind, message } = refusalError(refusal);
  const advice = adviseOnWebhook(refusal.reason);
  return new RegistryError(kind, `${message}${advice && ` ${advice}`}`);
}
