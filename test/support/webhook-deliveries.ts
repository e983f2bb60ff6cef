import { createHmac, randomUUID } from "node:crypto";
import { type Answered, post } from "./http-service.ts";

export const secret = "a secret that is long enough";

/** What a delivery is made of, other than MLflow makes it. */
export interface DeliveryOptions {
  readonly secret?: string;
  readonly id?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  /** Over or instead of those that belong to it; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The body of MLflow's webhook for an event: "prompt_alias.created". */
export function event(name: string, data: unknown, workspace?: string): string {
  const [entity, action] = name.split(".");
  return JSON.stringify({
    entity,
    action,
    timestamp: "2026-11-24T11:43:02.297993+00:00",
    data,
    ...(workspace === undefined ? {} : { workspace }),
  });
}

/** Sends a body to the service's webhook path as MLflow does. */
export function deliver(
  url: string,
  body: string,
  options: DeliveryOptions = {},
): Promise<Answered> {
  const { id = randomUUID(), timestamp = Math.floor(Date.now() / 1_000), headers = {} } = options;
  const hmac = createHmac("sha256", options.secret ?? secret).update(`${id}.${timestamp}.${body}`);
  const sent = {
    "x-mlflow-delivery-id": id,
    "x-mlflow-timestamp": String(timestamp),
    "x-mlflow-signature": `v1,${hmac.digest("base64")}`,
    ...headers,
  };
  const given = Object.entries(sent).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return post(new URL("/webhooks/mlflow", url).href, body, Object.fromEntries(given));
}
