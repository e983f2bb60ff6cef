import { RegistryError } from "../../registry/errors.ts";

/** MLflow's answer to a read is larger than may be read of one. */
export class AnswerTooLarge extends RegistryError {}

/** So few rows are not asked for in parts: a walk knows its place by some of them. */
const fewestRows = 8;

/**
 * Asks for so many rows, or for fewer where they are more than may be read of one answer. What is
 * left out comes with the next page.
 * @throws AnswerTooLarge when a few are too large
 */
export async function splitRequest<T>(rows: number, ask: (rows: number) => Promise<T>): Promise<T> {
  try {
    return await ask(rows);
  } catch (error) {
    if (!(error instanceof AnswerTooLarge) || rows <= fewestRows) throw error;
    return splitRequest(Math.max(fewestRows, Math.ceil(rows / 4)), ask);
  }
}

/** Undefined when the answer is larger than may be read of one. */
export async function ignoreTooLarge<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AnswerTooLarge) return undefined;
    throw error;
  }
}
