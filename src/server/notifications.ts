import {
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type ServerEvent,
  type ServerEventBus,
} from "@modelcontextprotocol/server";
import type { Change, Changes } from "../registry/changes/change-hub.ts";
import type { Policy } from "../session/policy.ts";
import type { QuotaReservation } from "../session/session.ts";
import { located } from "./parameters.ts";
import { mostWatched, WatchedResources } from "./watched-resources.ts";

export interface NotifyOptions {
  readonly policy: Listing;
  /** The resources that a 2026-07-28 client watches at the moment. */
  readonly listened: (() => WatchedResources) | undefined;
  /** QuotaReservation for what a 2025-era client watches. */
  readonly reservation: QuotaReservation | undefined;
  /** Rejects if the caller may not read the resource: it then may not watch it either. */
  readonly check: (uri: string, context: ServerContext) => Promise<void>;
}

/**
 * Notifies the client of a connection of changes in its workspace, until the connection ends. A
 * 2025-era client names the resources it watches with `resources/subscribe`, a 2026-07-28 client
 * with `subscriptions/listen`, which the SDK serves.
 */
export function notifyOfChanges(
  server: Server,
  changes: Changes,
  { policy, listened, reservation, check }: NotifyOptions,
): void {
  const watched = new WatchedResources();
  server.setRequestHandler("resources/subscribe", located, async ({ uri }, context) => {
    await check(uri, context);
    if (watched.has(uri)) return {};
    if (watched.size >= mostWatched) throw tooManyWatched();
    reservation?.resize(watched.size + 1);
    watched.add(uri);
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", located, ({ uri }) => {
    watched.delete(uri);
    reservation?.resize(watched.size);
    return {};
  });
  const unsubscribe = changes.subscribe(function* (batch) {
    // Sending fails once the client has disconnected. `onclose` handles the disconnect.
    yield server.sendPromptListChanged().catch(() => undefined);
    if (changesResources(policy, batch)) {
      yield server.sendResourceListChanged().catch(() => undefined);
    }
    for (const uri of (listened?.() ?? watched).shownBy(batch)) {
      yield server.sendResourceUpdated({ uri }).catch(() => undefined);
    }
  });
  const { onclose } = server;
  server.onclose = () => {
    unsubscribe();
    reservation?.release();
    onclose?.();
  };
}

/** What decides which prompts and skills are listed. */
type Listing = Pick<Policy, "serve" | "skills">;

/**
 * Whether the list of resources may have changed. The list of skills has no message of its own, and
 * counts as one of resources. A prompt becomes a skill by its tag, and by its first served version.
 */
function changesResources({ serve, skills }: Listing, batch: readonly Change[]): boolean {
  if (batch.some(({ listed, described }) => listed || described)) return true;
  return skills !== "off" && !serve.some((alias) => alias.toLowerCase() === "latest");
}

/** The changes of a workspace for one `subscriptions/listen` stream that watches these resources. */
export function eventsOf(
  policy: Listing,
  changes: Changes,
  watched: WatchedResources,
): ServerEventBus {
  return {
    publish() {},
    subscribe: (listener: (event: ServerEvent) => void) =>
      changes.subscribe(function* (batch) {
        yield listener({ kind: "prompts_list_changed" });
        if (changesResources(policy, batch)) yield listener({ kind: "resources_list_changed" });
        for (const uri of watched.shownBy(batch)) yield listener({ kind: "resource_updated", uri });
      }),
  };
}

function tooManyWatched(): ProtocolError {
  const message = `Invalid params for resources/subscribe: ${mostWatched} resources are watched already; unsubscribe from some first.`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
