import { createHash } from "node:crypto";
import { canonicalValue, type JsonValue } from "../registry/json.ts";

/** SHA-256 of a JSON value, as 64 hexadecimal digits. The order of members makes no difference. */
export function digestOf(value: JsonValue): string {
  return createHash("sha256").update(canonicalValue(value)).digest("hex");
}
