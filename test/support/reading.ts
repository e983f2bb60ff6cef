import * as z from "zod";
import type { ToolOutcome } from "./call-tool.ts";

/** What an agent needs to know from results, read from one of their two forms. */
export interface Reading {
  /** Names of the prompts of a list, in order. */
  names(result: ToolOutcome): string[];
  version(result: ToolOutcome): number;
  /** The text of a loaded or rendered prompt. */
  template(result: ToolOutcome): string;
  rendered(result: ToolOutcome): string;
  verdict(result: ToolOutcome): string;
  /** What the server serves before and after a write. */
  served(result: ToolOutcome): readonly [number | undefined, number | undefined];
  /** The call that takes a move back. */
  undo(result: ToolOutcome): { readonly tool: string; readonly args: Record<string, unknown> };
  /** Who changed which prompt, in the order of the list. */
  changes(result: ToolOutcome): { readonly name: string; readonly by: string }[];
  /** The moves of an alias, newest first: from and to. */
  moves(result: ToolOutcome, alias: string): (readonly [number | undefined, number | undefined])[];
  isDeleted(result: ToolOutcome): boolean;
}

/** Some hosts show a model the text alone. */
export const fromText: Reading = {
  names: ({ text }) => all(text, /^- (\S+) \(/gm),
  version: ({ text }) => Number(first(text, /version (\d+)/)),
  template: ({ text }) => unquoted(text.slice(text.indexOf("Template ("))),
  rendered: ({ text }) => text,
  verdict({ text }) {
    const word = first(text, /^(Same|Compatible|Adds|Unclear|Break)/m).toLowerCase();
    return word === "break" ? "breaking" : word;
  },
  served({ text }) {
    const [line = ""] = text.split("\n");
    const same = /(?:still serve|serves) version (\d+)(?:, as before|\.)/.exec(line)?.[1];
    if (same !== undefined) return [Number(same), Number(same)];
    const after = numberOf(/(?:now serves|would serve) version (\d+)/.exec(line)?.[1]);
    return [numberOf(/it serve[sd] version (\d+)/.exec(line)?.[1]), after];
  },
  undo({ text }) {
    const [, tool = "", args = "{}"] = /^To undo it: (\S+) (\{.*\})$/m.exec(text) ?? [];
    return { tool, args: z.record(z.string(), z.unknown()).parse(JSON.parse(args)) };
  },
  changes: ({ text }) =>
    Array.from(
      text.matchAll(/^- (\S+) \(latest \d+, \S+ by (\w+)/gm),
      ([, name = "", by = ""]) => ({
        name,
        by,
      }),
    ),
  moves: ({ text }, alias) =>
    Array.from(
      text.matchAll(/^- \S+: (\S+) (?:moved from version (\d+) to|created at) version (\d+)/gm),
    )
      .filter(([, name]) => name === alias)
      .map(([, , from, to]) => [numberOf(from), numberOf(to)] as const),
  isDeleted: ({ text }) => text.startsWith("Deleted "),
};

const structured = z.looseObject({
  version: z.number().optional(),
  template: z.string().optional(),
  text: z.string().optional(),
  deleted: z.boolean().optional(),
  prompts: z
    .array(z.looseObject({ name: z.string(), latest_author: z.string().optional() }))
    .default([]),
  contract_change: z.looseObject({ verdict: z.string() }).optional(),
  served: z.looseObject({ before: z.number().optional(), after: z.number().optional() }).optional(),
  rollback: z
    .looseObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })
    .optional(),
  alias_history: z
    .array(
      z.looseObject({
        alias: z.string(),
        from_version: z.number().optional(),
        to_version: z.number().optional(),
      }),
    )
    .default([]),
});

const read = (result: ToolOutcome) => structured.parse(result.structured);

/** Other hosts show it the structured content alone. */
export const fromStructured: Reading = {
  names: (result) => read(result).prompts.map(({ name }) => name),
  version: (result) => read(result).version ?? Number.NaN,
  template: (result) => read(result).template ?? "",
  rendered: (result) => read(result).text ?? "",
  verdict: (result) => read(result).contract_change?.verdict ?? "",
  served: (result) => [read(result).served?.before, read(result).served?.after],
  undo(result) {
    const { tool = "", arguments: args = {} } = read(result).rollback ?? {};
    return { tool, args };
  },
  changes: (result) =>
    read(result).prompts.map(({ name, latest_author: by = "" }) => ({ name, by })),
  moves: (result, alias) =>
    read(result)
      .alias_history.filter((move) => move.alias === alias)
      .map((move) => [move.from_version, move.to_version] as const),
  isDeleted: (result) => read(result).deleted === true,
};

function all(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, found = ""]) => found);
}

function first(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? "";
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

/** The lines that begin with "| ", without it. */
function unquoted(text: string): string {
  return all(text, /^\| ?(.*)$/gm).join("\n");
}
