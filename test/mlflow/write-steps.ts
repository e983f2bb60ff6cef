import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import { type Arrived, type Reply, type Stub, startStub } from "./stub.ts";
import {
  missingModel,
  missingVersion,
  modelReply,
  routes,
  version,
  versionReply,
} from "./wire-data.ts";

/** A connection that breaks instead of an answer. */
export const breaks: Reply = { raw: (response) => response.destroy() };
/** What MLflow answers to a write that gives nothing back, and to a search that finds nothing. */
export const done: Reply = { json: {} };
export const draft = {
  template: { kind: "text", text: "Hello" },
  commitMessage: "First",
  tags: { team: "red" },
} as const;

/** What a search by write id finds when the version arrived. */
export function ownVersion({ query }: Arrived): Reply {
  const id = /mcp\.write_id` = '([0-9a-f-]+)'/.exec(query.filter ?? "")?.[1] ?? "";
  return { json: { model_versions: [version("x", 4, { tags: { "mcp.write_id": id } })] } };
}

type Replies = (Reply | ((request: Arrived) => Reply))[];

/** A step of a write: what is asked before it, and what is found afterwards if it arrived or not. */
export interface Step {
  readonly write: string;
  readonly before?: Readonly<Record<string, Replies>>;
  readonly look: string;
  readonly arrived: Replies;
  readonly missing: Replies;
  /** What the message says that was found. */
  readonly instead: string;
  call(registry: PromptRegistry): Promise<unknown>;
}

export const prompt = modelReply("x", { latest: [version("x", 3)], aliases: { old: 1 } });
const own = modelReply("x", { description: "First", tags: { team: "red" } });

/** Every step of every write. */
export const steps = {
  "creating a prompt": {
    write: routes.createModel,
    look: routes.getModel,
    arrived: [modelReply("x", { description: "D", tags: { a: "b" } })],
    missing: [missingModel("x")],
    instead: 'no prompt named "x"',
    call: (registry: PromptRegistry) =>
      registry.createPrompt("x", { description: "D", tags: { a: "b" } }),
  },
  "creating the prompt of a first version": {
    write: routes.createModel,
    before: { [routes.createVersion]: [versionReply("x", 1)] },
    look: routes.getModel,
    arrived: [missingModel("x"), own],
    missing: [missingModel("x")],
    instead: 'no prompt named "x"',
    call: (registry: PromptRegistry) => registry.registerVersion("x", draft),
  },
  "adding a version": {
    write: routes.createVersion,
    before: { [routes.getModel]: [prompt] },
    look: routes.searchVersions,
    arrived: [ownVersion],
    missing: [done],
    instead: '"x" has no version from this call',
    call: (registry: PromptRegistry) => registry.registerVersion("x", draft, { baseVersion: 3 }),
  },
  "setting an alias": {
    write: routes.setAlias,
    before: { [routes.getVersion]: [versionReply("x", 2)] },
    look: routes.getModel,
    arrived: [modelReply("x", { aliases: { production: 2 } })],
    missing: [modelReply("x", { aliases: { production: 1 } })],
    instead: 'alias "production" of "x" points at version 1',
    call: (registry: PromptRegistry) => registry.setAlias("x", "production", 2),
  },
  "deleting an alias": {
    write: routes.deleteAlias,
    look: routes.getModel,
    arrived: [prompt, modelReply("x")],
    missing: [prompt],
    instead: 'alias "old" of "x" points at version 1',
    call: (registry: PromptRegistry) => registry.deleteAlias("x", "old"),
  },
  "setting a prompt's tag": {
    write: routes.tagModel,
    look: routes.getModel,
    arrived: [modelReply("x"), modelReply("x", { tags: { a: "b" } })],
    missing: [modelReply("x", { tags: { a: "c" } })],
    instead: 'tag "a" is "c"',
    call: (registry: PromptRegistry) => registry.tagPrompt("x", { a: "b" }),
  },
  "deleting a prompt's tag": {
    write: routes.untagModel,
    look: routes.getModel,
    arrived: [modelReply("x", { tags: { a: "b" } }), modelReply("x")],
    missing: [modelReply("x", { tags: { a: "b" } })],
    instead: 'tag "a" is "b"',
    call: (registry: PromptRegistry) => registry.tagPrompt("x", { a: null }),
  },
  "changing a prompt's description": {
    write: routes.updateModel,
    look: routes.getModel,
    arrived: [prompt, modelReply("x", { description: "New" })],
    missing: [prompt],
    instead: 'the description of "x" is ""',
    call: (registry: PromptRegistry) => registry.updatePrompt("x", { description: "New" }),
  },
  "renaming a prompt": {
    write: routes.renameModel,
    look: routes.getModel,
    arrived: [prompt, modelReply("y", { aliases: { old: 1 } })],
    missing: [prompt, missingModel("y")],
    instead: 'the prompt is not named "y"',
    call: (registry: PromptRegistry) => registry.renamePrompt("x", "y"),
  },
  "setting a version's tag": {
    write: routes.tagVersion,
    look: routes.getVersion,
    arrived: [versionReply("x", 2), versionReply("x", 2, { tags: { a: "b" } })],
    missing: [versionReply("x", 2)],
    instead: 'tag "a" does not exist',
    call: (registry: PromptRegistry) => registry.tagVersion("x", 2, { a: "b" }),
  },
  "deleting a version's tag": {
    write: routes.untagVersion,
    look: routes.getVersion,
    arrived: [versionReply("x", 2, { tags: { a: "b" } }), versionReply("x", 2)],
    missing: [versionReply("x", 2, { tags: { a: "b" } })],
    instead: 'tag "a" is "b"',
    call: (registry: PromptRegistry) => registry.tagVersion("x", 2, { a: null }),
  },
  "deleting an alias of a version to be deleted": {
    write: routes.deleteAlias,
    before: {
      [routes.getVersion]: [versionReply("x", 1, { aliases: ["old"] })],
      [routes.deleteVersion]: [done],
    },
    look: routes.getModel,
    arrived: [modelReply("x")],
    missing: [prompt],
    instead: 'alias "old" of "x" points at version 1',
    call: (registry: PromptRegistry) => registry.deleteVersion("x", 1),
  },
  "deleting a version": {
    write: routes.deleteVersion,
    look: routes.getVersion,
    arrived: [versionReply("x", 2), missingVersion("x", 2)],
    missing: [versionReply("x", 2)],
    instead: 'version 2 of "x" still exists',
    call: (registry: PromptRegistry) => registry.deleteVersion("x", 2),
  },
  "deleting a prompt": {
    write: routes.deleteModel,
    look: routes.getModel,
    arrived: [prompt, missingModel("x")],
    missing: [prompt],
    instead: 'prompt "x" still exists',
    call: (registry: PromptRegistry) => registry.deletePrompt("x"),
  },
} satisfies Readonly<Record<string, Step>>;

/** A stub that gives this step this outcome, and shows this to who looks. */
export async function stubFor(step: Step, found: Replies, outcome = breaks): Promise<Stub> {
  const stub = await startStub();
  for (const [route, replies] of Object.entries(step.before ?? {})) stub.on(route, ...replies);
  stub.on(step.write, outcome);
  stub.on(step.look, ...found);
  return stub;
}

/** How often a route was asked for. */
export function times(stub: Stub, wanted: string): number {
  return stub.routes().filter((route) => route === wanted).length;
}
