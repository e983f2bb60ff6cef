import * as z from "zod";
import type { JsonValue } from "../../registry/json.ts";

/** The JSON form of an OTLP AnyValue (opentelemetry-proto, `common/v1/common.proto`). `{}` is null. */
const anyValue = z.object({
  string_value: z.string().optional(),
  bool_value: z.boolean().optional(),
  int_value: z.union([z.number(), z.string()]).optional(),
  double_value: z.union([z.number(), z.string()]).optional(),
  array_value: z.object({ values: z.array(z.unknown()).default([]) }).optional(),
  kvlist_value: z
    .object({
      values: z.array(z.object({ key: z.string(), value: z.unknown().optional() })).default([]),
    })
    .optional(),
});

/** The JSON value that MLflow stored as an attribute of a span. What has no value is null. */
export function jsonOf(attribute: unknown): JsonValue {
  const parsed = anyValue.safeParse(attribute);
  if (!parsed.success) return null;
  const { string_value, bool_value, int_value, double_value, array_value, kvlist_value } =
    parsed.data;
  if (array_value) return array_value.values.map(jsonOf);
  if (kvlist_value) {
    return Object.fromEntries(kvlist_value.values.map(({ key, value }) => [key, jsonOf(value)]));
  }
  if (int_value !== undefined) return Number(int_value);
  // NaN and infinity, which JSON does not have, are texts.
  if (double_value !== undefined) return double_value;
  return string_value ?? bool_value ?? null;
}
