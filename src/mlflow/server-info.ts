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
 * Whether the server has workspaces. Asked without the workspace header: a server of 3.10+ without
 * workspaces answers 500 to every request that has it, and 3.8 ignores it. Releases before 3.10 do
 * not know the endpoint.
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
 * The workspaces that the credential may see, of a server that has some. Undefined when that is not
 * told. (MLflow 3.17 forbids `GET .../workspaces/{name}` to everybody but administrators.)
 */
export async function listVisibleWorkspaces(
  transport: Transport,
  authorization: Authorization,
  options: CallOptions = {},
): Promise<readonly string[] | undefined> {
  const call: HttpCall = {
    method: "GET",
    path: "/api/3.0/mlflow/workspaces",
    authorization,
    signal: options.signal,
  };
  const sent = await transport.send(call);
  if (sent.status === 404) return undefined;
  const answer = readAnswer(sent, call, workspaceList, transport.name);
  return answer.ok ? answer.value.workspaces.map(({ name }) => name) : undefined;
}

/**
 * The MLflow release, as `GET /version` tells it: a text. Undefined when it is not told.
 * @throws RegistryError `unauthenticated`: basic auth tells it to users alone
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
 * Whether MLflow is ready, as its `GET /health` says, which is open under basic auth. However busy
 * this server is, the question does not wait.
 * @throws RegistryError `unavailable` when it does not answer 2xx
 */
export async function ping(transport: Transport, { signal }: CallOptions = {}): Promise<void> {
  const call: HttpCall = { method: "GET", path: "/health", urgent: true, signal };
  const { status } = await transport.send(call);
  if (status >= 200 && status < 300) return;
  throw new RegistryError(
    "unavailable",
    `${transport.name.request(call)} was answered with status ${status}: MLflow is not ready. Look into its log, and at what stands before it.`,
  );
}
