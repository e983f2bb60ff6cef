import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, vi } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { BodyReader } from "../../src/http/limits/body.ts";
import { createWebhookRoute } from "../../src/http/webhooks/webhooks.ts";
import type { Change } from "../../src/registry/changes/change-hub.ts";
import { eventually } from "./eventually.ts";
import { plenty } from "./plenty.ts";
import { secret } from "./webhook-deliveries.ts";

/** The webhook route alone, which records what it publishes. */
export async function startWebhookRoute(
  parts: {
    publish?: () => Promise<void>;
    now?: () => number;
    maxBody?: number;
    onRefused?: () => void;
    concurrency?: number;
  } = {},
) {
  const published: [string | undefined, Change][] = [];
  const delivered: [string | undefined, Change][] = [];
  const log = { info: vi.fn(), error: vi.fn() };
  const route = createWebhookRoute({
    secret,
    log,
    checkHost: () => {},
    addressOf: () => "127.0.0.1",
    count: () => {},
    onRefused: () => {},
    bodies: new BodyReader(parts.maxBody ?? 10_000, plenty()),
    ...parts,
    concurrency: plenty(parts.concurrency),
    publish: async (workspace, change) => {
      await parts.publish?.();
      published.push([workspace, change]);
    },
    onDelivery: (...change) => {
      delivered.push(change);
    },
  });
  const ids: unknown[] = [];
  const app = createApp(() => route, log);
  const server = createServer((request, response) => {
    ids.push(request.headers["x-mlflow-delivery-id"]);
    void app(request, response);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await eventually(() => expect(server.listening).toBe(true));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    published,
    delivered,
    log,
    /** Of every delivery that came. */
    ids,
  };
}
