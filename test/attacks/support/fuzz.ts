import { oneOf } from "../../support/random.ts";

/** What is sent, and whether somebody waits for an answer to it. */
export interface Fuzzed {
  readonly text: string;
  /** Of a request that is one, whatever its method and parameters are. */
  readonly id: string | undefined;
}

/** Not among them: what ends no request but by a stream, and what takes another one's answer away. */
const methods = [
  "prompts/list",
  "prompts/get",
  "resources/list",
  "resources/read",
  "resources/templates/list",
  "resources/unsubscribe",
  "resources/directory/read",
  "skills/list",
  "skills/get",
  "completion/complete",
  "tools/list",
  "tools/call",
  "server/discover",
  "logging/setLevel",
  "ping",
  "no/such/method",
  "",
  "__proto__",
];

const tools = [
  "list_prompts",
  "load_prompt",
  "render_prompt",
  "list_prompt_versions",
  "compare_prompt_versions",
  "register_prompt",
  "edit_prompt",
  "restore_prompt_version",
  "set_prompt_alias",
  "delete_prompt_alias",
  "update_prompt",
  "copy_prompt",
  "delete_prompt_version",
  "delete_prompt",
  "describe_registry",
  "no_such_tool",
];

const keys = [
  ...["name", "arguments", "uri", "cursor", "ref", "argument", "version", "alias", "template"],
  ...["messages", "tags", "confirm", "variables", "limit", "_meta", "__proto__", "constructor"],
];

const texts = [
  ...["", "fuzzed", "fuzzed-2", "brainstorm", "brainstorm@latest", "prompts:/brainstorm/1...2"],
  ...["skill://prompts", "skill://prompts/brainstorm/SKILL.md", "skill://%", "skill:"],
  ...["prompts:/{name}", "../../etc/passwd", "\u0000", "\ud800", "\u202e", "💥".repeat(50)],
  ...["{{ a }}", "{% for x in y %}", "{% if 1 %}{{ a.b.c }}{% endif %}", "{{#a}}{{/b}}"],
  ...["'; DROP TABLE model_versions; --", "%", "a".repeat(5_000), "1e999", "ref/prompt"],
];

/** A message that may be anything; `number` makes its id the only one of its kind. */
export function fuzzed(number: number, random: () => number): Fuzzed {
  if (random() < 0.25) return { text: broken(number, random), id: undefined };
  const id = `fuzz-${number}`;
  const method = oneOf(methods, random);
  const params = paramsOf(method, random);
  const message = { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
  return { text: JSON.stringify(message), id };
}

function paramsOf(method: string, random: () => number): unknown {
  if (random() < 0.1) return undefined;
  const params = objectOf(random, 3);
  if (method !== "tools/call" || random() < 0.1) return params;
  return { name: oneOf(tools, random), arguments: { name: oneOf(texts, random), ...params } };
}

function objectOf(random: () => number, depth: number): Record<string, unknown> {
  const count = Math.floor(random() * 5);
  const entries = Array.from({ length: count }, () => [
    oneOf(random() < 0.7 ? keys : texts, random),
    anyValue(random, depth - 1),
  ]);
  return Object.fromEntries(entries);
}

function anyValue(random: () => number, depth: number): unknown {
  const dice = random();
  if (dice < 0.45) return oneOf(texts, random);
  if (dice < 0.6) return oneOf([0, -1, 1, 2, 1.5, 1e308, Number.MAX_SAFE_INTEGER], random);
  if (dice < 0.7) return oneOf([null, true, false], random);
  if (depth <= 0) return {};
  if (dice < 0.8) return Array.from({ length: 3 }, () => anyValue(random, depth - 1));
  return objectOf(random, depth);
}

/** A line that is no request: cut, garbled, or without what makes one. */
function broken(number: number, random: () => number): string {
  const id = oneOf<unknown>([null, {}, [], 1.5, true, number], random);
  const whole = JSON.stringify({ jsonrpc: "2.0", id, method: "prompts/list" });
  const at = Math.floor(random() * whole.length);
  const kinds = [
    () => whole.slice(0, at),
    () => `${whole.slice(0, at)}${oneOf(texts, random).replaceAll("\n", "")}${whole.slice(at)}`,
    () => JSON.stringify({ jsonrpc: "1.0", id, method: "ping" }),
    () => JSON.stringify({ id, ...objectOf(random, 2) }),
    () => JSON.stringify(anyValue(random, 3)),
    () => JSON.stringify({ jsonrpc: "2.0", method: oneOf(methods, random) }),
    () => "[".repeat(Math.floor(random() * 3_000)),
    () => `{"a":${"[".repeat(1_000)}${"]".repeat(1_000)}}`,
  ];
  return oneOf(kinds, random)();
}
