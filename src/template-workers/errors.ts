import type { TemplateSubject } from "../registry/engine/template-engine.ts";
import type { TemplateJob } from "../registry/engine/template-job.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import type { WorkerExit, WorkerLimits } from "./worker-process.ts";

const activities: Readonly<Record<TemplateJob["kind"], string>> = {
  render: "Rendering",
  diff: "Comparing",
  compareContracts: "Comparing",
  read: "Reading",
  jinjaLogic: "Reading",
  sectionNeeds: "Reading",
  nearestPassage: "Searching",
  reviewPrompt: "Reading",
  checkAnswer: "Checking",
  score: "Scoring",
  estimate: "Estimating",
  comparePairs: "Comparing",
  agreement: "Comparing",
};

const fewerRows = "Evaluate fewer rows.";

const advices: Readonly<Partial<Record<TemplateJob["kind"], string>>> = {
  render: "Shorten the template or the values.",
  checkAnswer: "Simplify the JSON schema and its patterns.",
  score: "Simplify the pattern or the schema of the scorer.",
  estimate: fewerRows,
  comparePairs: fewerRows,
  agreement: fewerRows,
};

export function limitExceededError(
  { kind }: TemplateJob,
  exceeded: WorkerExit,
  subject: TemplateSubject,
  { timeMs, memoryMb }: WorkerLimits,
): RegistryError {
  const limit = exceeded === "time" ? `${timeMs} ms` : `${memoryMb} MB of memory`;
  const advice = advices[kind] ?? "Shorten the template.";
  return new RegistryError(
    "invalid",
    `${activities[kind]} ${kind === "checkAnswer" ? "the answer" : nameOf(subject)} was stopped: it takes more than ${limit}. ${advice}`,
    subject,
  );
}

/** Adds the name of the template to an error that a job threw. */
export function jobError(
  { kind, message }: Pick<RegistryError, "kind" | "message">,
  subject: TemplateSubject,
): RegistryError {
  const named =
    subject.prompt === undefined ? message : `${capitalized(nameOf(subject))}: ${message}`;
  return new RegistryError(kind, named, subject);
}

export function queueFullError(subject: TemplateSubject): RegistryError {
  return new RegistryError(
    "unavailable",
    `${capitalized(nameOf(subject))} was not processed: too many templates of the same caller are queued. Try again when fewer calls are in progress.`,
    subject,
  );
}

export function notStartedError(): RegistryError {
  return new RegistryError(
    "unavailable",
    "The process that renders Jinja2 and mustache templates could not be started. Ask the operator to check that the server may start processes and has free memory.",
  );
}

export function stoppingError(): RegistryError {
  return new RegistryError(
    "unavailable",
    "The server is stopping. Try again when it is running again.",
  );
}

function nameOf({ prompt, version }: TemplateSubject): string {
  if (prompt === undefined) return "the template";
  const number = version === undefined ? "" : ` version ${version}`;
  return `the template of prompt ${quote(prompt)}${number}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
