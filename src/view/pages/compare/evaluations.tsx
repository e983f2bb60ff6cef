import { useAnswer } from "../../app/use-answer.ts";
import { Link } from "../../components/link.tsx";
import { Loading } from "../../components/loading.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { chooseRuns } from "../../text/chosen-runs.ts";
import { compareTexts } from "../../texts/compare.ts";
import { Scores } from "./scores.tsx";

/** Evaluations among which those of the two versions are looked for. */
const searchedRuns = 100;

/** How two versions were measured. They are read without a model. */
export function Evaluations({
  name,
  from,
  to,
}: {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}) {
  const listed = useAnswer("compare_evaluations", { name, limit: searchedRuns });
  return (
    <section aria-labelledby="evaluations-title">
      <h2 id="evaluations-title">{compareTexts().evaluations}</h2>
      <Loading of={listed}>
        {({ runs }) => {
          const { before, after, sameData } = chooseRuns(runs, name, from, to);
          const ids = [before, after].flatMap((run) => run?.run_id ?? []);
          if (ids.length === 0) return <p class="quiet">{compareTexts().noEvaluations}</p>;
          const missing = before === undefined ? from : after === undefined ? to : undefined;
          return (
            <>
              {missing !== undefined && from !== to && (
                <p class="note">{compareTexts().notEvaluated(missing)}</p>
              )}
              {before && after && !sameData && <p class="note">{compareTexts().otherData}</p>}
              <Results key={ids.join(" ")} ids={ids} />
              <p>
                <Link to={{ page: "evaluate", name, runs: ids }}>{compareTexts().openResults}</Link>
              </p>
            </>
          );
        }}
      </Loading>
    </section>
  );
}

function Results({ ids }: { readonly ids: readonly string[] }) {
  const compared = useAnswer("compare_evaluations", { runs: [...new Set(ids)] });
  return (
    <Loading of={compared}>
      {({ runs, reports = [], notes = [] }) => (
        <>
          {runs[0]?.dataset && (
            <p>
              <PlainText text={compareTexts().onData(runs[0].dataset.name)} />
            </p>
          )}
          <Scores reports={reports} versions={runs.map((run) => run.prompts[0]?.version ?? 0)} />
          {notes.map((note) => (
            <p key={note} class="note">
              <ServerText text={note} />
            </p>
          ))}
        </>
      )}
    </Loading>
  );
}
