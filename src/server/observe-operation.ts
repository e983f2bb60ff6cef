import type {
  JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  ProtocolErrorCode,
  Result,
  ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Operation, OperationObserver, OperationOutcome } from "../session/operation.ts";

/** What an observer needs to know of the server that serves a request. */
interface ObservedServer {
  /** The revision that the connection negotiated. */
  readonly negotiated: string | undefined;
  /** The JSON-RPC code as the client gets it. */
  encodeErrorCode(code: number): number;
}

/** Calls the handler of a request. Resolves and rejects as the handler does. */
export type Observe = (
  request: JSONRPCRequest,
  context: ServerContext,
  handle: () => Promise<Result>,
  server: ObservedServer,
) => Promise<Result>;

/** Tells the observer of each request, and how it ended. */
export function observeWith(observer: OperationObserver): Observe {
  return (request, context, handle, server) => {
    const operation = operationOf(request, context, server.negotiated);
    return observed(observer, operation, handle, server);
  };
}

/** Two observers of each request, the first around the second. */
export function observeInTurn(first: Observe, second: Observe): Observe {
  return (request, context, handle, server) =>
    first(request, context, () => second(request, context, handle, server), server);
}

async function observed(
  observer: OperationObserver,
  operation: Operation,
  handle: () => Promise<Result>,
  server: ObservedServer,
): Promise<Result> {
  const begin = performance.now();
  const observing = observer.begin(operation);
  const end = (outcome: Omit<OperationOutcome, "seconds">) =>
    observing.end({ ...outcome, seconds: (performance.now() - begin) / 1_000 });
  try {
    const result = await observing.run(handle);
    const failed = { errorType: "tool_error", ...kindIn(result._meta?.error) };
    end({ result, ...(result.isError === true ? failed : {}) });
    return result;
  } catch (error) {
    const { code, data } = rpcError.parse(error);
    end({ errorType: String(server.encodeErrorCode(code)), ...kindIn(data) });
    throw error;
  }
}

function operationOf(
  { id, method, params }: JSONRPCRequest,
  { mcpReq, sessionId }: ServerContext,
  negotiated: string | undefined,
): Operation {
  const name = params?.name;
  const meta = params?._meta;
  const stated = mcpReq.envelope && envelope.parse(mcpReq.envelope);
  const protocolVersion = stated?.[versionKey] ?? negotiated;
  return {
    method,
    requestId: id,
    ...(method === "tools/call" && typeof name === "string" ? { tool: name } : {}),
    ...(method === "prompts/get" && typeof name === "string" ? { prompt: name } : {}),
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
    ...(sessionId === undefined ? {} : { sessionId }),
    traceparent: meta?.traceparent,
    tracestate: meta?.tracestate,
    arguments: params?.arguments,
  };
}

// Values of the SDK would take its file apart, and a start over stdio would read one file more.
const versionKey: typeof PROTOCOL_VERSION_META_KEY = "io.modelcontextprotocol/protocolVersion";
const internalError: `${ProtocolErrorCode.InternalError}` = "-32603";

/** What a 2026-07-28 request states about itself. */
const envelope = z.object({ [versionKey]: z.string().optional().catch(undefined) });

/** An error as the SDK reads it when it answers with it. */
const rpcError = z
  .object({
    code: z.int().catch(Number(internalError)),
    data: z.unknown().optional(),
  })
  .catch({ code: Number(internalError) });

const withKind = z.object({ kind: z.string() });

/** The kind of a registry error, as `error-answers.ts` writes it. */
function kindIn(error: unknown): { readonly kind?: string } {
  return withKind.safeParse(error).data ?? {};
}
