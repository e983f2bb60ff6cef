import { Link } from "../../components/link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { Points } from "../../components/points.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { promoteTexts } from "../../texts/promote.ts";
import type { Plan } from "./move-facts.tsx";

/** What the gate of the alias wants, what of it is there, and where the rest is measured. */
export function GateEvidence({
  plan: { name, version, previous_version: previous, gate, planned },
}: {
  readonly plan: Plan;
}) {
  // The gate compares with the version that is replaced.
  const versions = [previous, version].flatMap((one) => (one === undefined ? [] : [String(one)]));
  const lacks = planned?.lacks ?? [];
  if (gate === undefined) return <p class="quiet">{promoteTexts().noGate}</p>;
  return (
    <div class={`verdict-box ${lacks.length === 0 ? "" : "breaking"}`}>
      <p>
        <span class="verdict-mark" aria-hidden="true">
          {lacks.length === 0 ? "✓" : "!"}
        </span>{" "}
        <strong>{lacks.length === 0 ? promoteTexts().gatePassed : promoteTexts().gateLacks}</strong>
      </p>
      <Points items={lacks} />
      {gate.waived !== undefined && (
        <p>
          <ServerText text={gate.waived} />
        </p>
      )}
      {gate.evidence.map(({ dataset, run_id, baseline_run_id, met, unmet, notes = [] }) => (
        <div key={dataset ?? "approvals"}>
          {dataset !== undefined && (
            <p>
              <PlainText text={promoteTexts().measured(dataset)} />
            </p>
          )}
          <Points items={met} lead={`✓ ${promoteTexts().holds}: `} />
          <Points items={unmet} lead={`✗ ${promoteTexts().fails}: `} />
          <Points items={notes} />
          {dataset !== undefined && unmet.length > 0 && (
            <p>
              <Link class="button" to={{ page: "evaluate", name, runs: [], versions, dataset }}>
                <PlainText text={promoteTexts().evaluate(version, dataset)} />
              </Link>
            </p>
          )}
          {run_id !== undefined && (
            <p>
              <Link
                to={{
                  page: "evaluate",
                  name,
                  runs: [baseline_run_id, run_id].filter((run) => run !== undefined),
                }}
              >
                {promoteTexts().results}
              </Link>
            </p>
          )}
        </div>
      ))}
    </div>
  );
}
