import { useState } from "preact/hooks";
import { navigate } from "../../app/navigation.ts";
import { useAnswer } from "../../app/use-answer.ts";
import { Link } from "../../components/link.tsx";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { plainLine } from "../../text/hidden.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { timeText } from "../../texts/texts.ts";

/** `compare_evaluations` compares no more. */
const mostRuns = 5;

/** The evaluations of a prompt, newest first, to open one or several. */
export function Earlier({ name }: { readonly name: string }) {
  const listed = useAnswer("compare_evaluations", { name, limit: 50 });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  return (
    <section aria-labelledby="earlier">
      <h2 id="earlier">{evaluateTexts().earlier}</h2>
      <Loading of={listed}>
        {({ runs, next_cursor }) => {
          // The oldest is the baseline.
          const ids = runs.map((run) => run.run_id).reverse();
          const shown = ids.filter((id) => chosen.includes(id));
          if (runs.length === 0) return <p class="quiet">{evaluateTexts().noEarlier}</p>;
          return (
            <>
              <ul class="earlier">
                {runs.map((run) => (
                  <li key={run.run_id}>
                    <input
                      type="checkbox"
                      aria-label={plainLine(
                        evaluateTexts().chooseRun(`${run.title}, ${timeText(run.started_at)}`),
                      )}
                      checked={chosen.includes(run.run_id)}
                      disabled={chosen.length >= mostRuns && !chosen.includes(run.run_id)}
                      onChange={({ currentTarget }) =>
                        setChosen(
                          currentTarget.checked
                            ? [...chosen, run.run_id]
                            : chosen.filter((id) => id !== run.run_id),
                        )
                      }
                    />{" "}
                    <Link to={{ page: "evaluate", name, runs: [run.run_id] }}>
                      <PlainText text={run.title} />
                    </Link>{" "}
                    <span class="quiet">
                      {timeText(run.started_at)}, {evaluateTexts().status(run.status)}
                    </span>
                  </li>
                ))}
              </ul>
              {next_cursor !== undefined && (
                <p class="quiet">{evaluateTexts().onlyNewest(runs.length)}</p>
              )}
              <button
                type="button"
                disabled={shown.length === 0}
                onClick={() => void navigate({ page: "evaluate", name, runs: shown })}
              >
                {evaluateTexts().show}
              </button>
            </>
          );
        }}
      </Loading>
    </section>
  );
}
