import type { DatasetStore } from "./datasets.ts";
import type { RunStore } from "./runs.ts";

/**
 * Where datasets and evaluations are kept. An instance is bound to one workspace, one credential and one
 * experiment. Every method rejects with `RegistryError` only, with the kinds that every method of
 * `PromptRegistry` may reject with, and those named.
 */
export interface EvaluationStore extends DatasetStore, RunStore {}
