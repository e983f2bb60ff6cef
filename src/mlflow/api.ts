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
import { type ReadBack, type VerifySchedule, verifyWrite } from "./writes/verify-write.ts";

/** The caller of MLflow: its workspace and its credential. */
export interface View {
  readonly workspace?: string;
  readonly credential?: Credential;
  /**
   * MLflow has not accepted the credential yet: the outcome of its requests does not change the
   * state of the circuit breaker.
   */
  readonly unverified?: boolean;
}

/** The state that all callers of one MLflow server share. */
export interface Server {
  readonly transport: Transport;
  readonly workspaceSupport: WorkspaceSupport;
  readonly verifySchedule: VerifySchedule;
  /** Whether its filters support `name IN (...)` (3.17); undefined before the first attempt. */
  supportsNameIn?: boolean;
  /** Prompts with so many versions that a search reads them faster: see `fetchModel`. */
  readonly promptsToSearch: Set<string>;
  /** Serializes the moves of one alias; keyed by workspace, prompt and alias. */
  readonly aliasMutex: KeyedMutex;
  /** Serializes the writes of one prompt's alias history; keyed by workspace and prompt. */
  readonly historyMutex: KeyedMutex;
}

/**
 * MLflow's model registry endpoints (/api/2.0/mlflow) for one caller: every request carries that
 * caller's credential and workspace, and no other caller's requests do.
 */
export class MlflowApi {
  readonly server: Server;
  readonly workspace: string | undefined;
  readonly #credential: Credential | undefined;
  readonly #unverified: boolean;

  constructor(server: Server, view: View) {
    this.server = server;
    this.workspace = view.workspace;
    this.#credential = view.credential;
    this.#unverified = view.unverified ?? false;
  }

  /** Whether MLflow can know the caller. */
  get hasCredential(): boolean {
    return this.#credential !== undefined;
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

  /** Calls `verifyWrite` with this server's schedule. */
  verifyWrite<T>(
    write: () => Promise<T>,
    readBack: (options: CallOptions) => Promise<ReadBack<T>>,
    options?: CallOptions,
  ): Promise<T> {
    return verifyWrite(this.server.verifySchedule, write, readBack, options);
  }

  async describe(options?: CallOptions): ReturnType<PromptRegistry["describe"]> {
    const { transport, workspaceSupport } = this.server;
    const authorization = this.#authorization();
    if (this.workspace !== undefined)
      await workspaceSupport.require(this.workspace, authorization, options);
    const [workspaces, release] = await Promise.all([
      this.workspace !== undefined || supportsWorkspaces(transport, authorization, options),
      fetchRelease(transport, authorization, options),
    ]);
    const visible = workspaces
      ? await listVisibleWorkspaces(transport, authorization, options)
      : undefined;
    return {
      backend: "mlflow",
      ...(transport.name.location === undefined ? {} : { location: transport.name.location }),
      ...(release === undefined ? {} : { release }),
      ...(this.workspace === undefined ? {} : { workspace: this.workspace }),
      ...(visible === undefined ? {} : { workspaces: visible.toSorted() }),
      capabilities: { workspaces, atomicWrites: false },
    };
  }

  /** See `fetchUserName`. */
  fetchUserName(claimed: string | undefined, options?: CallOptions): Promise<string | undefined> {
    return fetchUserName(this.server.transport, this.#authorization(), claimed, options);
  }

  /**
   * Whether MLflow lists the workspace for this caller. True where that cannot be checked: without a
   * workspace the caller uses MLflow's default one, whose name MLflow does not report.
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
    const unverified = this.#unverified;
    return this.#credential && { ...authorizationOf(this.#credential), unverified };
  }
}

function pathOf(endpoint: string): string {
  return `/api/2.0/mlflow${endpoint}`;
}
