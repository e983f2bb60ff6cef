import type * as z from "zod";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { Answer } from "./errors/refusal.ts";
import { readAnswer } from "./http/answer.ts";
import { type Authorization, authorizationOf, type Credential } from "./http/credential.ts";
import type { HttpCall } from "./http/http-call.ts";
import type { Transport } from "./http/transport.ts";
import { emptyResponse } from "./schemas.ts";
import { fetchRelease, listVisibleWorkspaces, supportsWorkspaces } from "./server-info.ts";
import { fetchUserName } from "./user-name.ts";
import {
  type WorkspaceSupport,
  workspaceNotFound,
  workspacesNotSupported,
} from "./workspace-support.ts";
import type { KeyedMutex } from "./writes/keyed-mutex.ts";
import { type Found, type VerifySchedule, verifyWrite } from "./writes/verify-write.ts";

/** Whose calls these are. */
export interface View {
  readonly workspace?: string;
  readonly credential?: Credential;
  /**
   * Nobody knows yet whether MLflow accepts the credential: what becomes of its requests does not
   * decide whether others are let through to MLflow.
   */
  readonly unproven?: boolean;
}

/** What all views of one server share. */
export interface Server {
  readonly transport: Transport;
  readonly workspaceSupport: WorkspaceSupport;
  readonly verifySchedule: VerifySchedule;
  /** Whether its filters know `name IN (...)`, since 3.17; undefined until it was tried. */
  supportsNameIn?: boolean;
  /** Prompts that have many versions, as far as they were looked at: see `fetchModel`. */
  readonly promptsToSearch: Set<string>;
  /** Those who move the same alias, by workspace, prompt and alias. */
  readonly aliasMutex: KeyedMutex;
}

/**
 * MLflow's model registry endpoints (/api/2.0/mlflow) as one caller sees them: every request
 * carries the caller's credential and workspace, and both are seen by nobody else.
 */
export class MlflowApi {
  readonly server: Server;
  readonly workspace: string | undefined;
  readonly #credential: Credential | undefined;
  readonly #unproven: boolean;

  constructor(server: Server, view: View) {
    this.server = server;
    this.workspace = view.workspace;
    this.#credential = view.credential;
    this.#unproven = view.unproven ?? false;
  }

  get<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
    { signal }: CallOptions = {},
  ): Promise<Answer<T>> {
    return this.#call({ method: "GET", path: pathOf(path), query, signal }, schema);
  }

  post<T>(
    path: string,
    body: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    { signal }: CallOptions = {},
  ): Promise<Answer<T>> {
    return this.#call({ method: "POST", path: pathOf(path), body, signal }, schema);
  }

  patch<T>(
    path: string,
    body: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    { signal }: CallOptions = {},
  ): Promise<Answer<T>> {
    return this.#call({ method: "PATCH", path: pathOf(path), body, signal }, schema);
  }

  delete(
    path: string,
    body: Readonly<Record<string, unknown>>,
    { signal }: CallOptions = {},
  ): Promise<Answer<unknown>> {
    return this.#call({ method: "DELETE", path: pathOf(path), body, signal }, emptyResponse);
  }

  /** As `verifyWrite`, with the verifySchedule that is had with this server. */
  verifyWrite<T>(
    write: () => Promise<T>,
    look: (options: CallOptions) => Promise<Found<T>>,
    options?: CallOptions,
  ): Promise<T> {
    return verifyWrite(this.server.verifySchedule, write, look, options);
  }

  async describe(options?: CallOptions): ReturnType<PromptRegistry["describe"]> {
    const { transport, workspaceSupport } = this.server;
    const authorization = this.#authorization();
    if (this.workspace !== undefined)
      await workspaceSupport.require(this.workspace, authorization, options);
    const [workspaces, known] = await Promise.all([
      this.workspace !== undefined || supportsWorkspaces(transport, authorization, options),
      fetchRelease(transport, authorization, options),
    ]);
    return {
      backend: "mlflow",
      ...(transport.name.location === undefined ? {} : { location: transport.name.location }),
      ...(known === undefined ? {} : { release: known }),
      ...(this.workspace === undefined ? {} : { workspace: this.workspace }),
      capabilities: { workspaces, atomicWrites: false },
    };
  }

  /** As `fetchUserName` says. */
  fetchUserName(claimed: string | undefined, options?: CallOptions): Promise<string | undefined> {
    return fetchUserName(this.server.transport, this.#authorization(), claimed, options);
  }

  /**
   * Whether the caller has a part in the workspace, as far as MLflow tells. Who names none is in the
   * default one, whose name it does not tell.
   */
  async canAccessWorkspace(options?: CallOptions): Promise<boolean> {
    const authorization = this.#authorization();
    if (this.workspace === undefined || authorization === undefined) return true;
    const visible = await listVisibleWorkspaces(this.server.transport, authorization, options);
    return visible?.includes(this.workspace) ?? true;
  }

  async #call<T>(call: HttpCall, schema: z.ZodType<T>): Promise<Answer<T>> {
    const { transport, workspaceSupport } = this.server;
    const { workspace } = this;
    const authorization = this.#authorization();
    if (workspace !== undefined) await workspaceSupport.require(workspace, authorization, call);
    const sent: HttpCall = {
      ...call,
      authorization,
      headers: workspace === undefined ? {} : { "x-mlflow-workspace": workspace },
    };
    const answer = readAnswer(await transport.send(sent), sent, schema, transport.name);
    if (answer.ok || workspace === undefined) return answer;
    const { code, reason } = answer.refusal;
    if (code === "FEATURE_DISABLED") {
      workspaceSupport.reset();
      throw workspacesNotSupported(workspace, transport.name);
    }
    if (reason === `Workspace '${workspace}' not found`) throw workspaceNotFound(workspace);
    return answer;
  }

  #authorization(): Authorization | undefined {
    const unproven = this.#unproven;
    return this.#credential && { ...authorizationOf(this.#credential), unproven };
  }
}

function pathOf(endpoint: string): string {
  return `/api/2.0/mlflow${endpoint}`;
}
