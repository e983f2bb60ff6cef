import type { TemplateSubject } from "../registry/engine/template-engine.ts";
import type { Work } from "../registry/engine/work.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import type { WorkerEnd, WorkerLimits } from "./worker-process.ts";

const whatTook: Readonly<Record<Work["kind"], string>> = {
  render: "filling it in",
  diff: "comparing it",
  compareContracts: "comparing it",
  jinjaVariables: "reading it",
  jinjaLogic: "reading it",
  mustacheParameters: "reading it",
  sectionNeeds: "reading it",
};

/** A template that took more than it may. */
export function givenUp(
  { kind }: Work,
  why: WorkerEnd,
  subject: TemplateSubject,
  { timeMs, memoryMb }: WorkerLimits,
): RegistryError {
  const what = whatTook[kind];
  const limit = why === "time" ? `${timeMs} ms` : `${memoryMb} MB of memory`;
  const todo = kind === "render" ? "Shorten the template or the values." : "Shorten the template.";
  return new RegistryError(
    "invalid",
    `${nameOf(subject)} was given up: ${what} takes more than ${limit}. ${todo}`,
    subject,
  );
}

function nameOf({ prompt, version }: TemplateSubject): string {
  if (prompt === undefined) return "The template";
  const number = version === undefined ? "" : ` version ${version}`;
  return `The template of prompt ${quote(prompt)}${number}`;
}

/** What the work itself refused, with the name of the template that it was about. */
export function refused(
  { kind, message }: Pick<RegistryError, "kind" | "message">,
  subject: TemplateSubject,
): RegistryError {
  const named = subject.prompt === undefined ? message : `${nameOf(subject)}: ${message}`;
  return new RegistryError(kind, named, subject);
}

export function tooMuchWaiting(subject: TemplateSubject): RegistryError {
  return new RegistryError(
    "unavailable",
    `${nameOf(subject)} was not worked on: too many templates of the same caller wait to be. Ask again when fewer calls are under way.`,
    subject,
  );
}

export function notStarted(): RegistryError {
  return new RegistryError(
    "unavailable",
    "The process that works on Jinja2 and mustache templates could not be started. Ask the operator whether the server may start processes and has memory left.",
  );
}

export function stopping(): RegistryError {
  return new RegistryError("unavailable", "The server is stopping: ask again when it is back.");
}
