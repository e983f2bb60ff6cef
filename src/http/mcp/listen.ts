import {
  createMcpHandler,
  type McpHttpHandler,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { isSkillUri } from "../../registry/skill-uris.ts";
import { fetchPrompts } from "../../registry/versions/fetch-prompts.ts";
import { eventsOf } from "../../server/notifications.ts";
import type { createServerFactory } from "../../server/server.ts";
import { mostWatched, promptOfResource, WatchedResources } from "../../server/watched-resources.ts";
import type { Session } from "../../session/session.ts";
import { HttpRefusal, rpcCode } from "../refusal.ts";
import { callOnEnd } from "./streams.ts";

export const listenMethod = "subscriptions/listen";

/** The parts of `subscriptions/listen` that are read here (MCP 2026-07-28, Subscriptions). */
const listening = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.literal(listenMethod),
  params: z.looseObject({
    notifications: z.looseObject({ resourceSubscriptions: z.array(z.string()).optional() }),
  }),
});

/**
 * The prompts whose resources a `subscriptions/listen` request names, with their URIs. Invalid and
 * not normalized URIs are omitted. The result is empty for any other request.
 * @throws HttpRefusal 400 (-32602) for more than may be watched at once
 */
export function promptsListened(body: unknown): ReadonlyMap<string, readonly string[]> {
  const parsed = listening.safeParse(body);
  const asked = parsed.data?.params.notifications.resourceSubscriptions ?? [];
  if (asked.length > mostWatched) {
    throw new HttpRefusal(
      400,
      `Invalid params for ${listenMethod}: ${asked.length} resources are too many to watch at once. Name ${mostWatched} at most, or listen to the list of prompts, which tells of every change.`,
      {},
      rpcCode.invalidParams,
    );
  }
  const prompts = new Map<string, readonly string[]>();
  for (const uri of new Set(asked)) {
    const prompt = promptOf(uri);
    if (prompt !== undefined) prompts.set(prompt, [...(prompts.get(prompt) ?? []), uri]);
  }
  return prompts;
}

function promptOf(uri: string): string | undefined {
  try {
    return promptOfResource(uri);
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/**
 * The notification streams of 2026-07-28 clients. Each has its own handler, because a handler sends
 * its events to all of its streams.
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

  /** @throws HttpRefusal 400 and 429 for too many resources */
  async serve(request: Request, body: unknown, session: Session): Promise<Response> {
    const asked = promptsListened(body);
    const reservation = session.reserveSubscriptions?.();
    try {
      reservation?.resize([...asked.values()].flat().length);
      const uris = await readable(session, asked);
      reservation?.resize(uris.length);
      const handler = this.#handler(session, uris);
      const response = await handler.fetch(request, { parsedBody: withResources(body, uris) });
      return callOnEnd(response, () => {
        this.#open.delete(handler);
        reservation?.release();
      });
    } catch (error) {
      reservation?.release();
      if (!(error instanceof RegistryError)) throw error;
      session.failed?.(error, request);
      return refused(body, error);
    }
  }

  #handler(session: Session, uris: readonly string[]): McpHttpHandler {
    const watched = new WatchedResources();
    for (const uri of uris) watched.add(uri);
    const handler = createMcpHandler(
      () => this.#createServer(session, { era: "modern", lasting: false }),
      {
        legacy: "reject",
        onerror: this.#onerror,
        ...(session.changes ? { bus: eventsOf(session, session.changes, watched) } : {}),
      },
    );
    this.#open.add(handler);
    return handler;
  }

  /** Ends all streams with a message to their clients. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((handler) => handler.close()));
  }
}

/** The resources that the caller may read. Only they are subscribed to, as the response says. */
async function readable(
  { registry, skills }: Session,
  asked: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  if (asked.size === 0) return [];
  const prompts = await fetchPrompts(registry, [...asked.keys()]);
  const uris = prompts.flatMap(({ name }) => asked.get(name) ?? []);
  return skills === "off" ? uris.filter((uri) => !isSkillUri(uri)) : uris;
}

/** MLflow did not say whether the caller may read the resources. */
function refused(body: unknown, { message }: RegistryError): Response {
  const id = listening.safeParse(body).data?.id ?? null;
  const error = { code: ProtocolErrorCode.InternalError, message };
  return Response.json({ jsonrpc: "2.0", id, error });
}

/** The same request for these resources alone. */
function withResources(body: unknown, resourceSubscriptions: readonly string[]): unknown {
  const parsed = listening.safeParse(body);
  if (!parsed.success) return body;
  const { params } = parsed.data;
  const notifications = { ...params.notifications, resourceSubscriptions };
  return { ...parsed.data, params: { ...params, notifications } };
}
