import * as z from "zod";
import { number } from "../schemas.ts";

/** The parts of MLflow's responses that datasets and evaluations are read from (3.8 to 3.17). */

const texts = z.record(z.string(), z.string()).default({});

const tagList = z
  .array(z.object({ key: z.string(), value: z.string().default("") }))
  .default([])
  .transform((tags) => Object.fromEntries(tags.map(({ key, value }) => [key, value])));

/** NaN and infinity are texts. */
const metricList = z
  .array(z.object({ key: z.string(), value: z.unknown().optional() }))
  .default([])
  .transform((metrics) =>
    Object.fromEntries(
      metrics.flatMap(({ key, value }) => (typeof value === "number" ? [[key, value]] : [])),
    ),
  );

const datasetInput = z.object({
  name: z.string(),
  digest: z.string(),
  source: z.string().default(""),
});

export const wireRun = z.object({
  info: z.object({
    run_id: z.string(),
    run_name: z.string().default(""),
    experiment_id: z.string(),
    status: z.string(),
    start_time: number.default(0),
    end_time: number.nullish(),
    lifecycle_stage: z.string().default("active"),
  }),
  data: z.object({ metrics: metricList, params: tagList, tags: tagList }).prefault({}),
  inputs: z
    .object({ dataset_inputs: z.array(z.object({ dataset: datasetInput })).default([]) })
    .prefault({}),
});
export type WireRun = z.infer<typeof wireRun>;

export const runAnswer = z.object({ run: wireRun });

const pageToken = z.string().nullish();

export const runPage = z.object({ runs: z.array(wireRun).default([]), next_page_token: pageToken });

const assessment = z.object({
  assessment_name: z.string(),
  source: z.object({ source_type: z.string(), source_id: z.string().default("") }).nullish(),
  feedback: z
    .object({
      value: z.unknown().optional(),
      error: z
        .object({ error_code: z.string().default(""), error_message: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
  expectation: z
    .object({
      value: z.unknown().optional(),
      serialized_value: z.object({ value: z.string() }).nullish(),
    })
    .nullish(),
  rationale: z.string().nullish(),
  metadata: texts,
  /** False once another assessment replaces it. */
  valid: z.boolean().default(true),
});
export type WireAssessment = z.infer<typeof assessment>;

const traceInfo = z.object({
  trace_id: z.string(),
  request_time: z.string(),
  /** Seconds: "0.043s". */
  execution_duration: z.string().nullish(),
  state: z.string().default(""),
  trace_metadata: texts,
  tags: texts,
  assessments: z.array(assessment).default([]),
});
export type WireTraceInfo = z.infer<typeof traceInfo>;

export const traceInfoPage = z.object({
  traces: z.array(traceInfo).default([]),
  next_page_token: pageToken,
});

const span = z.object({
  parent_span_id: z.string().default(""),
  attributes: z.array(z.object({ key: z.string(), value: z.unknown().optional() })).default([]),
  status: z.object({ code: z.string().default(""), message: z.string().default("") }).prefault({}),
});
export type WireSpan = z.infer<typeof span>;

const trace = z.object({ trace_info: traceInfo, spans: z.array(span).default([]) });
export type WireTrace = z.infer<typeof trace>;

export const traceBatch = z.object({ traces: z.array(trace).default([]) });
