import * as z from "zod";
import { plainJsonOrUndefined } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Authorization } from "./http/credential.ts";
import type { Transport } from "./http/transport.ts";

const userResponse = z.object({ user: z.object({ username: z.string().min(1).max(255) }) });

/**
 * The caller's user name in MLflow's own authentication. `users/current` reports it (3.17). Older
 * releases confirm a claimed name: `users/get` returns it only to that user and to administrators
 * (since 3.8). Undefined where MLflow has no users, for example behind a proxy that signs users in.
 * @throws RegistryError when MLflow does not answer
 */
export async function fetchUserName(
  transport: Transport,
  authorization: Authorization | undefined,
  claimed: string | undefined,
  options: CallOptions = {},
): Promise<string | undefined> {
  const request = async (path: string, query: Readonly<Record<string, string>> = {}) => {
    const call = { method: "GET", path: `/api/2.0/mlflow/users/${path}`, query } as const;
    return await transport.send({ ...call, authorization, signal: options.signal });
  };
  const current = await request("current");
  if (current.status !== 404 || claimed === undefined) return parseUserName(current);
  const confirmed = parseUserName(await request("get", { username: claimed }));
  return confirmed === claimed ? confirmed : undefined;
}

function parseUserName({ status, text }: { readonly status: number; readonly text: string }) {
  if (status !== 200) return undefined;
  // What is no response of MLflow's user API confirms no name.
  return userResponse.safeParse(plainJsonOrUndefined(text)).data?.user.username;
}
