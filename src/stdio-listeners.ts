import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import * as z from "zod";
import { RegistryError } from "./registry/errors.ts";
import { parseResourceUri } from "./registry/references.ts";

const id = z.union([z.string(), z.number()]);

/** `subscriptions/listen` (MCP 2026-07-28, Subscriptions), which the SDK answers unseen. */
const listening = z.object({
  id,
  params: z.object({
    notifications: z.object({ resourceSubscriptions: z.array(z.string()).max(1_000) }),
  }),
});

const cancelled = z.object({ params: z.object({ requestId: id }) });

/** Standard input and output, and which resources the client at their other end listens to. */
export class ListenedStdio extends StdioServerTransport {
  readonly #byRequest = new Map<string | number, readonly string[]>();

  get listened(): readonly string[] {
    return [...this.#byRequest.values()].flat();
  }

  override async start(): Promise<void> {
    const { onmessage } = this;
    this.onmessage = (message) => {
      this.#note(message);
      onmessage?.(message);
    };
    await super.start();
  }

  #note(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if (message.method === "subscriptions/listen") {
      const listen = listening.safeParse(message).data;
      const uris = listen?.params.notifications.resourceSubscriptions ?? [];
      if (listen) this.#byRequest.set(listen.id, uris.filter(isOfPrompt));
    }
    if (message.method === "notifications/cancelled") {
      const cancel = cancelled.safeParse(message).data;
      if (cancel) this.#byRequest.delete(cancel.params.requestId);
    }
  }
}

function isOfPrompt(uri: string): boolean {
  try {
    parseResourceUri(uri);
    return true;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}
