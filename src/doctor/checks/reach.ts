import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { ping } from "../../mlflow/server-info.ts";
import { RegistryError } from "../../registry/errors.ts";
import { type Check, type Finding, ok, problem, warning } from "../finding.ts";
import type { MlflowTarget } from "../mlflow.ts";

/** Name, connection, TLS and `GET /health`. The other checks of MLflow need this one. */
export function reachCheck(target: MlflowTarget): Check {
  return { name: "registry", run: (signal) => reach(target, signal) };
}

async function reach({ config, anonymous }: MlflowTarget, signal: AbortSignal): Promise<Finding> {
  const addresses = config.proxy ? "" : await addressesOf(config.baseUrl);
  const begin = performance.now();
  try {
    await ping(anonymous.server.transport, { signal });
  } catch (error) {
    const reason = certificateReason(error);
    if (!(error instanceof RegistryError) || reason === undefined) throw error;
    return problem("unreachable", `${error.message} The reason: ${reason}.`);
  }
  const took = Math.round(performance.now() - begin);
  const by = config.proxy ? ` through the proxy of ${config.proxy.variable}` : addresses;
  const answered = `MLflow at ${config.baseUrl}${by} answered in ${took} ms.`;
  if (!config.tls.insecure) return ok(answered);
  return warning(
    `${answered} Its certificate is not checked.`,
    "Unset MLFLOW_TRACKING_INSECURE_TLS, and name the certificate authority's file in MLFLOW_TRACKING_SERVER_CERT_PATH.",
  );
}

/** A name that cannot be resolved is told by the request, with what to do. */
async function addressesOf(baseUrl: string): Promise<string> {
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return "";
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.length === 0 ? "" : ` (${found.map(({ address }) => address).join(", ")})`;
}

/** OpenSSL's own words, such as "certificate has expired". */
function certificateReason(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error) || !/certificate/i.test(cause.message)) return undefined;
  return cause.message;
}
