import * as z from "zod";
import { RegistryError } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { unauthenticated, valueOrThrow } from "./errors/refusal.ts";
import { readAnswer } from "./http/answer.ts";
import type { Authorization } from "./http/credential.ts";
import type { HttpCall } from "./http/http-call.ts";
import type { Transport } from "./http/transport.ts";

const serverInfo = z.object({ workspaces_enabled: z.boolean().default(false) });

/**
 * Whether workspaces are enabled on the server. The request has no workspace header: a server of
 * 3.10+ without workspaces answers 500 to every request with that header, and 3.8 ignores it.
 * Releases before 3.10 do not have the endpoint.
 */
export async function supportsWorkspaces(
  transport: Transport,
  authorization: Authorization | undefined,
  options: CallOptions = {},
): Promise<boolean> {
  const call: HttpCall = {
    method: "GET",
    path: "/api/3.0/mlflow/server-info",
    authorization,
    signal: options.signal,
  };
  const answer = await transport.send(call);
  if (answer.status === 404) return false;
  return valueOrThrow(readAnswer(answer, call, serverInfo, transport.name)).workspaces_enabled;
}

const workspaceList = z.object({ workspaces: z.array(z.object({ name: z.string() })).default([]) });

/**
 * The workspaces that the credential can see, on a server with workspaces. Undefined when MLflow does
 * not report them. (MLflow 3.17 forbids `GET .../workspaces/{name}` to all but administrators.)
 */
export async function listVisibleWorkspaces(
  transport: Transport,
  authorization: Authorization | undefined,
  options: CallOptions = {},
): Promise<readonly string[] | undefined> {
  const call: HttpCall = {
    method: "GET",
    path: "/api/3.0/mlflow/workspaces",
    authorization,
    signal: options.signal,
  };
  const response = await transport.send(call);
  if (response.status === 404) return undefined;
  const answer = readAnswer(response, call, workspaceList, transport.name);
  return answer.ok ? answer.value.workspaces.map(({ name }) => name) : undefined;
}

/**
 * The MLflow release from `GET /version`, such as "3.17.2". Undefined when the response has none.
 * @throws RegistryError `unauthenticated`: under basic auth only users can read it
 */
export async function fetchRelease(
  transport: Transport,
  authorization: Authorization | undefined,
  options: CallOptions = {},
): Promise<string | undefined> {
  const call: HttpCall = {
    method: "GET",
    path: "/version",
    authorization,
    signal: options.signal,
  };
  const { status, text } = await transport.send(call);
  if (status === 401) throw unauthenticated(call, transport.name);
  return status === 200 ? /^"?(\d+\.\d[\w.+-]*)"?$/.exec(text.trim())?.[1] : undefined;
}

/**
 * Checks `GET /health`, which needs no credential under basic auth. The request is not queued behind
 * the concurrency limit. Resolves with the response's Date header.
 * @throws RegistryError `unavailable` when the status is not 2xx
 */
export async function ping(
  transport: Transport,
  { signal }: CallOptions = {},
): Promise<string | undefined> {
  const call: HttpCall = { method: "GET", path: "/health", urgent: true, signal };
  const { status, date } = await transport.send(call);
  if (status >= 200 && status < 300) return date;
  throw new RegistryError(
    "unavailable",
    `${transport.name.request(call)} was answered with status ${status}: MLflow is not ready. Check the log of the MLflow server and of any proxy in front of it.`,
  );
}
