import * as z from "zod";
import type { MlflowApi } from "../../mlflow/api.ts";
import { isForbidden, refusalError } from "../../mlflow/errors/refusal.ts";
import { listFirst, RegistryError } from "../../registry/errors.ts";
import { type Check, ok, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";
import { readOnePrompt } from "./credential.ts";

/** `GET users/current/permissions` (3.17); releases before it, and servers without users, have none. */
const grants = z.object({
  is_admin: z.boolean().default(false),
  permissions: z.array(z.object({ resource_type: z.string(), permission: z.string() })).default([]),
});

/** What the credential may read and write in the workspace. */
export function permissionsCheck({ api, plain }: MlflowTarget): Check {
  return {
    name: "permissions",
    async run(signal) {
      await readOnePrompt(api, signal);
      const granted = await grantedOf(plain, signal);
      return (await mayCreate(api, signal))
        ? ok(`It may read and register prompts.${granted}`)
        : warning(
            `It may read prompts, and register none.${granted}`,
            "Ask MLflow's administrator for the permission, or serve with --read-only.",
          );
    },
  };
}

/**
 * Whether a registration would be allowed. The request names no prompt, so that MLflow refuses it as
 * incomplete, and creates nothing, where it would not refuse it as forbidden.
 */
async function mayCreate(api: MlflowApi, signal: AbortSignal): Promise<boolean> {
  const answer = await api.post("/registered-models/create", {}, z.object({}), { signal });
  if (answer.ok || answer.refusal.status === 400) return true;
  if (isForbidden(answer.refusal) || answer.refusal.status === 405) return false;
  throw refusalError(answer.refusal);
}

async function grantedOf(api: MlflowApi, signal: AbortSignal): Promise<string> {
  const path = "/api/3.0/mlflow/users/current/permissions";
  const answer = await api.get(path, {}, grants, { signal }).catch((error: unknown) => {
    if (error instanceof RegistryError) return undefined;
    throw error;
  });
  if (!answer?.ok) return "";
  const { is_admin, permissions } = answer.value;
  if (is_admin) return " It is an administrator's.";
  const own = permissions.filter(({ resource_type }) => /prompt|workspace|\*/.test(resource_type));
  const words = new Set(own.map((one) => `${one.permission} on ${one.resource_type}s`));
  return words.size === 0 ? "" : ` Granted: ${listFirst([...words].toSorted(), ", ", 5)}.`;
}
