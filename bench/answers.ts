import * as z from "zod";

const answer = z.union([
  z.object({ result: z.record(z.string(), z.unknown()) }),
  z.object({ error: z.object({ message: z.string() }) }),
]);
const list = z.object({ prompts: z.array(z.unknown()) });

/** @throws Error with the message of a refused call: a fast refusal must not count as a result */
export function resultOf(text: string): Record<string, unknown> {
  const parsed = answer.parse(JSON.parse(text));
  if ("result" in parsed) return parsed.result;
  throw new Error(`The call was refused: ${parsed.error.message}`);
}

/** Whether a call was refused. */
export function isRefusal(text: string): boolean {
  return "error" in answer.parse(JSON.parse(text));
}

/** Throws unless the response lists all prompts. */
export function checkList(text: string, count: number): void {
  const { prompts } = list.parse(resultOf(text));
  if (prompts.length !== count) {
    throw new Error(`The answer lists ${prompts.length} prompts instead of ${count}.`);
  }
}
