import { untilAborted } from "../registry/concurrency/until-aborted.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { ServerName } from "./errors/server-name.ts";
import { createFingerprint } from "./fingerprint.ts";
import type { Authorization } from "./http/credential.ts";
import type { Transport } from "./http/transport.ts";
import { supportsWorkspaces } from "./server-info.ts";

/** MLflow's rule (3.10 to 3.17). */
const workspaceName = /^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/;

/** For so many milliseconds callers share a question that is under way. */
const sharedForMs = 1_000;

/** Where a workspace is named, for callers of either transport. */
const whereNamed =
  "where you name it: in the URL's path or the X-MLFLOW-WORKSPACE header over HTTP, else in MLFLOW_WORKSPACE";

/**
 * Lets a call with a workspace through only where the server knows workspaces: another server would
 * ignore the header and give the caller everybody's prompts. The server is asked once; only a yes
 * is remembered, so that neither a failure nor an upgrade needs a restart here.
 */
export class WorkspaceSupport {
  readonly #transport: Transport;
  #isSupported = false;
  readonly #fingerprint = createFingerprint();
  /** By credential: one caller's wrong password must not fail another caller's first call. */
  readonly #pending = new Map<string, { readonly at: number; readonly answer: Promise<boolean> }>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Rejects `invalid` when the server has no workspaces. */
  async require(
    workspace: string,
    authorization: Authorization | undefined,
    options: CallOptions = {},
  ): Promise<void> {
    if (!workspaceName.test(workspace)) {
      throw new RegistryError(
        "invalid",
        `${quote(workspace)} is no workspace name: it must be 2 to 63 lower-case letters, digits and "-", with no "-" at either end. Correct it ${whereNamed}.`,
        { workspace },
      );
    }
    if (this.#isSupported) return;
    const isSupported = await untilAborted(this.#requestSupport(authorization), options.signal);
    if (!isSupported) throw workspacesNotSupported(workspace, this.#transport.name);
    this.#isSupported = true;
  }

  /** Asks anew before the next call. */
  reset(): void {
    this.#isSupported = false;
  }

  /**
   * The question belongs to all who wait for it, so no single caller's signal ends it. One that has
   * no answer for longer than a moment keeps nobody waiting who comes later.
   */
  #requestSupport(authorization: Authorization | undefined): Promise<boolean> {
    const key = this.#fingerprint(authorization?.value ?? "");
    const known = this.#pending.get(key);
    if (known && performance.now() - known.at <= sharedForMs) return known.answer;
    const answer = supportsWorkspaces(this.#transport, authorization).finally(() => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    });
    const pending = { at: performance.now(), answer };
    this.#pending.set(key, pending);
    return answer;
  }
}

/** The server has no workspaces and one was asked for. */
export function workspacesNotSupported(workspace: string, name: ServerName): RegistryError {
  return new RegistryError(
    "invalid",
    `The workspace ${quote(workspace)} is asked for and ${name.mlflow} has no workspaces. Ask for none ${whereNamed}; or have the server started with --enable-workspaces (MLflow 3.10 or newer).`,
    { workspace },
  );
}

/** The server has workspaces, and none of this name that this caller may see. */
export function workspaceNotFound(workspace: string): RegistryError {
  return new RegistryError(
    "not_found",
    `MLflow has no workspace named ${quote(workspace)}, or it may not be seen with this credential. Check the name ${whereNamed}; or have it created on the server.`,
    { workspace },
  );
}

/** The server has this workspace, and the caller no part in it. */
export function workspaceForbidden(workspace: string): RegistryError {
  return new RegistryError(
    "forbidden",
    `MLflow lets this credential see nothing of the workspace ${quote(workspace)}. Ask for access to it, or check the name ${whereNamed}.`,
    { workspace },
  );
}
