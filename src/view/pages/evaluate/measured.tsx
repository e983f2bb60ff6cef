import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { Plot } from "./plot.tsx";
import { ScoreTable } from "./score-table.tsx";

/** What was measured of one version. */
export type Report = NonNullable<Answer<"compare_evaluations">["reports"]>[number];

/** The numbers of an evaluation, as tables and as a plot. */
export function Measured({
  reports,
  notes,
}: {
  readonly reports: readonly Report[];
  readonly notes: readonly string[];
}) {
  return (
    <>
      <h2>{evaluateTexts().results}</h2>
      {notes.map((note) => (
        <p key={note} class="note">
          <ServerText text={note} />
        </p>
      ))}
      <ScoreTable reports={reports} />
      <Plot reports={reports} />
    </>
  );
}
