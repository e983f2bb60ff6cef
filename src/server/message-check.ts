import {
  CLIENT_INFO_META_KEY,
  type JSONRPCMessage,
  ProtocolErrorCode,
  type RequestId,
  type StandardSchemaV1Sync,
  specTypeSchemas,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import {
  findExceededLimit,
  isShallow,
  maxDepth,
  maxNameLength,
} from "../registry/text/value-size.ts";

/**
 * Length limits for the parts of a message, in UTF-16 units. Names are stored, or are keys of what is
 * stored, so they are checked first. Arguments and responses to elicitations name nothing, and are
 * limited only by the length of a message.
 */
export const messageLimits = {
  /** A request's id, a progress token. */
  id: 1_024,
  /** A client's name, a client's version, a method. */
  name: 256,
  /** Any other text: the name of a prompt or a tool, a URI, a cursor, what is to be completed. */
  text: maxNameLength,
  /** All texts of `_meta`, and all that `initialize` says. */
  meta: 32_768,
  /** All texts of the parameters: the URIs of a subscription, above all. */
  params: 262_144,
} as const;

/** Why a message is refused, for its sender. */
export interface MessageRefusal {
  readonly code: number;
  /** One sentence. */
  readonly message: string;
  /** null: the id could not be read. undefined: the message expects no response. */
  readonly id: RequestId | null | undefined;
}

export type CheckedMessage =
  | { readonly message: JSONRPCMessage; readonly refusal?: never }
  | { readonly refusal: MessageRefusal; readonly message?: never };

const token = z.union(
  [z.string().max(messageLimits.id, longerThan(messageLimits.id)), z.int()],
  "must be a text or a whole number",
);
const jsonrpc = z.literal("2.0", 'must be "2.0"');
const method = z.string("must be a text").max(messageLimits.name, longerThan(messageLimits.name));
const meta = z.looseObject({ progressToken: token.optional() }, "must be an object");
const params = z.looseObject({ _meta: meta.optional() }, "must be an object").optional();

/** JSON-RPC 2.0 as MCP has it (2025-11-25, Base Protocol): an id is never null, parameters are named. */
const request = z.strictObject({ jsonrpc, id: token, method, params });
const notification = z.strictObject({ jsonrpc, method, params });
const answer = z.union([
  z.strictObject({ jsonrpc, id: token, result: z.looseObject({}) }),
  z.strictObject({
    jsonrpc,
    id: token.optional(),
    error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
  }),
]);

/** Parameters without a length limit of their own, because they name nothing. */
const unmeasured: ReadonlySet<string> = new Set(["arguments", "inputResponses"]);

/** Methods whose parameters the SDK checks before any handler, and refuses with its schema's JSON. */
const checkedBySdk = new Map<string, StandardSchemaV1Sync>([
  ["initialize", specTypeSchemas.InitializeRequestParams],
  ["tools/call", specTypeSchemas.CallToolRequestParams],
]);

/**
 * Checks a parsed message before the SDK sees it and before anything is stored. The message must be
 * JSON-RPC 2.0, and no part of it may be too long or nested too deep. Parameters that the SDK would
 * refuse with its schema's JSON are refused here with a sentence. The handler of the method checks
 * the rest.
 */
export function checkMessage(json: unknown): CheckedMessage {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return invalidRequest(null, "a message is one JSON object");
  }
  const id = "id" in json ? idOf(json.id) : undefined;
  if (!("method" in json)) return checkedAnswer(json, id);
  const parsed = "id" in json ? request.safeParse(json) : notification.safeParse(json);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const isAboutParams = issues.every(({ path }) => path[0] === "params");
    return isAboutParams
      ? invalidParams(id, "Invalid params", sentenceOf(issues))
      : invalidRequest(id, sentenceOf(issues));
  }
  const { data } = parsed;
  const problem = problemOf(data.method, data.params ?? {});
  if (problem === undefined) return { message: data };
  return invalidParams(id, `Invalid params for ${data.method}`, problem);
}

/** An invalid response gets no error: its id is one of this server's, and a request of the client may have the same. */
function checkedAnswer(json: object, id: RequestId | null | undefined): CheckedMessage {
  const parsed = answer.safeParse(json);
  if (parsed.success) return { message: parsed.data };
  if ("result" in json || "error" in json) {
    return invalidRequest(undefined, "a result or an error that is none");
  }
  return invalidRequest(id ?? null, "it has no method");
}

function problemOf(method: string, params: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, value] of Object.entries(params)) {
    const problem = unmeasured.has(key) ? undefined : problemOfLength(key, value);
    if (problem) return problem;
  }
  if (!isShallow(params.inputResponses)) return "inputResponses: nested too deep";
  const { meta, name } = messageLimits;
  if (
    method === "initialize" &&
    findExceededLimit(params, { depth: maxDepth, text: meta, all: meta })
  ) {
    return `more than ${meta} characters in all`;
  }
  const client = method === "initialize" ? params.clientInfo : clientInMeta(params._meta);
  if (!isNamedShortly(client))
    return `clientInfo: a name or version of more than ${name} characters`;
  return problemForSdk(method, params);
}

function problemOfLength(key: string, value: unknown): string | undefined {
  const { text, meta, params } = messageLimits;
  const all = key === "_meta" ? meta : params;
  switch (findExceededLimit(value, { depth: maxDepth, text, all })) {
    case "depth":
      return `${shown(key)}: nested too deep, more than ${maxDepth} levels`;
    case "text":
      return `${shown(key)}: a text of more than ${text} characters`;
    case "all":
      return `${shown(key)}: more than ${all} characters in all`;
    default:
      return undefined;
  }
}

/** The handlers of all other methods check their parameters. */
function problemForSdk(method: string, params: object): string | undefined {
  const schema = checkedBySdk.get(method);
  const checked = schema?.["~standard"].validate(params);
  return checked?.issues && sentenceOf(checked.issues);
}

function clientInMeta(meta: unknown): unknown {
  const isObject = typeof meta === "object" && meta !== null;
  return isObject && CLIENT_INFO_META_KEY in meta ? meta[CLIENT_INFO_META_KEY] : undefined;
}

/** The SDK checks the rest. */
function isNamedShortly(client: unknown): boolean {
  if (typeof client !== "object" || client === null) return true;
  const said = ["name" in client && client.name, "version" in client && client.version];
  return said.every((one) => typeof one !== "string" || one.length <= messageLimits.name);
}

/** The id with which the sender can match the error to its message (JSON-RPC 2.0, 5). */
function idOf(id: unknown): RequestId | null {
  const parsed = token.safeParse(id);
  return parsed.success ? parsed.data : null;
}

function invalidRequest(id: MessageRefusal["id"], problem: string): CheckedMessage {
  const message = `Invalid request: ${problem}.`;
  return { refusal: { id, code: ProtocolErrorCode.InvalidRequest, message } };
}

function invalidParams(id: MessageRefusal["id"], what: string, problem: string): CheckedMessage {
  const message = `${what}: ${problem}.`;
  return { refusal: { id, code: ProtocolErrorCode.InvalidParams, message } };
}

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** The first issue. It is cut, because it can contain text of the caller. */
function sentenceOf([issue]: readonly Issue[]): string {
  if (issue === undefined) return "something is wrong";
  const path = (issue.path ?? []).filter((step) => step !== "params").join(".");
  return shown(path === "" ? issue.message : `${path}: ${issue.message}`);
}

function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

function longerThan(length: number): string {
  return `has more than ${length} characters`;
}
