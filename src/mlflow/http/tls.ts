import { readFileSync } from "node:fs";
import { RegistryError } from "../../registry/errors.ts";

export interface TlsOptions {
  /** Accepts any certificate. */
  readonly insecure?: boolean;
  /** A PEM file of the certificate authorities to trust, instead of Node's own. */
  readonly caPath?: string;
  /** A PEM file with this client's certificate and its private key. */
  readonly clientCertPath?: string;
}

/** Options of Node's TLS. They follow the meaning of the variables in MLflow's own client. */
export interface TlsConnect {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads the files that the options name.
 * @throws RegistryError `invalid` naming the variable, when a file cannot be read
 */
export function tlsConnect(options: TlsOptions = {}): TlsConnect {
  const { insecure, caPath, clientCertPath } = options;
  const ca = caPath && readPem("MLFLOW_TRACKING_SERVER_CERT_PATH", caPath);
  const own = clientCertPath && readPem("MLFLOW_TRACKING_CLIENT_CERT_PATH", clientCertPath);
  return {
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(ca ? { ca } : {}),
    ...(own ? { cert: own, key: own } : {}),
  };
}

function readPem(variable: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown reason";
    throw new RegistryError(
      "invalid",
      `${variable} names a file that cannot be read (${reason}). It must be a PEM file.`,
      {},
      { cause },
    );
  }
  if (text.includes("-----BEGIN ")) return text;
  throw new RegistryError(
    "invalid",
    `${variable} names ${path}, which contains no PEM block ("-----BEGIN ..."). Convert it to PEM.`,
  );
}
