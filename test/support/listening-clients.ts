import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";
import { metric } from "./http-service.ts";

const identity = { name: "test", version: "1.0.0" };

/**
 * A real client that waits to be told of changes, of resources those it watches, until the test is
 * done. Resolves with what it was told, in order: "prompts", "resources", or the URI of a resource.
 */
type Listen = (
  url: string,
  headers: Readonly<Record<string, string>>,
  uris: readonly string[],
) => Promise<readonly string[]>;

/** What a 2025-era client is told, in order, as `Listen` says it. */
export function heardByV1(client: ClientV1): readonly string[] {
  const heard: string[] = [];
  client.setNotificationHandler(PromptListChangedNotificationSchema, () => {
    heard.push("prompts");
  });
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => {
    heard.push("resources");
  });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    heard.push(params.uri);
  });
  return heard;
}

/** One in each era. */
export const listeningClients = {
  "a session of 2025-11-25": async (url, headers, uris) => {
    const client = new ClientV1(identity);
    const heard = heardByV1(client);
    const before = await metric(url, "mlflow_prompts_streams");
    await client.connect(new HttpTransportV1(new URL(url), { requestInit: { headers } }));
    onTestFinished(() => client.close());
    // It opens its stream after initializing, and says nothing when it has.
    await eventually(async () =>
      expect(await metric(url, "mlflow_prompts_streams")).toBeGreaterThan(before),
    );
    for (const uri of uris) await client.subscribeResource({ uri });
    return heard;
  },
  "2026-07-28": async (url, headers, uris) => {
    const client = new Client(identity, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    const heard: string[] = [];
    client.setNotificationHandler("notifications/prompts/list_changed", () => {
      heard.push("prompts");
    });
    client.setNotificationHandler("notifications/resources/list_changed", () => {
      heard.push("resources");
    });
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      heard.push(params.uri);
    });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
    );
    onTestFinished(() => client.close());
    const subscription = await client.listen({
      promptsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: [...uris],
    });
    onTestFinished(() => subscription.close());
    return heard;
  },
} as const satisfies Record<string, Listen>;
