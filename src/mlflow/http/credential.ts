import { RegistryError } from "../../registry/errors.ts";

/**
 * How requests authenticate to MLflow: with the configured user name and password or token, or with
 * the caller's own Authorization header, forwarded unchanged.
 */
export type Credential =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "header"; readonly value: string };

/** A credential as an HTTP header. */
export interface Authorization {
  /** The Authorization header. */
  readonly value: string;
  /** Who can correct the credential, the operator or the caller: error messages depend on it. */
  readonly kind: Credential["kind"];
  /** See `View`. */
  readonly unverified?: boolean;
}

/**
 * Encodes basic credentials as UTF-8 (RFC 7617), which MLflow's server decodes.
 * @throws RegistryError `unauthenticated` when the credential cannot be put into a header
 */
export function authorizationOf(credential: Credential): Authorization {
  return { kind: credential.kind, value: headerOf(credential) };
}

function headerOf(credential: Credential): string {
  switch (credential.kind) {
    case "basic":
      return basicHeader(credential.username, credential.password);
    case "bearer":
      return bearerHeader(credential.token);
    case "header":
      return callersHeader(credential.value);
  }
}

function basicHeader(username: string, password: string): string {
  if (username.includes(":")) {
    throw unusable(
      'The MLflow user name contains a ":", which basic authentication does not allow. Use a user name without it.',
    );
  }
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function bearerHeader(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw unusable(
    "The MLflow token is empty or contains white space or non-ASCII characters. Check MLFLOW_TRACKING_TOKEN for a line break or quotes around it.",
  );
}

function callersHeader(value: string): string {
  if (/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value)) return value;
  throw unusable(
    'The credential is empty or contains characters that are invalid in a header. Check the Authorization header you send: a scheme, one space and the credential, such as "Bearer ..." or "Basic ...".',
  );
}

function unusable(message: string): RegistryError {
  return new RegistryError("unauthenticated", message);
}
