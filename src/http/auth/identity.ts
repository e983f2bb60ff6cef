import type { Credential } from "../../mlflow/client.ts";
import type { HttpRefusal } from "../refusal.ts";

/** What a caller may do, where its token says so. */
export const scopes = ["prompts:read", "prompts:write", "prompts:delete"] as const;
export type Scope = (typeof scopes)[number];

/** What a request says of who sends it. */
export interface RequestedAccess {
  /** The Authorization header as it came. */
  readonly authorization?: string;
  /** The workspace that the path or the header names. */
  readonly workspace?: string;
  /** That of the path, which is part of the address that is called. */
  readonly pathWorkspace?: string;
  /** The client's address, as `ClientAddress` has it. */
  readonly address: string;
}

/** Who sends a request, and what it may do: one for each request. */
export interface Identity {
  /** The workspace it is served; absent means the registry's default. */
  readonly workspace?: string;
  /** What MLflow is called with; absent means without a credential. */
  readonly credential?: Credential;
  /** Stands for the caller, whatever the workspace: what is limited a caller is counted by it. */
  readonly caller: string;
  /** Who it is, for the audit: a token's subject, or a keyed hash of the credential. */
  readonly subject: string;
  /** The user name that MLflow has confirmed. */
  readonly name?: string;
  /** The one in the credential. Nobody has confirmed it, so it is written nowhere. */
  readonly claimedName?: string;
  /**
   * Stands for what MLflow is called with, the workspace included, and reveals neither. Whatever is
   * remembered of MLflow, or under way to it, is kept by this and by nothing else: two requests have
   * the same key only when MLflow answers both alike.
   */
  readonly key: string;
  /**
   * Stands for whose session it is, in which workspace. It outlives a token that is renewed with the
   * same rights; a token of the same subject with other rights has another.
   */
  readonly owner: string;
  /** MLflow has not accepted the credential yet, because it cannot be reached. */
  readonly unverified?: boolean;
  /** When the caller's token ends, in milliseconds since 1970; absent where it does not tell. */
  readonly expiresAt?: number;
  /** Absent means all. */
  readonly scopes?: ReadonlySet<Scope>;
}

/** One way in which callers show who they are. */
export interface Authenticator {
  /**
   * @throws HttpRefusal 400, 401 or 403, with the challenge that the way asks for, or 502 or 503
   *   when whoever issues the callers' tokens is at fault
   */
  identify(asked: RequestedAccess): Promise<Identity>;
  /**
   * The WWW-Authenticate header of a 401 that MLflow caused; absent where MLflow is called with a
   * credential that is not the caller's, who can do nothing about it.
   */
  readonly challenge?: string;
  /** What a call is refused with that needs a scope the caller lacks; absent where all have all. */
  insufficientScope?(scope: Scope, pathWorkspace: string | undefined): HttpRefusal;
  /** Ends what it has under way. */
  close(): void;
}
