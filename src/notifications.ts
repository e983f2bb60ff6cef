import type {
  Server,
  ServerContext,
  ServerEvent,
  ServerEventBus,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Change, Changes } from "./registry/changes.ts";
import type { CallOptions, PromptRegistry } from "./registry/prompt-registry.ts";
import { aliasUri, parseResourceUri, promptUri, versionUri } from "./registry/references.ts";

const located = { params: z.looseObject({ uri: z.string() }) };

/**
 * Tells the client at the other end of a connection what changes in its workspace, until the
 * connection ends. A 2025-era client says with `resources/subscribe` which resources it watches;
 * one of 2026-07-28 with `subscriptions/listen`, which the SDK answers and sorts out by itself.
 */
export function notifyOfChanges(
  server: Server,
  changes: Changes,
  era: "legacy" | "modern",
  check: (uri: string, context: ServerContext) => Promise<void>,
): void {
  const watched = new Set<string>();
  server.setRequestHandler("resources/subscribe", located, async ({ uri }, context) => {
    await check(uri, context);
    watched.add(uri);
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", located, ({ uri }) => {
    watched.delete(uri);
    return {};
  });
  const unsubscribe = changes.subscribe((change) => {
    const uris = era === "modern" ? touched(change) : [...watched].filter(shows(change.prompt));
    const sending = [
      server.sendPromptListChanged(),
      ...(change.listed ? [server.sendResourceListChanged()] : []),
      ...uris.map((uri) => server.sendResourceUpdated({ uri })),
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
      changes.subscribe(({ prompt, listed }) => {
        listener({ kind: "prompts_list_changed" });
        if (listed) listener({ kind: "resources_list_changed" });
        for (const uri of watched.filter(shows(prompt)))
          listener({ kind: "resource_updated", uri });
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

/** Whether a resource shows anything of the prompt, or of any when it is not known which it is. */
function shows(prompt: string | undefined): (uri: string) => boolean {
  return (uri) => prompt === undefined || parseResourceUri(uri).name === prompt;
}

/** The resources that a change touches, as far as the change itself tells. */
function touched({ prompt, version, alias }: Change): string[] {
  if (prompt === undefined) return [];
  return [
    promptUri(prompt),
    aliasUri(prompt, "latest"),
    ...(version === undefined ? [] : [versionUri(prompt, version)]),
    ...(alias === undefined ? [] : [aliasUri(prompt, alias)]),
  ];
}
