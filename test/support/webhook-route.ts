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

/** The route alone, where what it tells is seen. */
export async function startWebhookRoute(
  parts: {
    announce?: () => Promise<void>;
    now?: () => number;
    maxBody?: number;
    refused?: () => void;
    atOnce?: number;
  } = {},
) {
  const announced: [string | undefined, Change][] = [];
  const delivered: [string | undefined, Change][] = [];
  const log = { info: vi.fn(), error: vi.fn() };
  const route = createWebhookRoute({
    secret,
    log,
    checkHost: () => {},
    addressOf: () => "127.0.0.1",
    count: () => {},
    refused: () => {},
    bodies: new BodyReader(parts.maxBody ?? 10_000, plenty()),
    announcing: plenty(parts.atOnce),
    ...parts,
    announce: async (workspace, change) => {
      await parts.announce?.();
      announced.push([workspace, change]);
    },
    delivered: (...told) => {
      delivered.push(told);
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
    announced,
    delivered,
    log,
    /** Of every delivery that came. */
    ids,
  };
}
