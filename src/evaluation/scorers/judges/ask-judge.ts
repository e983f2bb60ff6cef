import type { Completion, ModelClient } from "../../../models/model-client.ts";
import { RegistryError } from "../../../registry/errors.ts";
import type { JsonObject } from "../../../registry/json.ts";
import { failsEveryRow } from "../../fails-every-row.ts";
import { type Judgement, readJudgement } from "./judge-answer.ts";
import type { JudgePrompt } from "./judge-prompt.ts";
import { judgeRequest, tooLongText } from "./judge-request.ts";

/** What a judge said, and all answers that it gave on the way: they are paid for. */
export interface Judged {
  readonly outcome: Judgement | { readonly error: string };
  readonly completions: readonly Completion[];
}

export interface AskOptions {
  readonly models: ModelClient;
  readonly signal?: AbortSignal | undefined;
}

/** Answers that are no judgement: the first one and one more. */
const maxUnusable = 2;

/** A judge model, with what was learnt about it. */
export class Judge {
  #takesFormat = true;

  constructor(
    readonly model: string,
    readonly prompt: JudgePrompt,
  ) {}

  /**
   * Asks the judge, and once more after an answer that is no judgement.
   * @throws RegistryError for what fails every row alike: `cancelled`, `unauthenticated`, `forbidden`,
   *   and `invalid` with the reason `over_budget`
   */
  async ask(data: JsonObject, options: AskOptions): Promise<Judged> {
    const tooLong = tooLongText(data);
    if (tooLong !== undefined) return { outcome: { error: tooLong }, completions: [] };
    const completions: Completion[] = [];
    let problem = "";
    while (completions.length < maxUnusable) {
      const asked = await this.#complete(data, options);
      if ("error" in asked) return { outcome: asked, completions };
      completions.push(asked.completion);
      const read = readJudgement(asked.completion, this.prompt.values);
      if (!("problem" in read)) return { outcome: read, completions };
      ({ problem } = read);
    }
    const error = `The judge did not judge when asked ${maxUnusable} times; the last time ${problem}. Evaluate again, or choose another judge_model.`;
    return { outcome: { error }, completions };
  }

  /**
   * Asks with a JSON schema for the answer, and without one when the request is refused: models that do
   * not know the schema refuse it, in words of their own.
   */
  async #complete(
    data: JsonObject,
    options: AskOptions,
  ): Promise<{ readonly completion: Completion } | { readonly error: string }> {
    const first = await this.#request(data, this.#takesFormat, options);
    if (!this.#takesFormat || !("failed" in first) || !mayBeFormat(first.failed)) {
      return "failed" in first ? { error: first.failed.message } : first;
    }
    const second = await this.#request(data, false, options);
    if ("failed" in second) return { error: first.failed.message };
    this.#takesFormat = false;
    return second;
  }

  async #request(
    data: JsonObject,
    withFormat: boolean,
    { models, signal }: AskOptions,
  ): Promise<{ readonly completion: Completion } | { readonly failed: RegistryError }> {
    const request = judgeRequest(this.model, this.prompt, data, { withFormat });
    try {
      return { completion: await models.complete(request, signal ? { signal } : {}) };
    } catch (error) {
      if (!(error instanceof RegistryError) || failsEveryRow(error)) throw error;
      return { failed: error };
    }
  }
}

/** The message of a request that a model refused names it, unless the request was too long. */
function mayBeFormat({ kind, message }: RegistryError): boolean {
  return kind === "invalid" && message.includes("response_format");
}
