import * as z from "zod";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Authorization } from "./http/credential.ts";
import type { Transport } from "./http/transport.ts";

const answer = z.object({ user: z.object({ username: z.string().min(1).max(255) }) });

/**
 * By which name MLflow's own authentication knows who calls: what `users/current` says (3.17), and
 * of an older MLflow that `users/get` shows the claimed name, which it does to nobody but its owner
 * and administrators (3.8 on). Undefined where MLflow has no users, as behind a proxy that signs in.
 * @throws RegistryError when MLflow does not answer
 */
export async function fetchUserName(
  transport: Transport,
  authorization: Authorization | undefined,
  claimed: string | undefined,
  options: CallOptions = {},
): Promise<string | undefined> {
  const ask = async (path: string, query: Readonly<Record<string, string>> = {}) => {
    const call = { method: "GET", path: `/api/2.0/mlflow/users/${path}`, query } as const;
    return await transport.send({ ...call, authorization, signal: options.signal });
  };
  const current = await ask("current");
  if (current.status !== 404 || claimed === undefined) return nameIn(current);
  const named = nameIn(await ask("get", { username: claimed }));
  return named === claimed ? named : undefined;
}

function nameIn({ status, text }: { readonly status: number; readonly text: string }) {
  if (status !== 200) return undefined;
  try {
    return answer.parse(JSON.parse(text)).user.username;
  } catch {
    // A page of something else than MLflow, which confirms nothing.
    return undefined;
  }
}
