import { RegistryError } from "../../registry/errors.ts";

/**
 * How a caller signs in to MLflow: with the basic auth or the token that this server was set up
 * with, or with an Authorization header of the caller's own, passed on as it came.
 */
export type Credential =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "header"; readonly value: string };

/** A credential as requests carry it. */
export interface Authorization {
  /** The Authorization header. */
  readonly value: string;
  /** Tells who can mend it: what a message asks of its reader depends on that. */
  readonly kind: Credential["kind"];
  /** As `View` has it. */
  readonly unverified?: boolean;
}

/**
 * Basic is UTF-8 (RFC 7617), as MLflow's server decodes it.
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
    throw unusable('The MLflow user name holds a ":", which basic authentication cannot carry.');
  }
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function bearerHeader(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw unusable(
    "The MLflow token is empty or holds white space or characters outside ASCII. Check MLFLOW_TRACKING_TOKEN for a line break or quotes around it.",
  );
}

function callersHeader(value: string): string {
  if (/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value)) return value;
  throw unusable(
    'The credential is empty or holds characters that no header can carry. Check the Authorization header you send: a scheme, one space and the credential, such as "Bearer ..." or "Basic ...".',
  );
}

function unusable(message: string): RegistryError {
  return new RegistryError("unauthenticated", message);
}
