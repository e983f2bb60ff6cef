import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { FleetingButton } from "../../components/fleeting-button.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import type { Answer } from "../../connection/tools.ts";
import { plainLine } from "../../text/hidden.ts";
import { common } from "../../texts/common.ts";
import { promptTexts } from "../../texts/prompt.ts";
import type { FilledIn } from "./preview.tsx";
import { RunAnswer } from "./run-answer.tsx";

interface Outcome {
  readonly answer?: Answer<"run_prompt">;
  readonly failure?: CallFailure;
  /** What was asked. */
  readonly key: string;
}

/** Asks a model with the values. @param models those that may be asked; empty: any */
export function Run({
  call,
  models,
}: {
  readonly call: FilledIn | undefined;
  readonly models: readonly string[];
}) {
  const [model, setModel] = useState("");
  const [outcome, setOutcome] = useState<Outcome>();
  const [isRunning, setRunning] = useState(false);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const texts = promptTexts();
  const key = JSON.stringify([call, model]);

  const run = async () => {
    if (isRunning || call === undefined) return;
    const stop = new AbortController();
    running.current = stop;
    setRunning(true);
    setOutcome(undefined);
    announce(texts.running);
    try {
      const asked = model === "" ? call : { ...call, model };
      const answer = await callTool("run_prompt", asked, { signal: stop.signal });
      if (stop.signal.aborted) return;
      setOutcome({ answer, key });
      announce(texts.answered);
    } catch (error) {
      if (!stop.signal.aborted) setOutcome({ failure: toFailure(error), key });
    } finally {
      if (running.current === stop) setRunning(false);
    }
  };

  return (
    <section aria-labelledby="run">
      <h3 id="run">{texts.run}</h3>
      <p id="run-help" class="quiet">
        {call === undefined ? texts.previewWaits : texts.runHelp}
      </p>
      {models.length > 0 && (
        <div class="field">
          <label for="run-model">{texts.model}</label>
          <select
            id="run-model"
            value={model}
            onChange={({ currentTarget }) => setModel(currentTarget.value)}
          >
            <option value="">{texts.usualModel}</option>
            {models.map((one) => (
              <option key={one} value={one}>
                {plainLine(one)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="buttons">
        <button
          type="button"
          class="primary"
          aria-describedby="run-help"
          aria-disabled={isRunning || call === undefined}
          onClick={() => void run()}
        >
          {texts.run}
        </button>
        {isRunning && (
          <FleetingButton
            onClick={() => {
              running.current?.abort();
              setRunning(false);
            }}
          >
            {common().cancel}
          </FleetingButton>
        )}
      </div>
      {outcome !== undefined && outcome.key !== key && <p>{texts.outdated}</p>}
      {outcome?.failure && <Failure failure={outcome.failure} />}
      {outcome?.answer && <RunAnswer answer={outcome.answer} />}
    </section>
  );
}
