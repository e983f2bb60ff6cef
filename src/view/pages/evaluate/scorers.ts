import type { Arguments } from "../../connection/tools.ts";
import { parseExact } from "../../text/exact-json.ts";

type Spec = Arguments<"evaluate_prompt">["scorers"][number];

/** How a person gives a setting. `lines`: one text in each line; `count`: a whole number. */
export type SettingKind = "text" | "lines" | "number" | "count" | "check" | "json" | "values";

export interface Setting {
  readonly key: string;
  readonly kind: SettingKind;
  readonly required?: boolean;
}

export interface ScorerKind {
  readonly type: ScorerType;
  /** Whether a model judges, which costs money. */
  readonly judges: boolean;
  readonly settings: readonly Setting[];
}

export type ScorerType =
  | "exact_match"
  | "contains"
  | "regex"
  | "numeric"
  | "length"
  | "json_schema"
  | "json_fields"
  | "similarity"
  | "latency"
  | "cost"
  | "correctness"
  | "relevance"
  | "faithfulness"
  | "conciseness"
  | "safety"
  | "equivalence"
  | "preference"
  | "guidelines"
  | "judge";

const ignoreCase: Setting = { key: "ignore_case", kind: "check" };
const plain = (type: ScorerType): ScorerKind => ({ type, judges: false, settings: [] });
const judge = (type: ScorerType, settings: readonly Setting[] = []): ScorerKind => ({
  type,
  judges: true,
  settings,
});

/** All scorers of the server's own, the usual ones first. */
export const scorerKinds: readonly ScorerKind[] = [
  { ...plain("exact_match"), settings: [ignoreCase] },
  { ...plain("contains"), settings: [{ key: "text", kind: "lines" }, ignoreCase] },
  { ...plain("numeric"), settings: [{ key: "absolute", kind: "number" }] },
  {
    ...plain("length"),
    settings: [
      { key: "min_words", kind: "count" },
      { key: "max_words", kind: "count" },
    ],
  },
  { ...plain("regex"), settings: [{ key: "pattern", kind: "text", required: true }, ignoreCase] },
  { ...plain("json_schema"), settings: [{ key: "answer_schema", kind: "json" }] },
  { ...plain("json_fields"), settings: [{ key: "fields", kind: "lines" }] },
  plain("similarity"),
  plain("latency"),
  plain("cost"),
  judge("correctness"),
  judge("relevance"),
  judge("faithfulness"),
  judge("conciseness"),
  judge("safety"),
  judge("equivalence"),
  judge("preference"),
  judge("guidelines", [{ key: "guidelines", kind: "lines" }]),
  judge("judge", [
    { key: "name", kind: "text", required: true },
    { key: "instructions", kind: "text", required: true },
    { key: "values", kind: "values" },
  ]),
];

/** What `evaluate_prompt` takes beside versions, data and scorers. */
export const options: readonly Setting[] = [
  { key: "model", kind: "text" },
  { key: "judge_model", kind: "text" },
  { key: "max_rows", kind: "count" },
  { key: "max_cost", kind: "number" },
];

/** What a person entered, by the key of the setting. Checkboxes are "on". */
export type Entered = Readonly<Record<string, string>>;

/** A scorer as `evaluate_prompt` takes it. */
export function specOf({ type, settings }: ScorerKind, entered: Entered): Spec {
  // The server checks each setting, and names the one that is wrong.
  return { type, ...givenOf(settings, entered) } as Spec;
}

/** The settings that a person gave. @throws SyntaxError for one that should be JSON */
export function givenOf(settings: readonly Setting[], entered: Entered): Record<string, unknown> {
  const given = settings.flatMap(({ key, kind }) => {
    const value = settingValue(kind, entered[key] ?? "");
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(given);
}

/** A number with a point or a comma; NaN for what is none. */
export function numberOf(entered: string): number {
  return Number(entered.replace(",", "."));
}

function settingValue(kind: SettingKind, entered: string): unknown {
  if (entered.trim() === "") return undefined;
  switch (kind) {
    case "check":
      return true;
    case "number":
    case "count":
      return numberOf(entered);
    case "json":
      return parseExact(entered);
    case "lines":
      return entered
        .split(/\r?\n/)
        .map((one) => one.trim())
        .filter((one) => one !== "");
    default:
      return entered;
  }
}
