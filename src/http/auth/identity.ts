import type { Credential } from "../../mlflow/client.ts";
import type { HttpRefusal } from "../refusal.ts";

/** OAuth scopes that a caller's token may have. */
export const scopes = ["prompts:read", "prompts:write", "prompts:delete"] as const;
export type Scope = (typeof scopes)[number];

/** The credential and the workspace of a request, and where it comes from. */
export interface RequestedAccess {
  /** The Authorization header as it came. */
  readonly authorization?: string;
  /** The workspace in the path or the header. */
  readonly workspace?: string;
  /** The workspace in the path, which is part of the resource that is called. */
  readonly pathWorkspace?: string;
  /** The client's address, as in `ClientAddress`. */
  readonly address: string;
}

/** The caller of one request, and what it may do. */
export interface Identity {
  /** The workspace that is served; absent means the registry's default. */
  readonly workspace?: string;
  /** The credential for MLflow; absent means none. */
  readonly credential?: Credential;
  /** Identifies the caller in all workspaces. Limits per caller count by it. */
  readonly caller: string;
  /** The caller in the audit log: a token's subject, or a keyed hash of the credential. */
  readonly subject: string;
  /** The user name that MLflow has confirmed. */
  readonly name?: string;
  /** The user name in the credential. It is not verified, so it is never logged. */
  readonly claimedName?: string;
  /**
   * Identifies the credential for MLflow and the workspace without revealing them. Cached responses
   * and requests in flight are shared by this key alone: two requests have the same key only when
   * MLflow answers both alike.
   */
  readonly key: string;
  /**
   * Identifies the owner of a session: caller and workspace. It stays the same when a token is renewed
   * with the same rights; a token of the same subject with other rights has another owner.
   */
  readonly owner: string;
  /** True while MLflow, which is unavailable, has never accepted the credential. */
  readonly unverified?: boolean;
  /** When the caller's token expires, in milliseconds since 1970; absent when it is unknown. */
  readonly expiresAt?: number;
  /** The workspaces that the caller's token lists; absent where it lists none. */
  readonly listedWorkspaces?: readonly string[];
  /** Absent means all. */
  readonly scopes?: ReadonlySet<Scope>;
}

/** Authenticates the callers of one `--auth` mode. */
export interface Authenticator {
  /**
   * @throws HttpRefusal 400, 401 or 403, with the challenge of the mode, or 502 or 503 when the
   *   issuer of the callers' tokens fails
   */
  identify(requested: RequestedAccess): Promise<Identity>;
  /**
   * The WWW-Authenticate header for a 401 of MLflow; absent when MLflow is not called with the
   * caller's own credential, so that the caller cannot fix it.
   */
  readonly challenge?: string;
  /** The refusal of a call that needs a scope the caller lacks; absent when scopes are not used. */
  insufficientScope?(scope: Scope, pathWorkspace: string | undefined): HttpRefusal;
  /** Aborts requests in flight. */
  close(): void;
}
