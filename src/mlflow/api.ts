import type * as z from "zod";
import type { KeyedMutex } from "../registry/concurrency/keyed-mutex.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { type Answer, valueOrThrow } from "./errors/refusal.ts";
import { readAnswer } from "./http/answer.ts";
import { type Authorization, authorizationOf, type Credential } from "./http/credential.ts";
import type { HttpAnswer, HttpCall, Query } from "./http/http-call.ts";
import type { Transport } from "./http/transport.ts";
import { emptyResponse } from "./schemas.ts";
import { fetchRelease, listVisibleWorkspaces, supportsWorkspaces } from "./server-info.ts";
import { fetchUserName } from "./user-name.ts";
import {
  type WorkspaceSupport,
  workspaceNotFound,
  workspacesNotSupported,
} from "./workspace-support.ts";
import { type ReadBack, type VerifySchedule, verifyWrite } from "./writes/verify-write.ts";

/**
 * How a request to store a trace is sent: beside the limit of concurrent calls, because it must not
 * delay the registry's, and with a long limit, because the first span that names a model took MLflow
 * 3.17 up to 49 s.
 */
const traceLimits = { urgent: true, timeoutMs: 60_000 } as const;

/** The caller of MLflow: its workspace and its credential. */
export interface View {
  readonly workspace?: string;
  readonly credential?: Credential;
  /** The experiment on whose page registered prompts appear, and that traces are stored in. */
  readonly experimentId?: string;
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
 * MLflow's endpoints (those of /api/2.0/mlflow by their path below it) for one caller: every request carries that
 * caller's credential and workspace, and no other caller's requests do.
 */
export class MlflowApi {
  readonly server: Server;
  readonly workspace: string | undefined;
  readonly experimentId: string | undefined;
  readonly #credential: Credential | undefined;
  readonly #unverified: boolean;

  constructor(server: Server, view: View) {
    this.server = server;
    this.workspace = view.workspace;
    this.experimentId = view.experimentId;
    this.#credential = view.credential;
    this.#unverified = view.unverified ?? false;
  }

  /** Whether MLflow can know the caller. */
  get hasCredential(): boolean {
    return this.#credential !== undefined;
  }

  get<T>(
    path: string,
    query: Query,
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

  /** A POST that changes nothing, such as a search: it is retried like a GET. */
  search<T>(
    path: string,
    body: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    { signal }: CallOptions = {},
  ): Promise<Answer<T>> {
    return this.#call(
      { method: "POST", path: pathOf(path), body, readsOnly: true, signal },
      schema,
    );
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

  /** A request that is part of storing a trace: see `traceLimits`. `path` is below the base URL. */
  sendTrace<T>(
    path: string,
    body: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    { signal }: CallOptions = {},
  ): Promise<Answer<T>> {
    return this.#call({ method: "POST", path, body, signal, ...traceLimits }, schema);
  }

  /** Sends spans in the form of OTLP. MLflow answers with no body, or with one that says nothing. */
  async sendSpans(
    experimentId: string,
    bytes: Buffer,
    { signal }: CallOptions = {},
  ): Promise<void> {
    const { sent, response } = await this.#send({
      method: "POST",
      path: "/v1/traces",
      bytes,
      headers: { "x-mlflow-experiment-id": experimentId },
      signal,
      ...traceLimits,
    });
    if (response.status >= 200 && response.status < 300) return;
    const { name } = this.server.transport;
    valueOrThrow(readAnswer(response, sent, emptyResponse, name));
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
    const { sent, response } = await this.#send(call);
    const answer = readAnswer(response, sent, schema, transport.name);
    if (answer.ok || workspace === undefined) return answer;
    const { code, reason } = answer.refusal;
    if (code === "FEATURE_DISABLED") {
      workspaceSupport.reset();
      throw workspacesNotSupported(workspace, transport.name);
    }
    if (reason === `Workspace '${workspace}' not found`) throw workspaceNotFound(workspace);
    return answer;
  }

  /** Sends a request with the caller's credential and workspace. */
  async #send(call: HttpCall): Promise<{ readonly sent: HttpCall; readonly response: HttpAnswer }> {
    const headers = { ...call.headers, ...(await this.#workspaceHeader(call)) };
    const sent: HttpCall = { ...call, authorization: this.#authorization(), headers };
    return { sent, response: await this.server.transport.send(sent) };
  }

  /** The headers of a request by this caller. @throws RegistryError for a workspace that cannot be used */
  async callerHeaders(options: CallOptions = {}): Promise<Readonly<Record<string, string>>> {
    const authorization = this.#authorization();
    const workspace = await this.#workspaceHeader(options);
    return { ...workspace, ...(authorization ? { authorization: authorization.value } : {}) };
  }

  /** MLflow before 3.10 would ignore the header. */
  async #workspaceHeader(options: CallOptions): Promise<Readonly<Record<string, string>>> {
    const { workspace } = this;
    if (workspace === undefined) return {};
    await this.server.workspaceSupport.require(workspace, this.#authorization(), options);
    return { "x-mlflow-workspace": workspace };
  }

  #authorization(): Authorization | undefined {
    const unverified = this.#unverified;
    return this.#credential && { ...authorizationOf(this.#credential), unverified };
  }
}

/** An endpoint of another version of the API is named with its whole path. */
function pathOf(endpoint: string): string {
  return endpoint.startsWith("/api/") ? endpoint : `/api/2.0/mlflow${endpoint}`;
}
