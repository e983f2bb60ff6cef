import { useAnswer } from "../../app/use-answer.ts";
import { Link } from "../../components/link.tsx";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { PromptLink } from "../../components/prompt-link.tsx";
import { chooseVersions } from "../../text/chosen-versions.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { lastChoices } from "./choice.ts";
import { Earlier } from "./earlier.tsx";
import { Results } from "./results.tsx";
import { Setup } from "./setup.tsx";

/** Measures versions, and shows what was measured. */
export function EvaluatePage({
  name,
  runs,
  versions,
  dataset,
}: {
  readonly name: string;
  readonly runs: readonly string[];
  /** What is chosen for a new evaluation. Undefined: what was chosen last. */
  readonly versions?: readonly string[] | undefined;
  readonly dataset?: string | undefined;
}) {
  const last = lastChoices.get(name);
  const named = versions ?? last?.versions.map(String) ?? [];
  const about = useAnswer("describe_registry", {});
  const prompt = useAnswer("load_prompt", runs.length > 0 ? undefined : { name });
  return (
    <div class="evaluate">
      <PromptLink name={name} />
      <h1 tabIndex={-1}>
        <PlainText text={evaluateTexts().title(name)} />
      </h1>
      <Loading of={about}>
        {({ models, allowed }) =>
          runs.length > 0 ? (
            <>
              <p>
                <Link to={{ page: "evaluate", name, runs: [] }}>{evaluateTexts().another}</Link>
              </p>
              <Results name={name} runs={runs} mayLabel={allowed.includes("adds")} />
            </>
          ) : (
            <>
              {models === undefined ? (
                <p class="note">{evaluateTexts().noModel}</p>
              ) : (
                <Loading of={prompt}>
                  {({ prompt_aliases, version }) => (
                    <Setup
                      {...{ name, models }}
                      chosen={chooseVersions(named, prompt_aliases, version)}
                      dataset={dataset ?? last?.dataset ?? ""}
                    />
                  )}
                </Loading>
              )}
              <Earlier name={name} />
            </>
          )
        }
      </Loading>
    </div>
  );
}
