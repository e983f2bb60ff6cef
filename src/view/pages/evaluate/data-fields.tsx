import type { Loaded } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import type { Answer } from "../../connection/tools.ts";
import { plainLine } from "../../text/hidden.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";

/** The rows that are asked: those of a dataset, or pasted ones. */
export function DataFields(given: {
  readonly datasets: Loaded<Answer<"list_datasets">>;
  /** Name or ID; empty for pasted rows. */
  readonly dataset: string;
  readonly pasted: string;
  readonly change: (part: { readonly dataset: string } | { readonly pasted: string }) => void;
  /** What is wrong with the pasted rows, as the texts name it. */
  readonly problem: string;
}) {
  const words = evaluateTexts();
  const { datasets: loaded, dataset, pasted, change, problem } = given;
  return (
    <fieldset>
      <legend>{words.data}</legend>
      <Loading of={loaded}>
        {({ datasets, next_cursor }) => (
          <>
            <label class="field">
              {words.dataset}
              <select
                value={datasets.find((it) => [it.name, it.id].includes(dataset))?.id ?? dataset}
                onChange={({ currentTarget }) => change({ dataset: currentTarget.value })}
              >
                <option value="">{words.paste}</option>
                {!datasets.some((it) => ["", it.name, it.id].includes(dataset)) && (
                  <option value={dataset}>{plainLine(dataset)}</option>
                )}
                {datasets.map(({ id, name, rows }) => (
                  <option key={id} value={id}>
                    {plainLine(`${name} (${words.rowCount(rows)})`)}
                  </option>
                ))}
              </select>
            </label>
            {next_cursor !== undefined && <p class="quiet">{words.onlyNewest(datasets.length)}</p>}
          </>
        )}
      </Loading>
      {dataset === "" && (
        <div class="field">
          <label for="pasted">{words.pasted}</label>
          <p id="pasted-help" class="quiet">
            {words.pasteHelp}
          </p>
          <textarea
            id="pasted"
            rows={6}
            aria-describedby="pasted-help pasted-problem"
            aria-invalid={problem !== ""}
            value={pasted}
            onInput={({ currentTarget }) => change({ pasted: currentTarget.value })}
          />
          {problem !== "" && (
            <p id="pasted-problem" role="alert" class="field-problem">
              {words.badRows(problem)}
            </p>
          )}
        </div>
      )}
    </fieldset>
  );
}
