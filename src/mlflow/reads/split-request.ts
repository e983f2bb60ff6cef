import { RegistryError } from "../../registry/errors.ts";

/** The response to a read is larger than the limit for one response. */
export class AnswerTooLarge extends RegistryError {}

/** Requests are not split below this: `RowWalk` recognizes its position by some of the rows. */
const minRows = 8;

/**
 * Requests a page of rows, and a smaller page if the response is too large. The next page starts after
 * the rows of the smaller one.
 * @throws AnswerTooLarge when even `minRows` rows are too large
 */
export async function splitRequest<T>(
  rows: number,
  request: (rows: number) => Promise<T>,
): Promise<T> {
  try {
    return await request(rows);
  } catch (error) {
    if (!(error instanceof AnswerTooLarge) || rows <= minRows) throw error;
    return splitRequest(Math.max(minRows, Math.ceil(rows / 4)), request);
  }
}

/** Waits for a response; undefined when it is too large. */
export async function ignoreTooLarge<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AnswerTooLarge) return undefined;
    throw error;
  }
}
