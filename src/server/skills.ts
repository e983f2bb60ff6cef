import type {
  ReadResourceResult,
  Result,
  Server,
  ServerContext,
} from "@modelcontextprotocol/server";
import { executedBy } from "../prompts/hosts.ts";
import type { PromptMemo } from "../prompts/memo.ts";
import type { Session } from "../session/session.ts";
import type { SkillRequest, SkillResults } from "../skills/results.ts";
import { isOffered } from "../tools/offered.ts";
import type { CacheHints } from "./cache-hints.ts";
import type { Era } from "./fast-path.ts";
import { orProtocolError } from "./handler-errors.ts";
import { inFolder, located, paged } from "./parameters.ts";
import { RequestCall } from "./request-call.ts";

/** The capabilities of a server that has MCP's Skills extension (SEP-2640). */
export const skillCapabilities = {
  "io.modelcontextprotocol/skills": { directoryRead: true },
};

/**
 * The handlers of MCP's Skills extension, for all sessions. The SDK's own (`SkillsExtension`) attach to
 * its McpServer alone, which this server is not, and refuse parameters with a schema's JSON.
 */
export class SkillHandlers {
  readonly #memo: PromptMemo;
  readonly #cacheHint: CacheHints["resources/read"];
  #results: SkillResults | undefined;

  constructor(memo: PromptMemo, cacheHints: CacheHints) {
    this.#memo = memo;
    this.#cacheHint = cacheHints["resources/read"];
  }

  /** Registers the handlers of the extension's methods. */
  serve(server: Server, session: Session, era: Era): void {
    // The SDK adds them to the results of the protocol's own methods.
    const cacheFields = era === "modern" ? { ...this.#cacheHint } : {};
    const respond = async (
      context: ServerContext,
      make: (results: SkillResults, request: SkillRequest) => Promise<Result>,
    ) => {
      const call = new RequestCall(server, context);
      const making = make(await this.#load(), toRequest(session, call));
      const result = await orProtocolError(session, context, making);
      return call.marked({ ...result, ...cacheFields });
    };
    server.setRequestHandler("skills/list", paged, ({ cursor }, context) =>
      respond(context, (results, request) => results.list(request, cursor)),
    );
    server.setRequestHandler("skills/get", located, ({ uri }, context) =>
      respond(context, (results, request) => results.get(request, uri)),
    );
    server.setRequestHandler("resources/directory/read", inFolder, ({ uri, cursor }, context) =>
      respond(context, (results, request) => results.readDirectory(request, uri, cursor)),
    );
  }

  /** Reads a `SKILL.md`, for `resources/read`. @throws RegistryError */
  async read(session: Session, uri: string, call: RequestCall): Promise<ReadResourceResult> {
    return (await this.#load()).read(toRequest(session, call), uri);
  }

  /** Imported late: few clients ask for skills. */
  async #load(): Promise<SkillResults> {
    const { SkillResults } = await import("../skills/results.ts");
    this.#results ??= new SkillResults(this.#memo);
    return this.#results;
  }
}

function toRequest(session: Session, options: RequestCall): SkillRequest {
  const canRender = isOffered({ name: "render_prompt", effect: "reads" }, session);
  const executed = executedBy(options.caller.client?.name);
  return { session, options, form: { canRender, executed } };
}
