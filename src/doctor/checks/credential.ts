import * as z from "zod";
import type { CredentialConfig } from "../../config/registry-config.ts";
import type { MlflowApi } from "../../mlflow/api.ts";
import { valueOrThrow } from "../../mlflow/errors/refusal.ts";
import { promptsWhere } from "../../mlflow/reads/filter.ts";
import { RegistryError } from "../../registry/errors.ts";
import { type Check, type Finding, ok, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

/** Whether MLflow accepts the credential, and whether it asks for one at all. */
export function credentialCheck(target: MlflowTarget): Check {
  return { name: "credential", run: (signal) => checkCredential(target, signal) };
}

async function checkCredential(
  { config: { credential }, plain, anonymous }: MlflowTarget,
  signal: AbortSignal,
): Promise<Finding> {
  await readOnePrompt(plain, signal);
  if (credential === undefined) return ok("MLflow asks for no credential.");
  const kind = credential.kind === "basic" ? "user name and password" : "token";
  if (await isOpen(anonymous, signal)) {
    return warning(
      `MLflow answers without the ${kind} as well: it checks none.`,
      "If others can reach MLflow, turn its authentication on.",
    );
  }
  const user = await plain.fetchUserName(nameOf(credential), { signal });
  return ok(`MLflow accepts the ${kind}${user === undefined ? "" : ` of ${user}`}.`);
}

/**
 * A search for one prompt.
 * @throws RegistryError `unauthenticated` or `forbidden`
 */
export async function readOnePrompt(api: MlflowApi, signal: AbortSignal): Promise<void> {
  const query = { filter: promptsWhere([]).text, max_results: "1" };
  valueOrThrow(await api.get("/registered-models/search", query, z.object({}), { signal }));
}

async function isOpen(anonymous: MlflowApi, signal: AbortSignal): Promise<boolean> {
  try {
    await readOnePrompt(anonymous, signal);
    return true;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}

function nameOf(credential: CredentialConfig): string | undefined {
  return credential.kind === "basic" ? credential.username : undefined;
}
