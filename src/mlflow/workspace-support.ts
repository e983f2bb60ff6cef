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

/** How long callers share a pending request, in milliseconds. */
const sharedForMs = 1_000;

/** Tells a caller of either transport where the workspace is set. */
const whereSet =
  "Over HTTP the workspace is set in the URL's path or the X-MLFLOW-WORKSPACE header, otherwise in MLFLOW_WORKSPACE.";

/**
 * Rejects calls with a workspace when the MLflow server does not support workspaces: such a server
 * ignores the header and returns the prompts of all callers. Only a positive response is cached, so
 * this process needs no restart after a failed request or an upgrade of MLflow.
 */
export class WorkspaceSupport {
  readonly #transport: Transport;
  #isSupported = false;
  readonly #fingerprint = createFingerprint();
  /** Single-flight by credential: a wrong password must not fail another caller's first call. */
  readonly #pending = new Map<
    string,
    { readonly at: number; readonly response: Promise<boolean> }
  >();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Rejects `invalid` when the server does not support workspaces, or the name is malformed. */
  async require(
    workspace: string,
    authorization: Authorization | undefined,
    options: CallOptions = {},
  ): Promise<void> {
    if (!workspaceName.test(workspace)) {
      throw new RegistryError(
        "invalid",
        `${quote(workspace)} is not a valid workspace name. Use 2 to 63 lower-case letters, digits and "-", with no "-" at either end. Correct the name. ${whereSet}`,
        { workspace },
      );
    }
    if (this.#isSupported) return;
    const isSupported = await untilAborted(this.#requestSupport(authorization), options.signal);
    if (!isSupported) throw workspacesNotSupported(workspace, this.#transport.name);
    this.#isSupported = true;
  }

  /** Discards the cached result: the next call requests it again. */
  reset(): void {
    this.#isSupported = false;
  }

  /**
   * No caller's signal ends the request, because several callers may be waiting for it. After
   * `sharedForMs` a new caller sends its own request instead of waiting for a slow one.
   */
  #requestSupport(authorization: Authorization | undefined): Promise<boolean> {
    const key = this.#fingerprint(authorization?.value ?? "");
    const known = this.#pending.get(key);
    if (known && performance.now() - known.at <= sharedForMs) return known.response;
    const response = supportsWorkspaces(this.#transport, authorization).finally(() => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    });
    const pending = { at: performance.now(), response };
    this.#pending.set(key, pending);
    return response;
  }
}

/** The caller set a workspace and the server does not support workspaces. */
export function workspacesNotSupported(workspace: string, name: ServerName): RegistryError {
  return new RegistryError(
    "invalid",
    `Workspace ${quote(workspace)} cannot be used: ${name.mlflow} has no workspaces. Remove the workspace, or start the MLflow server with --enable-workspaces (MLflow 3.10 or newer). ${whereSet}`,
    { workspace },
  );
}

/** The server has no workspace of this name, or hides it from this caller. */
export function workspaceNotFound(workspace: string): RegistryError {
  return new RegistryError(
    "not_found",
    `MLflow has no workspace named ${quote(workspace)}, or this credential has no access to it. Check the name, or create the workspace on the MLflow server. ${whereSet}`,
    { workspace },
  );
}

/** The server does not list this workspace for the caller. */
export function workspaceForbidden(workspace: string): RegistryError {
  return new RegistryError(
    "forbidden",
    `MLflow gives this credential no access to workspace ${quote(workspace)}. Request access to the workspace, or check the name. ${whereSet}`,
    { workspace },
  );
}
