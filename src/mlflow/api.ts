import type * as z from "zod";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { Answer } from "./errors/refusal.ts";
import { readAnswer } from "./http/answer.ts";
import { type Authorization, authorizationOf, type Credential } from "./http/credential.ts";
import type { HttpCall } from "./http/http-call.ts";
import type { Transport } from "./http/transport.ts";
import { done } from "./schemas.ts";
import { hasWorkspaces, release, visibleWorkspaces } from "./server-info.ts";
import { userName } from "./user-name.ts";
import { type WorkspaceGate, withoutWorkspaces, workspaceNotFound } from "./workspace-gate.ts";
import type { KeyedMutex } from "./writes/keyed-mutex.ts";
import { type Found, type VerifyTimes, verifyWrite } from "./writes/verify-write.ts";

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
  readonly gate: WorkspaceGate;
  readonly patience: VerifyTimes;
  /** Whether its filters know `name IN (...)`, since 3.17; undefined until it was tried. */
  knowsNameIn?: boolean;
  /** Prompts that have many versions, as far as they were looked at: see `lookUpModel`. */
  readonly longHistories: Set<string>;
  /** Those who move the same alias, by workspace, prompt and alias. */
  readonly aliasMoves: KeyedMutex;
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
    return this.#call({ method: "DELETE", path: pathOf(path), body, signal }, done);
  }

  /** As `verifyWrite`, with the patience that is had with this server. */
  verifyWrite<T>(
    write: () => Promise<T>,
    look: (options: CallOptions) => Promise<Found<T>>,
    options?: CallOptions,
  ): Promise<T> {
    return verifyWrite(this.server.patience, write, look, options);
  }

  async describe(options?: CallOptions): ReturnType<PromptRegistry["describe"]> {
    const { transport, gate } = this.server;
    const authorization = this.#authorization();
    if (this.workspace !== undefined) await gate.pass(this.workspace, authorization, options);
    const [workspaces, known] = await Promise.all([
      this.workspace !== undefined || hasWorkspaces(transport, authorization, options),
      release(transport, authorization, options),
    ]);
    return {
      backend: "mlflow",
      ...(transport.name.location === undefined ? {} : { location: transport.name.location }),
      ...(known === undefined ? {} : { release: known }),
      ...(this.workspace === undefined ? {} : { workspace: this.workspace }),
      capabilities: { workspaces, atomicWrites: false },
    };
  }

  /** As `userName` says. */
  userName(claimed: string | undefined, options?: CallOptions): Promise<string | undefined> {
    return userName(this.server.transport, this.#authorization(), claimed, options);
  }

  /**
   * Whether the caller has a part in the workspace, as far as MLflow tells. Who names none is in the
   * default one, whose name it does not tell.
   */
  async seesWorkspace(options?: CallOptions): Promise<boolean> {
    const authorization = this.#authorization();
    if (this.workspace === undefined || authorization === undefined) return true;
    const visible = await visibleWorkspaces(this.server.transport, authorization, options);
    return visible?.includes(this.workspace) ?? true;
  }

  async #call<T>(call: HttpCall, schema: z.ZodType<T>): Promise<Answer<T>> {
    const { transport, gate } = this.server;
    const { workspace } = this;
    const authorization = this.#authorization();
    if (workspace !== undefined) await gate.pass(workspace, authorization, call);
    const sent: HttpCall = {
      ...call,
      authorization,
      headers: workspace === undefined ? {} : { "x-mlflow-workspace": workspace },
    };
    const answer = readAnswer(await transport.send(sent), sent, schema, transport.name);
    if (answer.ok || workspace === undefined) return answer;
    const { code, reason } = answer.refusal;
    if (code === "FEATURE_DISABLED") {
      gate.forget();
      throw withoutWorkspaces(workspace, transport.name);
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
