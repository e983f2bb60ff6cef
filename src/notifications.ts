import {
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type ServerEvent,
  type ServerEventBus,
} from "@modelcontextprotocol/server";
import { located } from "./parameters.ts";
import type { Change, Changes } from "./registry/changes.ts";
import type { CallOptions, PromptRegistry } from "./registry/prompt-registry.ts";
import { parseResourceUri } from "./registry/references.ts";

/** Resources that one connection watches. */
export const mostWatched = 1_000;

/**
 * Tells the client at the other end of a connection what changes in its workspace, until the
 * connection ends. A 2025-era client says with `resources/subscribe` which resources it watches;
 * one of 2026-07-28 with `subscriptions/listen`, which the SDK answers by itself.
 *
 * @param listened the resources that a 2026-07-28 client watches at the moment
 */
export function notifyOfChanges(
  server: Server,
  changes: Changes,
  listened: (() => readonly string[]) | undefined,
  check: (uri: string, context: ServerContext) => Promise<void>,
): void {
  const watched = new Set<string>();
  server.setRequestHandler("resources/subscribe", located, async ({ uri }, context) => {
    await check(uri, context);
    if (!watched.has(uri) && watched.size >= mostWatched) throw tooManyWatched();
    watched.add(uri);
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", located, ({ uri }) => {
    watched.delete(uri);
    return {};
  });
  const unsubscribe = changes.subscribe((batch) => {
    const sending = [
      server.sendPromptListChanged(),
      ...(batch.some(({ listed }) => listed) ? [server.sendResourceListChanged()] : []),
      ...shown(batch, listened?.() ?? watched).map((uri) => server.sendResourceUpdated({ uri })),
    ];
    // A client that has hung up is told nothing; that it has is noticed elsewhere.
    for (const sent of sending) sent.catch(() => undefined);
  });
  const { onclose } = server;
  server.onclose = () => {
    unsubscribe();
    onclose?.();
  };
}

/** The changes of a workspace for one `subscriptions/listen` stream that watches these resources. */
export function eventsOf(changes: Changes, watched: readonly string[]): ServerEventBus {
  return {
    publish() {},
    subscribe: (listener: (event: ServerEvent) => void) =>
      changes.subscribe((batch) => {
        listener({ kind: "prompts_list_changed" });
        if (batch.some(({ listed }) => listed)) listener({ kind: "resources_list_changed" });
        for (const uri of shown(batch, watched)) listener({ kind: "resource_updated", uri });
      }),
  };
}

/**
 * Rejects when the resource's prompt may not be read or the URI is none: who may not read a prompt
 * may not watch it either.
 * @throws RegistryError
 */
export async function checkReadable(
  registry: PromptRegistry,
  uri: string,
  options?: CallOptions,
): Promise<void> {
  await registry.getPrompt(parseResourceUri(uri).name, options);
}

function tooManyWatched(): ProtocolError {
  const message = `Invalid params for resources/subscribe: ${mostWatched} resources are watched already; unsubscribe from some first.`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

/** Those of the resources that show anything of what has changed, or may do so. */
function shown(batch: readonly Change[], uris: Iterable<string>): string[] {
  const prompts = new Set(batch.map(({ prompt }) => prompt));
  const all = [...new Set(uris)];
  return prompts.has(undefined)
    ? all
    : all.filter((uri) => prompts.has(parseResourceUri(uri).name));
}
