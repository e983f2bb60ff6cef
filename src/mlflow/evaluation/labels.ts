import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import { labelIdOf } from "../../registry/evaluation/row-identity.ts";
import type { LabelRequest } from "../../registry/evaluation/runs.ts";
import type { Label } from "../../registry/evaluation/scores.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, refusalError, valueOrThrow } from "../errors/refusal.ts";
import { emptyResponse } from "../schemas.ts";
import { labelAssessment } from "./assessments.ts";
import { repeatableWrite } from "./repeatable-write.ts";
import { uiUrl } from "./run-page.ts";

const path = "/api/3.0/mlflow";

const schema = z.object({ schema_id: z.string(), name: z.string() });
const schemaAnswer = z.object({ label_schema: schema });
const schemaPage = z
  .object({ label_schemas: z.array(schema).default([]), next_page_token: z.string().nullish() })
  .transform(({ label_schemas, next_page_token }) => ({
    items: label_schemas.map(({ schema_id: id, name }) => ({ id, name })),
    next: next_page_token || undefined,
  }));

const queue = z.object({ queue_id: z.string(), name: z.string() });
const queueAnswer = z.object({ review_queue: queue });
const queuePage = z
  .object({ review_queues: z.array(queue).default([]), next_page_token: z.string().nullish() })
  .transform(({ review_queues, next_page_token }) => ({
    items: review_queues.map(({ queue_id: id, name }) => ({ id, name })),
    next: next_page_token || undefined,
  }));

/** A page of a list: what it names, and the token of the next page. */
type NamedPage = z.infer<typeof schemaPage>;

/** The first release with label schemas and review queues. */
const firstRelease = { major: 3, minor: 14 };

/**
 * Puts traces into a review queue, which asks for one label: yes or no, with a comment. A queue or a
 * label that exists under the name is used as it is.
 */
export async function requestLabels(
  api: MlflowApi,
  experimentId: string,
  request: LabelRequest,
  options: CallOptions = {},
): Promise<{ readonly queueId: string; readonly url?: string }> {
  await requireQueues(api, options);
  const schemaId =
    (await findSchema(api, experimentId, request.label, options)) ??
    (await createSchema(api, experimentId, request, options));
  const queueId =
    (await findQueue(api, experimentId, request.title, options)) ??
    (await createQueue(api, { experimentId, schemaId, request }, options));
  const items = { queue_id: queueId, item_type: "TRACE", item_ids: request.traceIds };
  await repeatableWrite(
    api,
    async (sent) =>
      valueOrThrow(await api.post(`${path}/review-queues/items/add`, items, emptyResponse, sent)),
    options,
  );
  const url = uiUrl(api, `experiments/${experimentId}/review-queue`, {});
  return { queueId, ...(url === undefined ? {} : { url }) };
}

/** @throws RegistryError `not_found` for a trace that does not exist */
export async function setLabel(
  api: MlflowApi,
  traceId: string,
  label: Label,
  options: CallOptions = {},
): Promise<void> {
  const id = labelIdOf(traceId, label);
  const assessments = `${path}/traces/${encodeURIComponent(traceId)}/assessments`;
  const assessment = { ...labelAssessment(id, label), trace_id: traceId };
  const one = `${assessments}/${id}`;
  if (await isThere(api, one, options)) return replaceLabel(api, one, assessment, options);
  await api.verifyWrite(
    async () => {
      const answer = await api.post(assessments, { assessment }, emptyResponse, options);
      if (answer.ok) return;
      // MLflow 3.10 reports a trace that does not exist as a broken constraint.
      await requireTrace(api, traceId, options);
      // The same person labelled it a moment ago.
      if (await isThere(api, one, options)) return replaceLabel(api, one, assessment, options);
      throw refusalError(answer.refusal);
    },
    async (readOptions) =>
      (await isThere(api, one, readOptions))
        ? { applied: undefined }
        : { current: `the trace ${traceId} has no label from this call` },
    options,
  );
}

async function isThere(api: MlflowApi, one: string, options: CallOptions): Promise<boolean> {
  const found = await api.get(one, {}, emptyResponse, options);
  if (!found.ok && !isMissing(found.refusal)) throw refusalError(found.refusal);
  return found.ok;
}

async function replaceLabel(
  api: MlflowApi,
  one: string,
  assessment: ReturnType<typeof labelAssessment>,
  options: CallOptions,
): Promise<void> {
  // Without a comment, the former one goes.
  const body = {
    assessment: { rationale: "", ...assessment },
    update_mask: "feedback,rationale",
  };
  await repeatableWrite(
    api,
    async (sent) => valueOrThrow(await api.patch(one, body, emptyResponse, sent)),
    options,
  );
}

/** @throws RegistryError `not_found` */
async function requireTrace(api: MlflowApi, traceId: string, options: CallOptions): Promise<void> {
  const trace = `${path}/traces/${encodeURIComponent(traceId)}`;
  const found = await api.get(trace, {}, emptyResponse, options);
  if (found.ok || !isMissing(found.refusal)) return;
  throw new RegistryError(
    "not_found",
    `MLflow has no trace ${quote(traceId)}. Nothing was labelled. Check the ID of the trace.`,
  );
}

async function requireQueues(api: MlflowApi, options: CallOptions): Promise<void> {
  const { release } = await api.describe(options);
  const [major = 0, minor = 0] = (release ?? "").split(".").map(Number);
  const { major: firstMajor, minor: firstMinor } = firstRelease;
  if (major > firstMajor || (major === firstMajor && minor >= firstMinor)) return;
  throw new RegistryError(
    "invalid",
    `Asking people for labels needs MLflow ${firstMajor}.${firstMinor} or newer, and this server runs ${release ?? "a release that it does not name"}. Label the traces in MLflow's trace view instead, or upgrade MLflow.`,
  );
}

function findSchema(
  api: MlflowApi,
  experimentId: string,
  name: string,
  options: CallOptions,
): Promise<string | undefined> {
  const list = { path: `${path}/label-schemas/list`, experimentId, page: schemaPage };
  return findId(api, list, (one) => one === name, options);
}

/** Reads a list page by page. @returns the ID of the first whose name is wanted */
async function findId(
  api: MlflowApi,
  list: {
    readonly path: string;
    readonly experimentId: string;
    readonly page: z.ZodType<NamedPage>;
  },
  isWanted: (name: string) => boolean,
  options: CallOptions,
): Promise<string | undefined> {
  let token: string | undefined;
  do {
    const query = {
      experiment_id: list.experimentId,
      ...(token === undefined ? {} : { page_token: token }),
    };
    const { items, next } = valueOrThrow(await api.get(list.path, query, list.page, options));
    const found = items.find(({ name }) => isWanted(name));
    if (found) return found.id;
    token = next;
  } while (token !== undefined);
  return undefined;
}

async function createSchema(
  api: MlflowApi,
  experimentId: string,
  { label, instruction }: LabelRequest,
  options: CallOptions,
): Promise<string> {
  const body = {
    experiment_id: experimentId,
    name: label,
    type: "FEEDBACK",
    instruction,
    enable_comment: true,
    input: { pass_fail: { positive_label: "Yes", negative_label: "No" } },
  };
  return api.verifyWrite<string>(
    async () => {
      const answer = await api.post(`${path}/label-schemas/create`, body, schemaAnswer, options);
      return valueOrThrow(answer).label_schema.schema_id;
    },
    async (readOptions) => {
      const created = await findSchema(api, experimentId, label, readOptions);
      return created ? { applied: created } : { current: "the label schema does not exist" };
    },
    options,
  );
}

/** MLflow's names of queues ignore the case of letters. */
function findQueue(
  api: MlflowApi,
  experimentId: string,
  title: string,
  options: CallOptions,
): Promise<string | undefined> {
  const wanted = title.toLowerCase();
  const list = { path: `${path}/review-queues/list`, experimentId, page: queuePage };
  return findId(api, list, (name) => name.toLowerCase() === wanted, options);
}

async function createQueue(
  api: MlflowApi,
  of: {
    readonly experimentId: string;
    readonly schemaId: string;
    readonly request: LabelRequest;
  },
  options: CallOptions,
): Promise<string> {
  const { experimentId, schemaId, request } = of;
  const body = {
    experiment_id: experimentId,
    name: request.title,
    queue_type: "CUSTOM",
    users: request.users,
    schema_ids: [schemaId],
  };
  return api.verifyWrite<string>(
    async () => {
      const answer = await api.post(`${path}/review-queues/create`, body, queueAnswer, options);
      return valueOrThrow(answer).review_queue.queue_id;
    },
    async (readOptions) => {
      const created = await findQueue(api, experimentId, request.title, readOptions);
      return created ? { applied: created } : { current: "the review queue does not exist" };
    },
    options,
  );
}
