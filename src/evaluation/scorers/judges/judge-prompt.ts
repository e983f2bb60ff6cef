/** What a judge may answer, under `value`. */
export type JudgeValues =
  | { readonly kind: "yes_no" }
  /** One of these texts. */
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | {
      readonly kind: "number";
      readonly from?: number;
      readonly to?: number;
      readonly isWhole?: boolean;
    }
  /** Any text: only for judges that are registered in MLflow so. */
  | { readonly kind: "text" };

/** The question that a judge is asked. */
export interface JudgePrompt {
  /** Counts up whenever the instructions change in meaning: scores of two versions are not comparable. */
  readonly version: number;
  /** For the system message. */
  readonly instructions: string;
  readonly values: JudgeValues;
}

export const yesNo = { kind: "yes_no" } as const;
