import * as z from "zod";
import { resultOf } from "./answers.ts";
import { promptName } from "./prompts.ts";
import { type Extent, longTemplate, manyVersions } from "./scale-files.ts";
import type { StdioServer } from "./stdio-server.ts";

/** An operation on a registry, large or small. */
export interface Operation {
  readonly id: string;
  readonly what: (extent: Extent) => string;
  /** How many times as much a ten times larger registry returns, or reads. */
  readonly times: 1 | 10;
  readonly run: (server: StdioServer, extent: Extent) => Promise<void>;
}

export const operations: readonly Operation[] = [
  {
    id: "list",
    what: ({ prompts }) => `list all of ${prompts} prompts`,
    times: 10,
    run: listAll,
  },
  {
    id: "search",
    what: ({ prompts }) => `find one of ${prompts} prompts by a word`,
    times: 10,
    run: findOne,
  },
  {
    id: "history",
    what: ({ versions }) => `history of ${versions} versions`,
    times: 10,
    run: readHistory,
  },
  {
    id: "versions-page",
    what: ({ versions }) => `the newest 100 of ${versions} versions`,
    times: 1,
    run: listVersions,
  },
  {
    id: "register",
    what: ({ versions }) => `register a version after ${versions}`,
    times: 1,
    run: register,
  },
  {
    id: "long-template",
    what: ({ characters }) => `get of ${characters} characters`,
    times: 10,
    run: getLongTemplate,
  },
];

const page = z.object({ prompts: z.array(z.unknown()), nextCursor: z.string().optional() });

async function listAll(server: StdioServer, { prompts }: Extent): Promise<void> {
  let listed = 0;
  let cursor: string | undefined;
  do {
    const params = cursor === undefined ? {} : { cursor };
    const answer = page.parse(await result(server, "prompts/list", params));
    listed += answer.prompts.length;
    cursor = answer.nextCursor;
  } while (cursor !== undefined);
  expectCount(listed, prompts, "prompts are listed");
}

const promptsOf = z.object({ prompts: z.array(z.unknown()) });

/** Finds the last ordinary prompt by its number, which no other prompt contains. */
async function findOne(server: StdioServer, { prompts }: Extent): Promise<void> {
  const query = promptName(prompts - 3).slice(-4);
  const { prompts: found } = promptsOf.parse(await tool(server, "list_prompts", { query }));
  expectCount(found.length, 1, "prompts are found");
}

const history = z.object({ contents: z.tuple([z.object({ text: z.string() })]) });
const versionsOf = z.object({ versions: z.array(z.unknown()) });

async function readHistory(server: StdioServer, { versions }: Extent): Promise<void> {
  const uri = `prompts:/${manyVersions}`;
  const [{ text }] = history.parse(await result(server, "resources/read", { uri })).contents;
  const read = versionsOf.parse(JSON.parse(text)).versions.length;
  if (read < versions) throw new Error(`The history has ${read} versions instead of ${versions}.`);
}

async function listVersions(server: StdioServer): Promise<void> {
  const answer = await tool(server, "list_prompt_versions", { name: manyVersions });
  expectCount(versionsOf.parse(answer).versions.length, 100, "versions are listed");
}

const versionOf = z.object({ version: z.int() });

/** The newest version that a server has answered with. */
const newest = new WeakMap<StdioServer, number>();

async function register(server: StdioServer): Promise<void> {
  const latest = { name: manyVersions, alias: "latest" };
  const base_version =
    newest.get(server) ?? versionOf.parse(await tool(server, "load_prompt", latest)).version;
  const draft = { name: manyVersions, template: "Say {{ text }}.", base_version, force: true };
  const { version } = versionOf.parse(await tool(server, "register_prompt", draft));
  newest.set(server, version);
}

async function getLongTemplate(server: StdioServer, { characters }: Extent): Promise<void> {
  const answer = await result(server, "prompts/get", { name: longTemplate });
  if (JSON.stringify(answer).length < characters) throw new Error("A template was cut short.");
}

const toolResult = z.object({
  isError: z.boolean().optional(),
  structuredContent: z.unknown(),
  content: z.unknown(),
});

async function tool(server: StdioServer, name: string, args: object): Promise<unknown> {
  const answer = await result(server, "tools/call", { name, arguments: args });
  const { isError, structuredContent, content } = toolResult.parse(answer);
  if (isError) throw new Error(`${name} failed: ${JSON.stringify(content)}`);
  return structuredContent;
}

async function result(server: StdioServer, method: string, params: Record<string, unknown>) {
  return resultOf((await server.request(method, params)).text);
}

function expectCount(count: number, expected: number, what: string): void {
  if (count !== expected) throw new Error(`${count} ${what} instead of ${expected}.`);
}
