import { createMcpHandler, type McpHttpHandler } from "@modelcontextprotocol/server";
import * as z from "zod";
import { checkReadable, eventsOf } from "../notifications.ts";
import { RegistryError } from "../registry/errors.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import type { createServerFactory } from "../server.ts";
import type { Session } from "../session.ts";
import { whenEnded } from "./streams.ts";

/** `subscriptions/listen` (MCP 2026-07-28, Subscriptions), as far as it is looked at here. */
const listening = z.looseObject({
  method: z.literal("subscriptions/listen"),
  params: z.looseObject({
    notifications: z.looseObject({
      resourceSubscriptions: z.array(z.string()).max(1_000).optional(),
    }),
  }),
});

/**
 * The streams on which 2026-07-28 clients are told of changes. Each has a handler of its own,
 * because a handler's events go to all of its streams, whoever listens.
 */
export class Listeners {
  readonly #createServer: ReturnType<typeof createServerFactory>;
  readonly #onerror: (error: Error) => void;
  readonly #open = new Set<McpHttpHandler>();

  constructor(
    createServer: ReturnType<typeof createServerFactory>,
    onerror: (error: Error) => void,
  ) {
    this.#createServer = createServer;
    this.#onerror = onerror;
  }

  async serve(request: Request, body: unknown, session: Session): Promise<Response> {
    const parsed = listening.safeParse(body);
    const asked = parsed.data?.params.notifications.resourceSubscriptions ?? [];
    const watched = await readable(session.registry, asked);
    const handler = createMcpHandler(
      () => this.#createServer(session, { era: "modern", lasting: false }),
      {
        legacy: "reject",
        onerror: this.#onerror,
        ...(session.changes ? { bus: eventsOf(session.changes, watched) } : {}),
      },
    );
    this.#open.add(handler);
    const parsedBody = parsed.success ? withResources(parsed.data, watched) : body;
    const response = await handler.fetch(request, { parsedBody });
    return whenEnded(response, () => this.#open.delete(handler));
  }

  /** Ends every stream, telling its client so. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((handler) => handler.close()));
  }
}

/** Those of the resources that the caller may read: only they are watched, as the answer says. */
async function readable(registry: PromptRegistry, uris: readonly string[]): Promise<string[]> {
  const checked = await Promise.all(
    uris.map(async (uri) => {
      try {
        await checkReadable(registry, uri);
        return [uri];
      } catch (error) {
        if (error instanceof RegistryError) return [];
        throw error;
      }
    }),
  );
  return checked.flat();
}

function withResources(body: z.infer<typeof listening>, resourceSubscriptions: readonly string[]) {
  const notifications = { ...body.params.notifications, resourceSubscriptions };
  return { ...body, params: { ...body.params, notifications } };
}
