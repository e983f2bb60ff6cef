import { ConfigError } from "../config/errors.ts";
import { readJson } from "../registry/read-json.ts";
import type { CommandOption } from "./command.ts";
import type { OptionValues } from "./option-values.ts";

/** The flags of the evaluate command that are no settings. */
export const evaluateOptions: readonly CommandOption[] = [
  { flag: "dataset", placeholder: "NAME", help: "name or ID of the dataset; required" },
  {
    flag: "scorers",
    placeholder: "LIST",
    help: "names separated by commas, or a JSON list as evaluate_prompt takes it; default with --gate: those of the gates",
  },
  { flag: "model", placeholder: "NAME", help: "model to ask; default: the one each version names" },
  { flag: "judge-model", placeholder: "NAME", help: "model that judges" },
  { flag: "max-rows", placeholder: "COUNT", help: "at most so many rows of the dataset" },
  { flag: "repeats", placeholder: "COUNT", help: "calls for each row and version; default: 1" },
  { flag: "max-cost", placeholder: "USD", help: "US dollars to spend at most" },
  {
    flag: "gate",
    help: "exit with 3 when an alias with a gate on the dataset could not move to the version",
  },
];

/** What the evaluate command is asked for. */
export interface EvaluateRequest {
  /** `name`, `name/3` or `name@alias`; the first is the baseline. */
  readonly references: readonly string[];
  readonly dataset: string;
  /** As evaluate_prompt takes them, which checks them. Absent: those of the gates. */
  readonly scorers?: readonly unknown[];
  readonly model?: string | undefined;
  readonly judgeModel?: string | undefined;
  readonly maxRows?: number | undefined;
  readonly repeats?: number | undefined;
  readonly maxCost?: number | undefined;
  readonly gate: boolean;
}

/** @throws ConfigError for what is missing or no number */
export function readEvaluateRequest(
  references: readonly string[],
  options: OptionValues,
): EvaluateRequest {
  const dataset = options.text("dataset");
  const scorers = options.text("scorers");
  const gate = options.has("gate");
  if (dataset === undefined) {
    throw new ConfigError(
      "evaluate needs --dataset, the name of a dataset. --help shows the usage.",
    );
  }
  if (scorers === undefined && !gate) {
    throw new ConfigError(
      "evaluate needs --scorers, such as --scorers exact_match,correctness, or --gate. --help shows the usage.",
    );
  }
  return {
    ...{ references, dataset, gate },
    ...(scorers === undefined ? {} : { scorers: readScorers(scorers) }),
    model: options.text("model"),
    judgeModel: options.text("judge-model"),
    maxRows: options.whole("max-rows", 1),
    repeats: options.whole("repeats", 1),
    maxCost: options.number("max-cost"),
  };
}

function readScorers(text: string): readonly unknown[] {
  if (!text.trimStart().startsWith("[")) return text.split(",").map((name) => name.trim());
  try {
    const list: unknown = readJson(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Said below.
  }
  throw new ConfigError(
    '--scorers is no JSON list: write names separated by commas, or a list such as ["correctness", {"type": "contains", "text": "refund"}].',
  );
}
