import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { type Refusal, refusalError, shownReasonOf, valueOrThrow } from "../errors/refusal.ts";
import { adviseOnWebhook } from "./webhook-advice.ts";

/** A webhook as MLflow has it. MLflow never gives its secret back. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** As in `promptEvents`. */
  readonly events: readonly string[];
  /** MLflow delivers nothing to one that is not. */
  readonly active: boolean;
}

/** What a webhook is to be; it is active then. */
export interface WebhookDraft {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
}

/** What came of a delivery that MLflow made for a test. */
export interface WebhookTest {
  readonly accepted: boolean;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** The answer's body; or what to do about there being none, or MLflow's words where that is not known. */
  readonly said: string;
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

  /** Those of that name, the oldest first: MLflow lets several have it. */
  async named(name: string, options?: CallOptions): Promise<readonly Webhook[]> {
    const found: Webhook[] = [];
    let token: string | null | undefined;
    do {
      const query: Record<string, string> = token ? { page_token: token } : {};
      const answer = await this.#reading(this.#api.get("/webhooks", query, page, options));
      const { webhooks, next_page_token } = valueOrThrow(answer);
      found.push(...webhooks.filter((each) => each.name === name));
      token = next_page_token;
    } while (token);
    return found.toReversed();
  }

  async create(draft: WebhookDraft, options?: CallOptions): Promise<Webhook> {
    const answer = await this.#api.post("/webhooks", wire(draft), one, options);
    if (!answer.ok) throw refused(answer.refusal);
    return answer.value.webhook;
  }

  async update(id: string, draft: WebhookDraft, options?: CallOptions): Promise<Webhook> {
    const path = `/webhooks/${encodeURIComponent(id)}`;
    const answer = await this.#api.patch(path, wire(draft), one, options);
    if (!answer.ok) throw refused(answer.refusal);
    return answer.value.webhook;
  }

  async delete(id: string, options?: CallOptions): Promise<void> {
    valueOrThrow(await this.#api.delete(`/webhooks/${encodeURIComponent(id)}`, {}, options));
  }

  /** Has MLflow deliver an example. It tries for minutes where nobody answers. */
  async test(id: string, options?: CallOptions): Promise<WebhookTest> {
    const path = `/webhooks/${encodeURIComponent(id)}/test`;
    const { result } = valueOrThrow(await this.#api.post(path, {}, test, options));
    const { success, response_status, response_body, error_message } = result;
    if (response_status == null) {
      const reason = error_message ?? "";
      return { accepted: false, said: adviseOnWebhook(reason) || shownReasonOf(reason) };
    }
    return { accepted: success, status: response_status, said: response_body ?? "" };
  }

  /**
   * MLflow's failure, with what its cause is in all likelihood: it cannot decrypt a webhook's secret,
   * and then neither list nor change nor delete any (3.8 to 3.17).
   */
  async #reading<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.message.includes("INTERNAL_ERROR"))
        throw error;
      throw new RegistryError(
        error.kind,
        `${error.message} MLflow fails so when it has a webhook's secret that it cannot decrypt: set MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY on the MLflow server to the key that the secret was stored with. Without one, each start has a key of its own. If that key is lost, delete the rows of the tables webhook_events and webhooks from MLflow's database.`,
        error.subject,
        { cause: error },
      );
    }
  }
}

function wire({ name, url, events, secret }: WebhookDraft) {
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

function refused(refusal: Refusal): RegistryError {
  const { kind, message } = refusalError(refusal);
  const cure = adviseOnWebhook(refusal.reason);
  return new RegistryError(kind, `${message}${cure && ` ${cure}`}`);
}
