import * as z from "zod";

const program = "mlflow-prompts-mcp";

const commandOfTool: ReadonlyMap<string, string> = new Map([
  ["list_prompts", "list"],
  ["load_prompt", "show"],
  ["render_prompt", "render"],
  ["run_prompt", "run"],
  ["evaluate_prompt", "evaluate"],
  ["list_prompt_versions", "history"],
  ["compare_prompt_versions", "diff"],
  ["register_prompt", "register"],
  ["set_prompt_alias", "promote"],
]);

const toolName =
  /\b(?:list_prompts|load_prompt|render_prompt|run_prompt|evaluate_prompt|list_prompt_versions|compare_prompt_versions|register_prompt|set_prompt_alias)\b/g;

/** Flags take no "true", and the person at a terminal need not be asked. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/Give a version number: /g, "Name the version with set_prompt_alias NAME/VERSION ALIAS: "],
  [/\bask the person and call again with /g, "run it again with "],
  [/\bAsk the person and call again with /g, "Run it again with "],
  [
    /\bif the person wants it nevertheless: call again with /g,
    "if it is wanted: run it again with ",
  ],
  [/\bcall again with /g, "run it again with "],
  [/\b(override_gate)(?: true)?( and| needs)(?: a)? reason\b/g, "$1$2 --reason"],
  [/\b(base_version \d+ and) force\b/g, "$1 --force"],
  [/\b(allow_breaking|override_gate|dry_run) true\b/g, "$1"],
];

const argumentName = /\b(?:allow_breaking|override_gate|base_version|expected_version|dry_run)\b/g;

/**
 * Texts of the tools for a person at a terminal, who has commands and flags in their place. What is
 * quoted, and lines of a prompt ("| "), stay as they are.
 */
export function inCommandWords(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith("|") ? line : lineInCommandWords(line)))
    .join("\n");
}

/** The same for a push, whose way to merge is a pull. */
export function inPushWords(message: string): string {
  const merge = "Run pull, merge, and push again.";
  return inCommandWords(
    message
      .replace(
        /\bLoad version \d+, merge the changes, and register again with base_version \d+\./,
        merge,
      )
      .replace(
        /\bTo change this prompt, load version \d+ and register again with base_version \d+\./,
        merge,
      )
      .replace(
        /\bRegister with base_version 0 to start again\./,
        "To start again, remove it from .mlflow-prompts.json and push again.",
      ),
  );
}

function lineInCommandWords(line: string): string {
  return withEvidenceCommand(line.replace(/^To undo it: \w+ (?=\{)(.*)$/, undoCommand)).replace(
    /"[^"]*"|[^"]+/g,
    (part) => (part.startsWith('"') ? part : wordsOf(part)),
  );
}

function wordsOf(text: string): string {
  return advice
    .reduce((words, [said, instead]) => words.replace(said, instead), text)
    .replace(toolName, (name) => `${program} ${commandOfTool.get(name) ?? name}`)
    .replace(argumentName, (name) => `--${name.replaceAll("_", "-")}`);
}

const moveBack = z.object({
  name: z.string(),
  alias: z.string(),
  version: z.int().optional(),
  expected_version: z.int().optional(),
});

/** No command deletes an alias. */
function undoCommand(whole: string, json: string): string {
  const call = readJson(moveBack, json);
  if (call === undefined) return whole;
  const { name, alias, version, expected_version: expected } = call;
  if (version === undefined) {
    return `To undo it: delete the alias in the view, or with the tool delete_prompt_alias.`;
  }
  const words = ["promote", `${name}/${version}`, alias, "--expected-version", `${expected}`];
  return `To undo it: ${commandLine(words)}`;
}

const evaluation = z.object({
  name: z.string(),
  versions: z.array(z.int()),
  dataset: z.string().default("DATASET"),
  max_rows: z.int().optional(),
});

const evidence = "This call makes the evidence: evaluate_prompt ";

/** With --gate, the scorers and the judge are those of the gate. */
function withEvidenceCommand(text: string): string {
  const start = text.indexOf(evidence);
  const end = text.indexOf("}.", start);
  if (start === -1 || end === -1) return text;
  const call = readJson(evaluation, text.slice(start + evidence.length, end + 1));
  if (call === undefined) return text;
  const { name, versions, dataset, max_rows: rows } = call;
  const words = [
    ...["evaluate", ...versions.map((version) => `${name}/${version}`)],
    ...["--dataset", dataset, "--gate"],
    ...(rows === undefined ? [] : ["--max-rows", `${rows}`]),
  ];
  return `${text.slice(0, start)}This command makes the evidence: ${commandLine(words)}.${text.slice(end + 2)}`;
}

function readJson<Value>(schema: z.ZodType<Value>, json: string): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

function commandLine(words: readonly string[]): string {
  return [program, ...words.map(shellWord)].join(" ");
}

function shellWord(word: string): string {
  return /^[\w.@/:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
