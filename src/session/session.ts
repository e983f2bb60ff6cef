import type { AuditEvent } from "../log/audit.ts";
import type { ModelClient } from "../models/model-client.ts";
import type { Changes } from "../registry/changes/change-hub.ts";
import type { WorkInProgress } from "../registry/concurrency/work-in-progress.ts";
import type { TemplateEngine } from "../registry/engine/template-engine.ts";
import type { RegistryError } from "../registry/errors.ts";
import type { EvaluatedVersions } from "../registry/evaluation/evaluated-versions.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { TraceLinks, TraceStore } from "../registry/traces.ts";
import type { Policy } from "./policy.ts";

/** A part of a quota. Its size can change until it is released. */
export interface QuotaReservation {
  /** @throws when the quota does not allow the amount; the reservation then keeps its size */
  resize(amount: number): void;
  release(): void;
}

/** What one caller gets: the policy, and a registry view with the caller's workspace and credential. */
export interface Session extends Policy {
  readonly registry: PromptRegistry;
  /** Runs templates on the caller's account. */
  readonly templates: TemplateEngine;
  /** Asks models on the caller's account. Absent: there is none to ask. */
  readonly models?: ModelClient;
  /** The evaluations that the process works on, in all sessions. Absent: there is no model to ask. */
  readonly evaluating?: WorkInProgress;
  /** Stores traces of model calls. Absent: the back end has none. */
  readonly traces?: TraceStore;
  /** Links versions to traces that clients name. Absent: the operator has not turned it on. */
  readonly links?: TraceLinks;
  /** Datasets and evaluations. Absent: the back end has none. */
  readonly evaluations?: EvaluationStore;
  /** Which versions were evaluated, as it was some seconds ago. Absent: they have to be read. */
  readonly evaluatedVersions?: (options?: CallOptions) => Promise<EvaluatedVersions>;
  /** The view's workspace. Absent: the registry's default. */
  readonly workspace?: string;
  /**
   * Opens another workspace for the same caller, as if it had connected with that workspace. Rejects
   * RegistryError for one that the caller may not use. Absent: the back end has one.
   */
  readonly openWorkspace?: (workspace: string) => Promise<PromptRegistry>;
  /** The only workspaces that the caller may use. Absent: those that the registry gives access to. */
  readonly allowedWorkspaces?: readonly string[];
  /** The caller's name, recorded with the versions it registers. Absent: not known. */
  readonly who?: string;
  /** Changes in the workspace. Absent: the client cannot be notified. */
  readonly changes?: Changes;
  /** Reserves quota for the client's resource subscriptions. Absent: there is one client, and no quota. */
  readonly reserveSubscriptions?: () => QuotaReservation;
  /** Records what was refused before the registry was called. Absent: no audit log. */
  readonly audit?: (event: AuditEvent) => void;
  /** Called with each failed registry call and its HTTP request. */
  readonly failed?: (error: RegistryError, request: Request | undefined) => void;
}
