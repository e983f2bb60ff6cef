import { type Answered, initialize, openSession, post, postModern, rpc } from "./http-service.ts";

/** A way in which callers speak MCP over HTTP. */
export interface Era {
  /** Opens what a caller needs before it asks; resolves with headers for each of its requests. */
  open(url: string, headers: Headers): Promise<Headers>;
  ask(url: string, request: McpRequest, headers: Headers): Promise<Answered>;
  /** Whether `resources/subscribe` is known. */
  readonly subscribes: boolean;
}

type Headers = Readonly<Record<string, string>>;

export interface McpRequest {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const oneByOne: Era["ask"] = (url, { method, params }, headers) =>
  post(url, rpc(method, params), headers);

const needsNothing: Era["open"] = async () => ({});

export const eras = {
  "a session of 2025-11-25": { open: openSession, ask: oneByOne, subscribes: true },
  "2025-11-25 without a session": { open: needsNothing, ask: oneByOne, subscribes: false },
  "2026-07-28": {
    open: needsNothing,
    ask: (url, { method, params }, headers) => postModern(url, method, params, headers),
    subscribes: false,
  },
} as const satisfies Record<string, Era>;

/** Requests that show all prompts there are. */
export const listings: Readonly<Record<string, McpRequest>> = {
  "prompts/list": { method: "prompts/list" },
  "resources/list": { method: "resources/list" },
  "completion of a name": completion("prompts:/{name}", "name"),
};

/** Requests that show one prompt of `plantPrompt`. */
export function requestsFor(name: string): Readonly<Record<string, McpRequest>> {
  const get = (reference: string): McpRequest => ({
    method: "prompts/get",
    params: { name: reference, arguments: { who: "Ada" } },
  });
  const read = (uri: string): McpRequest => ({ method: "resources/read", params: { uri } });
  return {
    "prompts/get by name": get(name),
    "prompts/get of a version": get(`${name}/1`),
    "prompts/get of an alias": get(`${name}@production`),
    "prompts/get of a URI": get(`prompts:/${name}/1`),
    "prompts/get of a URI with an alias": get(`prompts:/${name}@production`),
    "resources/read of a history": read(`prompts:/${name}`),
    "resources/read of a version": read(`prompts:/${name}/1`),
    "resources/read of an alias": read(`prompts:/${name}@production`),
    "resources/read of the newest": read(`prompts:/${name}@latest`),
    "resources/read of a difference": read(`prompts:/${name}/1...2`),
    "completion of an argument": {
      method: "completion/complete",
      params: { ref: { type: "ref/prompt", name }, argument: { name: "tone", value: "" } },
    },
    "completion of an alias": completion("prompts:/{name}@{alias}", "alias", { name }),
  };
}

/** Requests that are about one prompt and show nothing of it, in this era. */
export function silentRequestsFor(name: string, era: Era): Readonly<Record<string, McpRequest>> {
  const subscribe = { method: "resources/subscribe", params: { uri: `prompts:/${name}` } };
  return {
    "completion of a version": completion("prompts:/{name}/{version}", "version", { name }),
    ...(era.subscribes ? { "resources/subscribe": subscribe } : {}),
  };
}

/** What every caller may ask who is let in. */
export const openRequests: Readonly<Record<string, McpRequest>> = {
  "tools/list": { method: "tools/list" },
  "resources/templates/list": { method: "resources/templates/list" },
};

/** What else a caller may try who is not. */
export function knocksFor(name: string): Readonly<Record<string, McpRequest>> {
  const uri = `prompts:/${name}`;
  return {
    initialize: { method: "initialize", params: initialize().params },
    "server/discover": { method: "server/discover" },
    ping: { method: "ping" },
    "resources/subscribe": { method: "resources/subscribe", params: { uri } },
    "resources/unsubscribe": { method: "resources/unsubscribe", params: { uri } },
    "subscriptions/listen": {
      method: "subscriptions/listen",
      params: { notifications: { promptsListChanged: true, resourceSubscriptions: [uri] } },
    },
  };
}

/** A call of the tool that shows all prompts there are. */
export const listingTool = calls({ list_prompts: {} });

/** A call of each tool that shows one prompt of `plantPrompt`. */
export function readingTools(name: string): Readonly<Record<string, McpRequest>> {
  return calls({
    load_prompt: { name, alias: "production" },
    render_prompt: { name, variables: { who: "Ada", tone: "calm" } },
    list_prompt_versions: { name },
    compare_prompt_versions: { name, from_version: 1 },
  });
}

/** A call that finds nothing in a prompt of `plantPrompt`, and one of each tool that only the view uses for it. */
export function quietTools(name: string): Readonly<Record<string, McpRequest>> {
  return calls({
    suggest_improvements: { name },
    prompt_discussion: { name, version: 1 },
    prompt_usage: { name },
    list_examples: { name, version: 1 },
    comment_on_prompt: { name, version: 1, text: "Mine now" },
    review_prompt: { name, version: 1, action: "request" },
  });
}

/**
 * A call of each tool that writes. In their order all succeed on a prompt that is not there, and
 * leave none.
 * @param newest the newest version of a prompt that is there
 */
export function writingTools(name: string, newest = 0): Readonly<Record<string, McpRequest>> {
  return calls({
    register_prompt: { name, template: "Mine now, {{ who }}", base_version: newest },
    edit_prompt: {
      name,
      base_version: Math.max(newest, 1),
      edits: [{ old_text: "{{ who }}", new_text: "{{ who }}!" }],
    },
    restore_prompt_version: { name, version: 1 },
    set_prompt_alias: { name, alias: "candidate", version: 1 },
    delete_prompt_alias: { name, alias: "candidate", confirm: name },
    update_prompt: { name, tags: { touched: "yes" } },
    delete_prompt_version: { name, version: 1, confirm: name },
    delete_prompt: { name, confirm: name },
  });
}

/** A call of the tool that copies a prompt. Whoever may read the prompt may copy it, under a new name. */
export function copyingTool(name: string): Readonly<Record<string, McpRequest>> {
  return calls({ copy_prompt: { name, new_name: `copy-${crypto.randomUUID()}` } });
}

/** A call of each tool that shows nothing of a prompt by itself. */
export const otherTools = calls({ describe_registry: {}, open_prompt: {} });

/** Those of the requests that have these names. */
export function pick(
  requests: Readonly<Record<string, McpRequest>>,
  ...names: readonly string[]
): Readonly<Record<string, McpRequest>> {
  return Object.fromEntries(Object.entries(requests).filter(([name]) => names.includes(name)));
}

function calls(tools: Readonly<Record<string, object>>): Readonly<Record<string, McpRequest>> {
  return Object.fromEntries(
    Object.entries(tools).map(([name, args]) => [
      name,
      { method: "tools/call", params: { name, arguments: args } },
    ]),
  );
}

function completion(uri: string, variable: string, filledIn = {}): McpRequest {
  return {
    method: "completion/complete",
    params: {
      ref: { type: "ref/resource", uri },
      argument: { name: variable, value: "" },
      context: { arguments: filledIn },
    },
  };
}
