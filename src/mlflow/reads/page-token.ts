import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { plainJsonOrUndefined } from "../../registry/json.ts";

/** MLflow's page token, base64 of JSON (3.8 to 3.17, `mlflow/utils/search_utils.py`). */
const pageToken = z.object({ offset: z.int().nonnegative() });

export function tokenAt(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64");
}

/** The offset in a token. @throws RegistryError `unavailable` unless it is after the page's offset */
export function nextOffsetOf(page: number, token: string): number {
  const parsed = pageToken.safeParse(plainJsonOrUndefined(Buffer.from(token, "base64").toString()));
  if (parsed.success && parsed.data.offset > page) return parsed.data.offset;
  throw brokenPaging();
}

export function brokenPaging(): RegistryError {
  return new RegistryError(
    "unavailable",
    "MLflow returned a page of results that does not follow the previous page. Check any proxy or cache in front of the MLflow server, and that the server is MLflow 3.8 or newer.",
  );
}
