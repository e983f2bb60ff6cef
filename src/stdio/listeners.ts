import {
  type JSONRPCMessage,
  ProtocolErrorCode,
  type RequestId,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import { RegistryError } from "../registry/errors.ts";
import type { MessageRefusal } from "../server/message-check.ts";
import { mostWatched, promptOfResource, WatchedResources } from "../server/watched-resources.ts";
import { StdioTransport } from "./transport.ts";

/** `subscriptions/listen` (MCP 2026-07-28, Subscriptions), which the SDK serves without calling the server. */
const listening = z.object({
  id: z.union([z.string(), z.number()]),
  params: z.object({ notifications: z.object({ resourceSubscriptions: z.array(z.string()) }) }),
});

/** Standard input and output. Records which resources the client listens to. */
export class ListenedStdio extends StdioTransport {
  readonly #byRequest = new Map<RequestId, readonly string[]>();

  get listened(): WatchedResources {
    const watched = new WatchedResources();
    for (const uris of this.#byRequest.values())
      for (const uri of uris) if (isWatchable(uri)) watched.add(uri);
    return watched;
  }

  protected override settle(id: RequestId): void {
    super.settle(id);
    this.#byRequest.delete(id);
  }

  protected override refusalOf(message: JSONRPCMessage): MessageRefusal | undefined {
    const refusal = super.refusalOf(message);
    if (refusal || !("method" in message) || message.method !== "subscriptions/listen") {
      return refusal;
    }
    const listen = listening.safeParse(message).data;
    if (listen === undefined) return undefined;
    const uris = listen.params.notifications.resourceSubscriptions;
    const present = [...this.#byRequest.values()].flat();
    if (present.length + uris.length > mostWatched) return tooManyWatched(listen.id);
    // The SDK stores all URIs, also invalid ones.
    if (uris.length > 0) this.#byRequest.set(listen.id, uris);
    return undefined;
  }
}

function tooManyWatched(id: RequestId): MessageRefusal {
  const message = `Invalid params for subscriptions/listen: more than ${mostWatched} resources would be listened to.`;
  return { id, code: ProtocolErrorCode.InvalidParams, message };
}

function isWatchable(uri: string): boolean {
  try {
    promptOfResource(uri);
    return true;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}
