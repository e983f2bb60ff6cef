import { RegistryError } from "../registry/errors.ts";

/** How a caller signs in to MLflow: its own basic auth, or a token a proxy before it checks. */
export type Credential =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string };

/**
 * The Authorization header's value. Basic is UTF-8 (RFC 7617), as MLflow's server decodes it.
 * @throws RegistryError `unauthenticated` when the credential cannot be put into a header
 */
export function authorizationHeader(credential: Credential): string {
  if (credential.kind === "basic") {
    if (credential.username.includes(":")) {
      throw unusable('The MLflow user name holds a ":", which basic authentication cannot carry.');
    }
    const pair = `${credential.username}:${credential.password}`;
    return `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;
  }
  if (!/^[\x21-\x7e]+$/.test(credential.token)) {
    throw unusable(
      "The MLflow token is empty or holds white space or characters outside ASCII. Check MLFLOW_TRACKING_TOKEN for a line break or quotes around it.",
    );
  }
  return `Bearer ${credential.token}`;
}

function unusable(message: string): RegistryError {
  return new RegistryError("unauthenticated", message);
}
