import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { onTestFinished } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { PromptMemo } from "../../src/prompts/memo.ts";
import { CheckedRegistry } from "../../src/registry/checked-registry.ts";
import type { EvaluationStore } from "../../src/registry/evaluation/evaluation-store.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { PromptTrace } from "../../src/registry/traces.ts";
import { cacheHints } from "../../src/server/cache-hints.ts";
import { createServerFactory } from "../../src/server/server.ts";
import type { Session } from "../../src/session/session.ts";
import { templates } from "./templates.ts";

/** Keeps what is to be done when the test, or whatever the thing is for, has ended. */
export type OnEnd = (end: () => void | Promise<void>) => void;

/** An empty embedded registry, behind the checks that callers get, in a folder of its own, gone when the test is. */
export function emptyRegistry(onEnd?: OnEnd): PromptRegistry {
  return emptyFile(onEnd).registry;
}

/** The same, with the path of its file. */
export function emptyFile(onEnd: OnEnd = onTestFinished): {
  readonly path: string;
  readonly registry: PromptRegistry;
  readonly evaluations: EvaluationStore;
  /** Stores a trace outside of evaluations. */
  readonly storeTrace: (trace: PromptTrace) => Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), "registry-"));
  const path = join(folder, "registry.db");
  const file = createEmbeddedFile({ path, samples: false });
  onEnd(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });
  return {
    path,
    registry: new CheckedRegistry(file.registry({})),
    evaluations: file.evaluations({}),
    storeTrace: (trace) => file.storeTrace({}, trace),
  };
}

/** The policy of a session for which nothing is configured. */
export function sessionOf(registry: PromptRegistry, policy: Partial<Session> = {}): Session {
  return {
    registry,
    templates,
    serve: ["production", "latest"],
    readOnly: false,
    tools: [],
    protectedAliases: ["production"],
    writableAliases: [],
    promotionGates: [],
    strictContent: false,
    skills: "tagged",
    view: true,
    rendering: {},
    ...policy,
  };
}

/** What a person answers when a client asks them; what is asked is kept. */
export interface Asked {
  readonly questions: string[];
  readonly answer: () =>
    | { readonly action: "accept"; readonly content: Record<string, string | boolean> }
    | { readonly action: "decline" | "cancel" };
}

/** A real client connected to a server over the session, in this process. */
export async function connect(
  session: Session,
  asked?: Asked,
  clientName = "test",
  onEnd: OnEnd = onTestFinished,
): Promise<Client> {
  const create = createServerFactory({
    memo: new PromptMemo(),
    cacheHints: cacheHints(1_000, session.readOnly),
  });
  const handler = createMcpHandler(({ era }) => create(session, { era, lasting: false }));
  const transport = new StreamableHTTPClientTransport(new URL("http://server.test/mcp"), {
    fetch: (url, init) => handler.fetch(new Request(url, init)),
  });
  const client = new Client(
    { name: clientName, version: "1.0.0" },
    {
      versionNegotiation: { mode: "auto" },
      capabilities: asked ? { elicitation: {} } : {},
    },
  );
  if (asked) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      asked.questions.push(params.message);
      return asked.answer();
    });
  }
  await client.connect(transport);
  onEnd(async () => {
    await client.close();
    await handler.close();
  });
  return client;
}

/** A text draft, for tests that care little about it. */
export function text(template: string, tags: Readonly<Record<string, string>> = {}) {
  return { template: { kind: "text", text: template } as const, tags };
}
