import type { Release } from "../../support/mlflow-install.ts";

interface Difference {
  readonly because: string;
  readonly at: readonly string[];
  /** All unless told. */
  readonly on?: readonly Release[];
}

const before317: readonly Release[] = ["3.8.1", "3.10.1"];
const since310: readonly Release[] = ["3.10.1", "3.17.2"];

/** Where rows of this program are others than those of MLflow's client, on purpose. */
const listed: readonly Difference[] = [
  {
    because: "The store of datasets does not know who adds rows, and does not say that people did.",
    at: [
      "MLflow alone: evaluation_dataset_tags[mlflow.user]",
      "evaluation_datasets.created_by",
      "evaluation_datasets.last_updated_by",
      "evaluation_dataset_records.created_by",
      "evaluation_dataset_records.last_updated_by",
      "evaluation_dataset_records.tags.mlflow.user",
      "evaluation_dataset_records.source",
      "evaluation_dataset_records.source.source_type",
      "evaluation_dataset_records.source_type",
    ],
  },
  {
    because: "A run says how many rows it was planned with.",
    at: ["datasets.dataset_profile", "datasets.dataset_profile.num_rows"],
  },
  {
    because: "A run names the types of its rows, as MLflow's do since 3.10.",
    at: [
      "datasets.dataset_schema",
      "datasets.dataset_schema.version",
      ...["question", "top", "ratio", "safe", "none", "list", "deep"].map(
        (field) => `datasets.dataset_schema.inputs.${field}`,
      ),
      "datasets.dataset_schema.expectations.expected_response",
      "datasets.dataset_schema.expectations.guidelines",
    ],
    on: ["3.8.1"],
  },
  {
    because: "Nothing ran in Python: there is no program, no function, no stack and no log level.",
    at: [
      "tags[mlflow.source.name].value",
      "assessments.error.stack_trace",
      "spans.content.events",
      "spans.content.status.message",
      ...["name", "type", "git.branch", "git.commit", "git.repoURL"].map(
        (what) => `MLflow alone: trace_request_metadata[mlflow.source.${what}]`,
      ),
    ],
  },
  {
    because: "The same: digests are of Python code, and the plan's are in the params.",
    at: [
      "assessments.assessment_metadata.mlflow.assessment.scorerDigest",
      "MLflow alone: tags[mlflow.genaiEvaluate.agent.function]",
      "MLflow alone: tags[mlflow.genaiEvaluate.agent.digest]",
      "MLflow alone: tags[mlflow.genaiEvaluate.scorersDigest]",
      "spans.content.attributes.mlflow.spanLogLevel",
    ],
    on: ["3.17.2"],
  },
  {
    because: "The trace itself has it: the tag, and the association that searches use.",
    at: ["spans.content.attributes.mlflow.linkedPrompts"],
  },
  {
    because: "The spans and the previews have the values, and readers can count their bytes.",
    at: [
      "MLflow alone: trace_request_metadata[mlflow.traceInputs]",
      "MLflow alone: trace_request_metadata[mlflow.traceOutputs]",
      "MLflow alone: trace_request_metadata[mlflow.trace.sizeStats]",
      "MLflow alone: trace_request_metadata[mlflow.trace.sizeBytes]",
    ],
  },
  {
    because: "A text is shown as it is. MLflow quotes it before 3.17, and has NULL for none since.",
    at: ["trace_info.response_preview"],
  },
  {
    because: "It counts writes of a trace, and each of these is one.",
    at: ["trace_info.db_payload_generation"],
    on: ["3.17.2"],
  },
  {
    because: "Rows are found by their key and their record. A dataset's tags stay in the dataset.",
    at: [
      "MLflow alone: trace_tags[mlflow.eval.requestId]",
      "MLflow alone: trace_tags[source]",
      "MLflow alone: trace_tags[more]",
      "we alone: trace_tags[mcp.evaluation.row]",
      "we alone: tags[mcp.evaluation.plan]",
    ],
  },
  {
    because: "A run has the mark of older releases and that of newer ones: files are upgraded.",
    at: ["we alone: tags[mlflow.run.isEval]"],
    on: ["3.17.2"],
  },
  {
    because: "The same, and what newer releases write of a trace and its spans.",
    at: [
      "we alone: tags[mlflow.runType]",
      "we alone: trace_request_metadata[mlflow.trace.infoFinalized]",
      "spans.content.links",
    ],
    on: before317,
  },
  {
    because: "MLflow 3.8 knows no costs. The upgrade of a file finds them there.",
    at: ["we alone: trace_request_metadata[mlflow.trace.cost]"],
    on: ["3.8.1"],
  },
  {
    because: "Prompts are written as MLflow's servers write them, and belong to no experiment.",
    at: [
      "we alone: model_version_tags[mcp.write_id]",
      "registered_models.description",
      ...["description", "source", "run_id", "run_link", "storage_location"].map(
        (column) => `model_versions.${column}`,
      ),
    ],
  },
  {
    because: "The same.",
    at: ["MLflow alone: registered_model_tags[_mlflow_experiment_ids]"],
    on: since310,
  },
];

export function listedFor(release: Release): readonly string[] {
  return listed.filter(({ on }) => on?.includes(release) ?? true).flatMap(({ at }) => at);
}
