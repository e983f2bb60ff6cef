import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { ask } from "../../app/dialogs.ts";
import { guardLeaving, navigate, replaceRoute } from "../../app/navigation.ts";
import { callTool } from "../../app/server.ts";
import { toFailure, useAnswer } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import type { CallFailure, Progress } from "../../connection/connection.ts";
import type { Answer, Arguments } from "../../connection/tools.ts";
import type { ChosenVersions } from "../../text/chosen-versions.ts";
import { type PastedRow, readPastedRows } from "../../text/pasted-rows.ts";
import { common } from "../../texts/common.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { type Choice, lastChoices } from "./choice.ts";
import { DataFields } from "./data-fields.tsx";
import { ModelField } from "./model-field.tsx";
import { ScorerFields } from "./scorer-fields.tsx";
import { givenOf, options as optionSettings, scorerKinds, specOf } from "./scorers.ts";
import { SettingField } from "./setting-field.tsx";
import { Unstored } from "./unstored.tsx";
import { VersionFields } from "./version-fields.tsx";

/** Chooses what is measured, and measures it. */
export function Setup({
  name,
  models,
  chosen,
  dataset,
}: {
  readonly name: string;
  readonly models: readonly string[];
  /** By the address, as the dataset is. */
  readonly chosen: ChosenVersions;
  readonly dataset: string;
}) {
  const words = evaluateTexts();
  const datasets = useAnswer("list_datasets", { limit: 100 });
  const [kept, setKept] = useState(lastChoices.get(name));
  const choice: Choice = {
    ...{ pasted: "", scorers: {}, options: {}, ...kept },
    ...{ versions: chosen.versions, dataset },
  };
  const { versions, pasted, scorers, options } = choice;
  const change = (part: Partial<Choice>) => {
    const next = { ...choice, ...part };
    lastChoices.set(name, next);
    setKept(next);
    if (next.versions === versions && next.dataset === dataset) return;
    const address = { versions: next.versions.map(String), dataset: next.dataset };
    replaceRoute({ page: "evaluate", name, runs: [], ...address });
  };
  const [progress, setProgress] = useState<Progress>();
  const [failure, setFailure] = useState<CallFailure>();
  /** That a choice lacks, or what is wrong with the rows. */
  const [problem, setProblem] = useState("");
  const [unstored, setUnstored] = useState<Answer<"evaluate_prompt">>();
  const running = useRef<AbortController>(undefined);
  const startButton = useRef<HTMLButtonElement>(null);
  useEffect(() => () => running.current?.abort(), []);
  const option = (key: string) => ({
    value: options[key] ?? "",
    set: (value: string) => change({ options: { ...options, [key]: value } }),
  });
  const start = (event: Event) => {
    event.preventDefault();
    if (progress !== undefined) return;
    setFailure(undefined);
    setUnstored(undefined);
    const rows = dataset === "" ? readPastedRows(pasted) : undefined;
    if (rows && "problem" in rows) return setProblem(rows.problem);
    const isNothing = Object.keys(scorers).length === 0;
    if (versions.length === 0 || isNothing) return setProblem("choose");
    setProblem("");
    void measure(argumentsOf(name, choice, rows?.rows ?? dataset));
  };
  const measure = async (args: Arguments<"evaluate_prompt">) => {
    const stop = new AbortController();
    running.current = stop;
    setProgress({ done: 0 });
    const release = guardLeaving(async () => {
      const { leave: text, running: title } = words;
      return (await ask({ title, text, yes: common().yes, no: common().no })) === true;
    });
    try {
      const answer = await callTool("evaluate_prompt", args, {
        signal: stop.signal,
        onProgress: setProgress,
      });
      release();
      announce(answer.complete ? words.finished : "", answer.notes?.join(" "));
      const runs = answer.versions.flatMap(({ run_id }) => run_id ?? []);
      if (runs.length === 0) setUnstored(answer);
      else await navigate({ page: "evaluate", name, runs });
    } catch (error) {
      release();
      if (stop.signal.aborted) announce(words.stopped);
      else setFailure(toFailure(error));
    }
    // The button to cancel goes, and with it the focus of who pressed it.
    if (document.activeElement?.closest(".progress")) startButton.current?.focus();
    setProgress(undefined);
  };
  return (
    <>
      <form class="setup" onSubmit={start}>
        {chosen.unknown.length > 0 && (
          <p class="note">
            <PlainText text={words.unknownVersions(chosen.unknown.join(", "))} />
          </p>
        )}
        <VersionFields
          name={name}
          chosen={versions}
          choose={(next) => change({ versions: next })}
        />
        <DataFields
          {...{ datasets, dataset, pasted, change }}
          problem={problem === "choose" ? "" : problem}
        />
        <ScorerFields scorers={scorers} setScorers={(next) => change({ scorers: next })} />
        <div class="version-pickers">
          <ModelField
            label={words.model}
            none={words.ownModel}
            models={models}
            {...option("model")}
          />
          <ModelField
            {...{
              label: words.judgeModel,
              none: words.firstModel,
              models,
              ...option("judge_model"),
            }}
          />
          <SettingField label={words.maxRows} kind="count" {...option("max_rows")} />
          <SettingField label={words.maxCost} kind="number" {...option("max_cost")} />
        </div>
        {problem === "choose" && <p role="alert">{words.choose}</p>}
        {failure && <Failure failure={failure} />}
        <button
          ref={startButton}
          type="submit"
          class="primary"
          aria-disabled={progress !== undefined}
        >
          {words.start}
        </button>
        {progress !== undefined && (
          <div class="buttons progress">
            <label>
              {words.running}{" "}
              <progress
                {...(progress.total === undefined
                  ? {}
                  : { value: progress.done, max: progress.total })}
              />
            </label>
            {progress.total !== undefined && (
              <span>{words.progress(progress.done, progress.total)}</span>
            )}
            <button type="button" onClick={() => running.current?.abort()}>
              {common().cancel}
            </button>
          </div>
        )}
      </form>
      {unstored && <Unstored answer={unstored} />}
    </>
  );
}

function argumentsOf(
  name: string,
  { versions, scorers, options }: Choice,
  data: string | readonly PastedRow[],
): Arguments<"evaluate_prompt"> {
  const chosen = scorerKinds.filter(({ type }) => scorers[type] !== undefined);
  const args = {
    name,
    versions: [...versions],
    scorers: chosen.map((kind) => specOf(kind, scorers[kind.type] ?? {})),
    ...(typeof data === "string" ? { dataset: data } : { rows: data }),
    ...givenOf(optionSettings, options),
  };
  // The server checks the values in pasted rows.
  return args as Arguments<"evaluate_prompt">;
}
