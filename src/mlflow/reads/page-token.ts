import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";

/** MLflow's page token, base64 of JSON (3.8 to 3.17, `mlflow/utils/search_utils.py`). */
const pageToken = z.object({ offset: z.int().nonnegative() });

export function tokenAt(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString("base64");
}

/** @throws RegistryError `unavailable` for a token that is no offset behind the page's own */
export function nextOffsetOf(page: number, token: string): number {
  const parsed = pageToken.safeParse(parseJson(Buffer.from(token, "base64").toString()));
  if (parsed.success && parsed.data.offset > page) return parsed.data.offset;
  throw brokenPaging();
}

export function brokenPaging(): RegistryError {
  return new RegistryError(
    "unavailable",
    "MLflow answers a page of results with one that does not follow it. Check what stands between here and the server, and that the server is MLflow 3.8 or newer.",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
